"""Turns the address of a root into its storage."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from c360.errors import WrongUse
from c360.storage.local import LocalStorage
from c360.storage.protocol import Storage

_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")
ALLOWED = "a local path, file:///path or gs://bucket/folder"


def open_storage(uri: str) -> Storage:
    """The storage behind `uri`: a local path, `file:///path`, `gs://bucket` or `gs://bucket/path`.

    A path in a bucket is taken literally, as Google's own tools take it.

    Raises:
        WrongUse: an address of another kind, or an unknown word in C360_CREDENTIALS.
    """
    if uri.startswith("gs:"):
        return _open_bucket(uri)
    parts = urlsplit(uri)
    if "://" not in uri:
        return LocalStorage(Path(uri))
    if parts.scheme == "file" and parts.netloc in ("", "localhost"):
        return LocalStorage(Path(unquote(parts.path)))
    raise WrongUse(f"{uri}: found the scheme '{parts.scheme}'; expected {ALLOWED}")


def _open_bucket(uri: str) -> Storage:
    bucket, _, path = uri.removeprefix("gs://").partition("/")
    if not uri.startswith("gs://") or not _BUCKET.fullmatch(bucket):
        raise WrongUse(
            f"{uri}: names no bucket; expected gs://bucket or gs://bucket/folder, "
            "the bucket of 3 or more small letters, digits, dots, dashes and underscores"
        )
    prefix = path.removesuffix("/")
    if path and {"", ".", ".."} & {*prefix.split("/")}:
        raise WrongUse(f"{uri}: a part of its path is empty, '.' or '..'; expected gs://bucket/a/b")
    # Loading the client takes longer than all else that a command on local roots loads.
    from c360.credentials import google_credentials  # noqa: PLC0415
    from c360.storage.gcs import GcsStorage  # noqa: PLC0415

    return GcsStorage(bucket, prefix, google_credentials())
