"""Source text is shown so that it is seen, and cannot act."""

from __future__ import annotations

import pytest

from c360.cli.display import counted, displayed


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (b"plain, \xc3\xa9", "plain, é"),
        (b"\xff\xc3(", "\\xff\\xc3("),
        ("\x1b[2J", "\\x1b[2J"),
        ("a\tb\r\nc\x00", "a\\tb\\r\\nc\\x00"),
        ("a\u00a0b\u2003c", "a\\xa0b\\u2003c"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("日本 👍", "日本 👍"),
        ("C:\\new", "C:\\new"),
    ],
)
def test_what_has_no_shape_is_escaped(source: bytes | str, shown: str) -> None:
    assert displayed(source) == shown


def test_counts_agree_with_their_noun() -> None:
    assert [counted(n, "record") for n in (0, 1, 2000)] == [
        "0 records", "1 record", "2,000 records",
    ]  # fmt: skip
