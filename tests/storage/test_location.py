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


@pytest.mark.parametrize(
    ("uri", "root"),
    [
        ("gs://bucket", "gs://bucket"),
        ("gs://bucket/", "gs://bucket"),
        ("gs://bucket/raw", "gs://bucket/raw"),
        ("gs://bucket/raw/", "gs://bucket/raw"),
        ("gs://my.bucket_1/a b%20#?[1]/ü/", "gs://my.bucket_1/a b%20#?[1]/ü"),
    ],
)
def test_an_address_in_a_bucket_is_taken_literally(uri: str, root: str) -> None:
    storage = open_storage(uri)
    assert storage.root == root
    assert storage.uri("x/%20#") == f"{root}/x/%20#"


@pytest.mark.parametrize("uri", ["gs://", "gs:///x", "gs:/bucket/x", "gs://B/x", "gs://ab", "gs:x"])
def test_an_address_without_a_bucket_is_wrong_use(uri: str) -> None:
    with pytest.raises(WrongUse, match=r"names no bucket; expected gs://bucket or gs://bucket/fol"):
        open_storage(uri)


@pytest.mark.parametrize("uri", ["gs://bucket//", "gs://bucket/a//b", "gs://bucket/../b"])
def test_a_path_in_a_bucket_that_spark_would_change_is_wrong_use(uri: str) -> None:
    with pytest.raises(WrongUse, match=r"a part of its path is empty, '\.' or '\.\.'"):
        open_storage(uri)


def test_a_bucket_is_looked_for_when_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("C360_CREDENTIALS", "mine")
    with pytest.raises(WrongUse, match="C360_CREDENTIALS: found 'mine'; expected one of anonymous"):
        open_storage("gs://bucket")
    open_storage("bucket")


@pytest.mark.parametrize("uri", ["s3://bucket/x", "file://server/share", "http://host/x"])
def test_other_addresses_are_wrong_use(uri: str) -> None:
    with pytest.raises(WrongUse) as caught:
        open_storage(uri)
    assert str(caught.value).startswith(f"{uri}: found the scheme")
    assert caught.value.exit_code == 2


def test_characters_that_readers_take_for_patterns_are_escaped() -> None:
    assert escape_globs("file:///a b/ü,%20/x=1/^!#.csv") == "file:///a b/ü,%20/x=1/^!#.csv"
    assert escape_globs("file:///{a}/[1]/*?\\.csv") == r"file:///\{a\}/\[1\]/\*\?\\.csv"
