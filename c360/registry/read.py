"""Reads the registry, and other YAML of the project, from their files."""

from __future__ import annotations

from codecs import BOM_UTF8
from pathlib import Path

from c360.errors import WrongUse, listed
from c360.registry.document import MAX_CHARACTERS, decode_document
from c360.registry.load import parse_registry
from c360.registry.specs import Registry

_MOST_BYTES = 4 * MAX_CHARACTERS + len(BOM_UTF8)  # no text of so many characters has more


def read_registry(path: Path) -> Registry:
    """The registry in a YAML file.

    Raises:
        WrongUse: there is no such file, it is not UTF-8, or the registry has problems.
    """
    return parse_registry(read_document(path, "the registry", "--registry"), str(path))


def read_document(path: Path, what: str, option: str) -> str:
    """The text of a YAML file; `what` it is and the `option` that names it are for messages.

    Of a file that is too long, or has no end, no more is read than shows that.

    Raises:
        WrongUse: there is no such file, it is too long, or it is not UTF-8.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as cause:
        raise WrongUse(
            f"{path}: {what} cannot be read ({cause.strerror}); name the file with {option}"
        ) from cause
    if len(data) > _MOST_BYTES:
        found = f"found more than {MAX_CHARACTERS} characters; expected at most {MAX_CHARACTERS}"
        raise WrongUse(listed(f"{path}: 1 problem", [found]))
    return decode_document(data, str(path))
