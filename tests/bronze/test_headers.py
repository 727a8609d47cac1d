"""The first bytes of a file, plain or gzip, give its header or the reason to refuse it."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from c360.bronze import headers
from c360.bronze.headers import read_header
from c360.header import PEEK, Header, Refusal, bind_header
from c360.registry.specs import TableSpec
from c360.storage.local import LocalStorage
from tests.support.specs import table

TEXT = b"ID,Word\n1,a\n"
ORDERS = table()


def header(tmp_path: Path, name: str, data: bytes) -> Header | Refusal:
    (tmp_path / name).write_bytes(data)
    return read_header(LocalStorage(tmp_path), name, ORDERS)


FOUND = {
    "plain": ("Orders.csv", TEXT),
    "large": ("Orders.csv", TEXT + b"2,b\n" * PEEK),
    "gzip": ("Orders.csv.gz", gzip.compress(TEXT)),
    "large gzip": ("Orders.csv.gz", gzip.compress(TEXT + b"2,b\n" * PEEK)),
    "gzip of two files": ("Orders.csv.gz", gzip.compress(b"ID,Word\n") + gzip.compress(b"1,a\n")),
    "gzip whose first part is empty": ("Orders.csv.gz", gzip.compress(b"") + gzip.compress(TEXT)),
    "gzip in parts of no lines": (
        "Orders.csv.gz",
        gzip.compress(b"ID,") + gzip.compress(b"Word\n1") + gzip.compress(b",a"),
    ),
    "gzip padded with zeros": ("Orders.csv.gz", gzip.compress(TEXT) + b"\0" * 512),
}


@pytest.mark.parametrize("kind", FOUND)
def test_the_header_is_found_plain_and_in_gzip_of_any_parts(tmp_path: Path, kind: str) -> None:
    assert header(tmp_path, *FOUND[kind]) == Header("ID,Word", 2, (0, 1), ())


CUT = "is a gzip file that is empty, damaged or ends too early; upload it again"
NO_TEXT = {
    "plain of zero bytes": ("Orders.csv", b"", "has zero bytes; export it again or remove it"),
    "gzip of zero bytes": ("Orders.csv.gz", b"", "has zero bytes; export it again or remove it"),
    "plain that says gzip": (
        "Orders.csv.gz",
        TEXT,
        "is not a gzip file although its name ends in .gz; compress it again",
    ),
    "gzip that ends after its header": ("Orders.csv.gz", gzip.compress(TEXT)[:10], CUT),
    "gzip that is damaged": ("Orders.csv.gz", gzip.compress(TEXT)[:10] + b"\xff" * 9, CUT),
    "gzip of nothing": ("Orders.csv.gz", gzip.compress(b""), CUT),
    "gzip of a header": (
        "Orders.csv.gz",
        gzip.compress(b"ID,Word\n"),
        "has a header and no records; export it again or remove it",
    ),
    "gzip of UTF-16": (
        "Orders.csv.gz",
        gzip.compress("ID,Word\n1,a\n".encode("utf-16")),
        "is UTF-16; save it as UTF-8 CSV",
    ),
}


@pytest.mark.parametrize("kind", NO_TEXT)
def test_a_file_that_holds_no_text_is_refused(tmp_path: Path, kind: str) -> None:
    name, data, reason = NO_TEXT[kind]
    assert header(tmp_path, name, data) == Refusal(reason)


def test_a_name_that_does_not_say_gzip_is_not_unpacked(tmp_path: Path) -> None:
    found = header(tmp_path, "Orders.csv", gzip.compress(TEXT))
    assert isinstance(found, Refusal)
    assert found.reason.startswith("has ")


def test_no_more_of_a_file_is_unpacked_than_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gzip bomb is a small file that unpacks to gigabytes."""
    seen: list[int] = []

    def looking(head: bytes, spec: TableSpec) -> Header | Refusal:
        seen.append(len(head))
        return bind_header(head, spec)

    monkeypatch.setattr(headers, "bind_header", looking)
    full, bomb = gzip.compress(b"\n" * PEEK), gzip.compress(b"\n" * (8 * PEEK))
    for data in (bomb, full + bomb, bomb + gzip.compress(TEXT)):
        found = header(tmp_path, "Orders.csv.gz", data)
        assert found == Refusal("holds blank lines only; export it again or remove it")
    assert seen == [PEEK] * 3
