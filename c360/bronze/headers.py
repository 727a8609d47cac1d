"""Reads the first bytes of a bronze file, for its header."""

from __future__ import annotations

import zlib

from c360.errors import OutsideFailure
from c360.header import PEEK, Header, Refusal, bind_header
from c360.registry.specs import TableSpec
from c360.storage import Storage

_GZIP = b"\x1f\x8b"  # how every part of a gzip file begins


def read_header(storage: Storage, path: str, table: TableSpec) -> Header | Refusal:
    """The bound header of a bronze file, or why the file is refused."""
    try:
        with storage.open(path) as stream:
            head = stream.read(PEEK)
    except OSError as cause:
        raise OutsideFailure(f"{path}: could not be read ({cause.strerror or cause})") from cause
    if not head:
        return Refusal("has zero bytes; export it again or remove it")
    if path.endswith(".gz"):
        if not head.startswith(_GZIP):
            return Refusal("is not a gzip file although its name ends in .gz; compress it again")
        head = _gunzip(head)
        if not head:
            return Refusal(
                "is a gzip file that is empty, damaged or ends too early; upload it again"
            )
    return bind_header(head, table)


def _gunzip(head: bytes) -> bytes:
    """The text at the start of a gzip file, of as many of its parts as that takes, up to damage."""
    plain = b""
    while head.startswith(_GZIP) and len(plain) < PEEK:
        part = zlib.decompressobj(wbits=31)
        try:
            plain += part.decompress(head, PEEK - len(plain))
        except zlib.error:
            break  # reading all of it says what is wrong
        head = part.unused_data
    return plain
