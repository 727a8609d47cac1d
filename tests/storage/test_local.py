"""A folder as storage: nothing half written, nothing overlooked, every failure explained."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from c360.errors import OutsideFailure
from c360.storage.local import LocalStorage
from tests.storage.contract import StorageContract, listed


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "root")


class TestFolder(StorageContract):
    """The contract of every storage, in a folder."""


class TestOddFolder(StorageContract):
    """The contract, in a folder whose name means something to others."""

    @pytest.fixture
    def storage(self, tmp_path: Path) -> LocalStorage:
        return LocalStorage(tmp_path / "ü [1]%20#?" / "root")


# -- create


def test_a_failed_write_leaves_nothing(
    storage: LocalStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutsideFailure, match="No space left on device"):
        storage.create("a/x", b"data")
    assert listed(storage) == []


@pytest.mark.parametrize("below", ["root", "root/deeper/still"])
def test_a_root_below_a_regular_file_cannot_be_written(tmp_path: Path, below: str) -> None:
    (tmp_path / "root").write_bytes(b"")
    storage = LocalStorage(tmp_path / below)
    with pytest.raises(OutsideFailure) as caught:
        storage.create("Orders/x", b"")
    assert str(caught.value).startswith(f"{tmp_path / below}/Orders/x: could not write (")
    assert "Check that the path is right" in str(caught.value)
    assert caught.value.exit_code == 3
    assert storage.read("Orders/x") is None
    assert storage.stat("Orders/x") is None
    assert listed(storage) == []


# -- list


def test_linked_files_and_folders_are_listed(storage: LocalStorage, tmp_path: Path) -> None:
    (tmp_path / "else").mkdir()
    (tmp_path / "else" / "Orders.csv").write_bytes(b"123")
    storage.create("own/x", b"")
    (storage.folder / "Linked.csv").symlink_to(tmp_path / "else" / "Orders.csv")
    (storage.folder / "archive").symlink_to(tmp_path / "else")
    (storage.folder / "gone.csv").symlink_to(tmp_path / "nothing")
    assert listed(storage) == ["Linked.csv", "archive/Orders.csv", "own/x"]
    assert storage.stat("archive/Orders.csv") == (3, "107b2fb2")


def test_what_is_no_regular_file_is_not_listed(storage: LocalStorage) -> None:
    storage.create("x", b"")
    os.mkfifo(storage.folder / "Orders.csv")  # reading it would wait for ever
    assert listed(storage) == ["x"]


def test_a_link_to_a_folder_around_it_ends_the_way(storage: LocalStorage) -> None:
    storage.create("a/b/x", b"")
    (storage.folder / "a" / "b" / "up").symlink_to(storage.folder)
    (storage.folder / "a" / "self").symlink_to(storage.folder / "a")
    assert listed(storage) == ["a/b/x"]


def test_a_root_may_be_a_link(storage: LocalStorage, tmp_path: Path) -> None:
    storage.create("a/x", b"")
    (tmp_path / "link").symlink_to(storage.folder)
    assert listed(LocalStorage(tmp_path / "link")) == ["a/x"]


def test_a_folder_that_cannot_be_read_is_no_empty_folder(
    storage: LocalStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage.create("closed/Orders.csv", b"")
    scan = os.scandir

    def refusing(path: str) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refusing)
    with pytest.raises(OutsideFailure, match=r"could not list \(Permission denied\)"):
        listed(storage)


def test_a_file_that_goes_away_while_it_is_listed_is_not_there(
    storage: LocalStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Runs remove their locks at any time: another run's listing must not fail by that."""
    for name in ("a", "b", "c"):
        storage.create(name, b"")
    walk = os.walk

    def walking(*args: object, **options: object) -> object:
        for step in walk(*args, **options):  # type: ignore[call-overload]
            (storage.folder / "b").unlink(missing_ok=True)
            yield step

    monkeypatch.setattr(os, "walk", walking)
    assert listed(storage) == ["a", "c"]


def test_a_name_that_is_not_utf_8_is_told_and_not_overlooked(storage: LocalStorage) -> None:
    storage.create("in/x", b"")
    Path(os.fsdecode(os.fsencode(storage.folder / "in") + b"/Orders_\xe4.csv")).write_bytes(b"")
    with pytest.raises(OutsideFailure) as caught:
        listed(storage)
    message = str(caught.value)
    assert r"in/Orders_\udce4.csv: its name is not UTF-8; rename it" in message
    message.encode()  # can be printed


# -- read, open, stat


def test_what_cannot_be_read_is_told(storage: LocalStorage) -> None:
    storage.create("folder/x", b"")
    for reading in (storage.read, storage.open, storage.stat):
        with pytest.raises(OutsideFailure, match=r"folder: could not read \(Is a directory\)"):
            reading("folder")


# -- move and delete


def test_deleting_removes_that_and_no_more(storage: LocalStorage, tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(b"")
    for path in ("a/b/x", "a/b/y", "a/c/x", "ab"):
        storage.create(path, b"")
    (storage.folder / "a" / "b" / "link").symlink_to(tmp_path)
    storage.delete("a/b/x")
    assert listed(storage, "a/c") == ["a/c/x"]
    storage.delete_tree("a/b")
    assert listed(storage) == ["a/c/x", "ab"]
    assert (tmp_path / "precious").exists(), "what a link leads to is not below the root"


def test_what_cannot_be_deleted_is_told(storage: LocalStorage) -> None:
    storage.create("folder/x", b"")
    with pytest.raises(OutsideFailure, match="folder: could not delete"):
        storage.delete("folder")


# -- addresses


def test_an_address_is_the_path_taken_literally(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path / "a b%20[1]")
    assert storage.uri("ü/x*.csv") == f"file://{tmp_path}/a b%20[1]/ü/x*.csv"
    assert storage.root == f"{tmp_path}/a b%20[1]"


def test_a_relative_root_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    storage = LocalStorage(Path("silver"))
    monkeypatch.chdir("/")
    assert storage.root == str(tmp_path / "silver")
