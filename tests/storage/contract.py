"""What every kind of storage promises; each kind runs these tests on a root of its own."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import google_crc32c
import pytest

from c360.errors import OutsideFailure
from c360.storage import Storage, Stored

CHECK_VECTOR = b"123456789"  # CRC-32C of these nine digits is e3069283 (RFC 3720, appendix B.4)
# Names that mean something to a shell, an address, a pattern or an encoding.
ODD_NAMES = (
    "a/ü b[1]%20/c.json",
    "#1?.csv",
    "100%.csv",
    "a+b&c=d.csv",
    "{x,y}*.csv",
    "e\u0301 \uff03 😀.csv",
    'it\'s "so".csv',
    "back\\slash.csv",
)


def listed(storage: Storage, below: str = "") -> list[str]:
    return [stored.path for stored in storage.list(below)]


class StorageContract:
    """The tests; a subclass beside the fixture `storage` runs them."""

    @pytest.mark.parametrize("path", ODD_NAMES)
    def test_a_created_file_is_read_back_with_its_folders(
        self, storage: Storage, path: str
    ) -> None:
        assert storage.create(path, b"one") is True
        assert storage.read(path) == b"one"
        assert storage.stat(path) == (3, f"{google_crc32c.value(b'one'):08x}")
        with storage.open(path) as stream:
            assert stream.read() == b"one"
        assert listed(storage) == [path], "no temporary file stays"
        storage.delete(path)
        assert listed(storage) == []

    @pytest.mark.parametrize("second", [b"second", b"first"])
    def test_a_file_that_exists_is_not_changed(self, storage: Storage, second: bytes) -> None:
        assert storage.create("x", b"first")
        assert storage.create("x", second) is False
        assert storage.read("x") == b"first"
        assert listed(storage) == ["x"]

    def test_of_ten_writers_exactly_one_creates_the_file(self, storage: Storage) -> None:
        for race in range(10):
            start = threading.Barrier(10)

            def write(number: int, race: int = race, start: threading.Barrier = start) -> bool:
                start.wait()
                return storage.create(f"batch/{race}", str(number).encode())

            with ThreadPoolExecutor(10) as pool:
                won = list(pool.map(write, range(10)))
            assert won.count(True) == 1
            assert storage.read(f"batch/{race}") == str(won.index(True)).encode()
        assert len(listed(storage)) == 10

    def test_every_file_is_listed_in_code_point_order(self, storage: Storage) -> None:
        paths = ("b/Z.csv", "b/a.csv", "B.csv", "ü.csv", "a/1/2/3.csv", "a-b.csv", ".hidden")
        for path in (*paths, "\uffee.csv", "😀.csv"):
            storage.create(path, path.encode())
        expected = [".hidden", "B.csv", "a-b.csv", "a/1/2/3.csv", "b/Z.csv", "b/a.csv", "ü.csv"]
        assert list(storage.list()) == [
            Stored(path, len(path.encode())) for path in (*expected, "\uffee.csv", "😀.csv")
        ]
        assert listed(storage, "b") == ["b/Z.csv", "b/a.csv"]
        assert listed(storage, "none") == []

    def test_folders_are_named_in_order_and_files_are_none(self, storage: Storage) -> None:
        for path in ("b/x", "ü/x", "a/b/x", "ab/x", "file"):
            storage.create(path, b"")
        assert list(storage.folders()) == ["a", "ab", "b", "ü"]
        assert list(storage.folders("a")) == ["b"]
        assert list(storage.folders("none")) == list(storage.folders("file")) == []

    def test_a_file_that_is_not_there_is_none(self, storage: Storage) -> None:
        storage.create("file", b"")
        for path in ("none", "none/at/all", "file/below"):
            assert storage.read(path) is None
            assert storage.stat(path) is None
        with pytest.raises(OutsideFailure, match=r"/none: could not read \("):
            storage.open("none")

    @pytest.mark.parametrize(
        ("data", "stat"),
        [
            (CHECK_VECTOR, (9, "e3069283")),
            (b"", (0, "00000000")),
            (b"\x00" * 32, (32, "8a9136aa")),
        ],
    )
    def test_the_checksum_is_crc_32c(
        self, storage: Storage, data: bytes, stat: tuple[int, str]
    ) -> None:
        storage.create("x", data)
        assert storage.stat("x") == stat

    def test_a_file_larger_than_one_read_has_the_checksum_of_all_of_it(
        self, storage: Storage
    ) -> None:
        data = os.urandom((1 << 20) + 1)
        storage.create("x", data)
        storage.create("y", data[:-1])
        storage.create("z", data[:-1] + bytes([data[-1] ^ 1]))
        for name in "xyz":
            stored = storage.read(name) or b""
            assert storage.stat(name) == (len(stored), f"{google_crc32c.value(stored):08x}")
        assert len({storage.stat(name) for name in "xyz"}) == 3

    @pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 5_000_000])
    def test_a_stream_gives_the_bytes(self, storage: Storage, size: int) -> None:
        data = os.urandom(size)
        storage.create("x", data)
        with storage.open("x") as stream:
            assert stream.read(1000) == data[:1000]
            assert stream.read(1 << 20) == data[1000 : 1000 + (1 << 20)]
            assert stream.read() == data[1000 + (1 << 20) :]
            assert stream.read() == b""

    def test_a_folder_moves_with_all_its_files(self, storage: Storage) -> None:
        storage.create("a/b/ü [1].x", b"1")
        storage.create("a/y", b"2")
        storage.create("ab", b"")
        storage.move_tree("a", "set/aside/a")
        assert listed(storage) == ["ab", "set/aside/a/b/ü [1].x", "set/aside/a/y"]
        assert storage.read("set/aside/a/b/ü [1].x") == b"1"
        with pytest.raises(OutsideFailure, match="/a: could not move"):
            storage.move_tree("a", "set/aside/b")

    def test_deleting_removes_that_and_no_more(self, storage: Storage) -> None:
        for path in ("a/b/x", "a/b/y", "a/b/c/z", "a/c/x", "ab", "a/bc"):
            storage.create(path, b"")
        storage.delete("a/b/x")
        assert listed(storage, "a/b") == ["a/b/c/z", "a/b/y"]
        storage.delete_tree("a/b")
        assert listed(storage) == ["a/bc", "a/c/x", "ab"]

    def test_deleting_what_is_not_there_is_no_error(self, storage: Storage) -> None:
        storage.create("x", b"")
        storage.delete("none/x")
        storage.delete_tree("none")
        assert listed(storage) == ["x"]

    def test_a_file_can_be_created_again_after_it_was_deleted(self, storage: Storage) -> None:
        storage.create("x", b"first")
        storage.delete("x")
        assert storage.create("x", b"second") is True
        assert storage.read("x") == b"second"

    def test_an_address_is_the_path_taken_literally(self, storage: Storage) -> None:
        for path in ODD_NAMES:
            assert storage.uri(path).endswith(f"/{path}")
        assert storage.uri("x").removesuffix("/x").endswith(storage.root)
