"""Reads the registry from its file."""

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
    try:
        data = path.read_bytes()
    except OSError as cause:
        raise WrongUse(
            f"{path}: the registry cannot be read ({cause.strerror}); name it with --registry"
        ) from cause
    return parse_registry(decode_document(data, str(path)), str(path))
