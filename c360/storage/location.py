"""Turns the address of a root into its storage."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from c360.errors import WrongUse
from c360.storage.local import LocalStorage
from c360.storage.protocol import Storage


def open_storage(uri: str) -> Storage:
    """The storage behind `uri`: a local path or `file:///path`.

    Raises:
        WrongUse: an address of another kind.
    """
    parts = urlsplit(uri)
    if "://" not in uri:
        return LocalStorage(Path(uri))
    if parts.scheme == "file" and parts.netloc in ("", "localhost"):
        return LocalStorage(Path(unquote(parts.path)))
    raise WrongUse(
        f"{uri}: found the scheme '{parts.scheme}'; expected a local path or file:///path"
    )
