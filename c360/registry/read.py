"""Reads the registry, and other YAML of the project, from their files."""

from __future__ import annotations

from codecs import BOM_UTF8
from errno import ENOENT
from pathlib import Path
from typing import BinaryIO

from c360.errors import WrongUse, listed
from c360.registry.document import MAX_CHARACTERS, decode_document
from c360.registry.load import parse_registry
from c360.registry.specs import Registry
from c360.storage.location import open_storage

_MOST_BYTES = 4 * MAX_CHARACTERS + len(BOM_UTF8)  # no text of so many characters has more


def read_registry(address: str | Path) -> Registry:
    """The registry in a YAML file, of this machine or at a gs:// address.

    Raises:
        WrongUse: there is no such file, it is not UTF-8, or the registry has problems.
        OutsideFailure: Cloud Storage does not answer.
    """
    text = read_document(address, "the registry", "--registry")
    return parse_registry(text, str(address))


def read_document(address: str | Path, what: str, option: str) -> str:
    """The text of a YAML file; `what` it is and the `option` that names it are for messages.

    Of a file that is too long, or has no end, no more is read than shows that.

    Raises:
        WrongUse: there is no such file, it is too long, or it is not UTF-8.
        OutsideFailure: Cloud Storage does not answer.
    """
    try:
        with _open(address) as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as cause:
        raise WrongUse(
            f"{address}: {what} cannot be read ({cause.strerror}); name the file with {option}"
        ) from cause
    if len(data) > _MOST_BYTES:
        found = f"found more than {MAX_CHARACTERS} characters; expected at most {MAX_CHARACTERS}"
        raise WrongUse(listed(f"{address}: 1 problem", [found]))
    return decode_document(data, str(address))


def _open(address: str | Path) -> BinaryIO:
    """A stream over the file; raises OSError where there is none."""
    if not str(address).startswith("gs:"):
        return Path(address).open("rb")
    folder, _, name = str(address).rpartition("/")
    storage = open_storage(folder)
    if storage.stat(name) is None:
        raise FileNotFoundError(ENOENT, "there is no such object")
    return storage.open(name)
