"""Addresses of roots: what is a folder here, and what is wrong use."""

from __future__ import annotations

from pathlib import Path

import pytest

from c360.errors import WrongUse
from c360.storage import escape_globs, open_storage


@pytest.mark.parametrize(
    ("uri", "folder"),
    [
        ("/data/bronze", "/data/bronze"),
        ("/data/a b%20[1]", "/data/a b%20[1]"),
        ("file:///data/bronze", "/data/bronze"),
        ("file:///data/a%20b", "/data/a b"),
        ("file://localhost/data", "/data"),
        ("build/silver", str(Path.cwd() / "build/silver")),
    ],
)
def test_paths_and_file_addresses_are_local(uri: str, folder: str) -> None:
    assert open_storage(uri).root == folder


@pytest.mark.parametrize("uri", ["s3://bucket/x", "file://server/share", "http://host/x"])
def test_other_addresses_are_wrong_use(uri: str) -> None:
    with pytest.raises(WrongUse) as caught:
        open_storage(uri)
    assert str(caught.value).startswith(f"{uri}: found the scheme")
    assert caught.value.exit_code == 2


def test_characters_that_readers_take_for_patterns_are_escaped() -> None:
    assert escape_globs("file:///a b/ü,%20/x=1/^!#.csv") == "file:///a b/ü,%20/x=1/^!#.csv"
    assert escape_globs("file:///{a}/[1]/*?\\.csv") == r"file:///\{a\}/\[1\]/\*\?\\.csv"
