"""A folder as storage: nothing half written, nothing overlooked, every failure explained."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import google_crc32c
import pytest

from c360.errors import OutsideFailure
from c360.storage import Stored
from c360.storage.local import LocalStorage

CHECK_VECTOR = b"123456789"  # CRC-32C of these nine digits is e3069283 (RFC 3720, appendix B.4)


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "root")


def listed(storage: LocalStorage, below: str = "") -> list[str]:
    return [stored.path for stored in storage.list(below)]


# -- create


def test_a_created_file_is_read_back_with_its_folders(storage: LocalStorage) -> None:
    assert storage.create("a/ü b[1]%20/c.json", b"one") is True
    assert storage.read("a/ü b[1]%20/c.json") == b"one"
    assert listed(storage) == ["a/ü b[1]%20/c.json"], "no temporary file stays"


def test_a_file_that_exists_is_not_changed(storage: LocalStorage) -> None:
    assert storage.create("x", b"first")
    assert storage.create("x", b"second") is False
    assert storage.read("x") == b"first"
    assert listed(storage) == ["x"]


def test_of_twenty_writers_exactly_one_creates_the_file(storage: LocalStorage) -> None:
    for race in range(20):
        start = threading.Barrier(20)

        def write(number: int, race: int = race, start: threading.Barrier = start) -> bool:
            start.wait()
            return storage.create(f"batch/{race}", str(number).encode())

        with ThreadPoolExecutor(20) as pool:
            won = list(pool.map(write, range(20)))
        assert won.count(True) == 1
        assert storage.read(f"batch/{race}") == str(won.index(True)).encode()
    assert len(listed(storage)) == 20


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


def test_every_file_is_listed_in_code_point_order(storage: LocalStorage) -> None:
    for path in ("b/Z.csv", "b/a.csv", "B.csv", "ü.csv", "a/1/2/3.csv", "a-b.csv", ".hidden"):
        storage.create(path, path.encode())
    expected = [".hidden", "B.csv", "a-b.csv", "a/1/2/3.csv", "b/Z.csv", "b/a.csv", "ü.csv"]
    assert list(storage.list()) == [Stored(path, len(path.encode())) for path in expected]
    assert listed(storage, "b") == ["b/Z.csv", "b/a.csv"]
    assert listed(storage, "none") == []


def test_folders_are_named_in_order_and_files_are_none(storage: LocalStorage) -> None:
    for path in ("b/x", "ü/x", "a/b/x", "file"):
        storage.create(path, b"")
    assert list(storage.folders()) == ["a", "b", "ü"]
    assert list(storage.folders("a")) == ["b"]
    assert list(storage.folders("none")) == list(storage.folders("file")) == []


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


def test_a_file_that_is_not_there_is_none(storage: LocalStorage) -> None:
    storage.create("file", b"")
    for path in ("none", "none/at/all", "file/below"):
        assert storage.read(path) is None
        assert storage.stat(path) is None
    with pytest.raises(OutsideFailure, match=r"none: could not read \(No such file"):
        storage.open("none")


def test_what_cannot_be_read_is_told(storage: LocalStorage) -> None:
    storage.create("folder/x", b"")
    for reading in (storage.read, storage.open, storage.stat):
        with pytest.raises(OutsideFailure, match=r"folder: could not read \(Is a directory\)"):
            reading("folder")


@pytest.mark.parametrize(
    ("data", "stat"),
    [
        (CHECK_VECTOR, (9, "e3069283")),
        (b"", (0, "00000000")),
        (b"\x00" * 32, (32, "8a9136aa")),
    ],
)
def test_the_checksum_is_crc_32c(storage: LocalStorage, data: bytes, stat: tuple[int, str]) -> None:
    storage.create("x", data)
    assert storage.stat("x") == stat


def test_a_file_larger_than_one_read_has_the_checksum_of_all_of_it(storage: LocalStorage) -> None:
    data = os.urandom((1 << 20) + 1)
    storage.create("x", data)
    storage.create("y", data[:-1])
    storage.create("z", data[:-1] + bytes([data[-1] ^ 1]))
    for name in "xyz":
        stored = storage.read(name) or b""
        assert storage.stat(name) == (len(stored), f"{google_crc32c.value(stored):08x}")
    assert len({storage.stat(name) for name in "xyz"}) == 3


def test_a_stream_gives_the_bytes(storage: LocalStorage) -> None:
    storage.create("x", b"\xff\r\n\x00")
    with storage.open("x") as stream:
        assert stream.read() == b"\xff\r\n\x00"


# -- move and delete


def test_a_folder_moves_with_all_its_files(storage: LocalStorage) -> None:
    storage.create("a/b/x", b"1")
    storage.create("a/y", b"2")
    storage.move_tree("a", "set/aside/a")
    assert listed(storage) == ["set/aside/a/b/x", "set/aside/a/y"]
    with pytest.raises(OutsideFailure, match="could not move"):
        storage.move_tree("a", "set/aside/b")


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


def test_deleting_what_is_not_there_is_no_error(storage: LocalStorage) -> None:
    storage.delete("none/x")
    storage.delete_tree("none")


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
