"""Reads the registry, and other YAML of the project, from their files."""

from __future__ import annotations

from pathlib import Path

from c360.errors import WrongUse
from c360.registry.document import decode_document
from c360.registry.load import parse_registry
from c360.registry.specs import Registry


def read_registry(path: Path) -> Registry:
    """The registry in a YAML file.

    Raises:
        WrongUse: there is no such file, it is not UTF-8, or the registry has problems.
    """
    return parse_registry(read_document(path, "the registry", "--registry"), str(path))


def read_document(path: Path, what: str, option: str) -> str:
    """The text of a YAML file; `what` it is and the `option` that names it are for messages.

    Raises:
        WrongUse: there is no such file, or it is not UTF-8.
    """
    try:
        data = path.read_bytes()
    except OSError as cause:
        raise WrongUse(
            f"{path}: {what} cannot be read ({cause.strerror}); name the file with {option}"
        ) from cause
    return decode_document(data, str(path))
