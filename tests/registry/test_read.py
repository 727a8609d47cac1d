"""A registry is read from its file, and no more of it than a registry may have."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from c360.dashboard.read import read_measures
from c360.errors import WrongUse
from c360.registry.document import MAX_CHARACTERS
from c360.registry.read import read_document, read_registry
from c360.storage.local import LocalStorage
from tests.support.places import OWN

BUCKET = "gs://customer360-scripts/conf"
_FAR_TOO_MUCH = 8 * MAX_CHARACTERS


class Endless(io.RawIOBase):
    """A file without an end, such as a device; the test ends before memory does."""

    given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        self.given += len(buffer)
        assert self.given <= _FAR_TOO_MUCH, "it is read without limit"
        buffer[:] = bytes(len(buffer))
        return len(buffer)


@pytest.mark.parametrize("read", [read_registry, read_measures])
def test_a_file_without_an_end_is_not_read_to_its_end(
    read: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "open", lambda *_, **__: io.BufferedReader(Endless()))
    with pytest.raises(WrongUse) as refused:
        read(Path("endless.yaml"))
    assert str(refused.value) == (
        "endless.yaml: 1 problem\n  - found more than 1000000 characters; expected at most 1000000"
    )


def test_a_text_of_the_greatest_length_is_read_whatever_its_characters(tmp_path: Path) -> None:
    path, text = tmp_path / "long.yaml", "\U0001f600" * MAX_CHARACTERS
    path.write_text(text, encoding="utf-8-sig")
    assert read_document(path, "the registry", "--registry") == text


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match=r"cannot be read .* name the file with --registry"):
        read_registry(tmp_path / "none.yaml")


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of this machine that answers as one of a bucket."""

    def open_folder(uri: str) -> LocalStorage:
        assert uri == BUCKET
        return LocalStorage(OWN.parent)

    monkeypatch.setattr("c360.registry.read.open_storage", open_folder)


@pytest.mark.usefixtures("bucket")
def test_a_registry_in_a_bucket_is_that_of_a_file() -> None:
    assert read_registry(f"{BUCKET}/tables.yaml") == read_registry(OWN)


@pytest.mark.usefixtures("bucket")
def test_an_object_that_is_not_there_is_told_as_a_file_is() -> None:
    with pytest.raises(WrongUse) as refused:
        read_registry(f"{BUCKET}/tabels.yaml")
    assert str(refused.value) == (
        f"{BUCKET}/tabels.yaml: the registry cannot be read (there is no such object); "
        "name the file with --registry"
    )


def test_an_address_without_a_bucket_is_wrong_use() -> None:
    with pytest.raises(WrongUse, match="names no bucket"):
        read_registry("gs:/customer360-scripts/tables.yaml")
