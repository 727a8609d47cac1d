"""A folder of this machine as storage: atomic creation by a hard link, checksums by reading."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import stat
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import google_crc32c

from c360.errors import OutsideFailure
from c360.failpoints import failpoint
from c360.storage.protocol import Stored

_CHUNK = 1 << 20
_UNFINISHED = ".unfinished"


class LocalStorage:
    """Files below one folder, which need not exist yet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()

    @property
    def folder(self) -> Path:
        """The folder itself, for what only a local root has: locks, and files for DuckDB."""
        return self._folder

    @property
    def root(self) -> str:
        """The folder's absolute path."""
        return str(self._folder)

    def uri(self, path: str) -> str:
        """`file://` and the absolute path, not percent-encoded: Hadoop takes it literally."""
        return f"file://{self._folder / path}"

    def list(self, below: str = "") -> Iterator[Stored]:
        """Every regular file below `below`, in code-point order of its relative path."""
        start = self._folder / below
        with _explained("list", start):
            sizes = {p.relative_to(self._folder).as_posix(): size for p, size in _walk(start)}
        for path in sorted(sizes):
            if not _is_utf8(path):
                shown = path.encode(errors="backslashreplace").decode()
                raise OutsideFailure(f"{self.root}/{shown}: its name is not UTF-8; rename it")
            yield Stored(path, sizes[path])

    def folders(self, below: str = "") -> Iterator[str]:
        """The names of the folders directly below `below`, sorted."""
        start = self._folder / below
        with _explained("list", start):
            yield from (
                sorted(p.name for p in start.iterdir() if p.is_dir()) if start.is_dir() else ()
            )

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, or None when there is none."""
        with _explained("read", self._folder / path):
            try:
                return (self._folder / path).read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                return None

    def open(self, path: str) -> BinaryIO:
        """The file opened for reading bytes."""
        with _explained("read", self._folder / path):
            return (self._folder / path).open("rb")

    def stat(self, path: str) -> tuple[int, str] | None:
        """Size and CRC32C from one pass over the bytes, so that both are of the same moment."""
        crc, size = 0, 0
        try:
            with _explained("read", self._folder / path), (self._folder / path).open("rb") as file:
                while chunk := file.read(_CHUNK):
                    crc = google_crc32c.extend(crc, chunk)
                    size += len(chunk)
        except OutsideFailure as failure:
            if isinstance(failure.__cause__, FileNotFoundError | NotADirectoryError):
                return None
            raise
        return size, f"{crc:08x}"

    def create(self, path: str, data: bytes) -> bool:
        """Write under a temporary name, then link: the file appears whole or not at all.

        The temporary file is locked while its process lives, so that a dead one's can be told.
        """
        target = self._folder / path
        with _explained("write", target):
            target.parent.mkdir(parents=True, exist_ok=True)
            while True:
                temporary = target.with_name(f".{target.name}.{uuid.uuid4().hex}{_UNFINISHED}")
                with temporary.open("xb") as file:
                    fcntl.flock(file, fcntl.LOCK_EX)
                    if not os.fstat(file.fileno()).st_nlink:
                        continue  # it was taken for a dead process's before it was locked
                    try:
                        file.write(data)
                        file.flush()
                        os.fsync(file.fileno())
                        failpoint("storage.link")
                        os.link(temporary, target)
                    except FileExistsError:
                        return False
                    finally:
                        temporary.unlink(missing_ok=True)
                return True

    def remove_unfinished(self, folder: str) -> int:
        """Remove what dead processes left of `create` directly in a folder; how many files."""
        removed = 0
        with _explained("delete", self._folder / folder):
            for path in (self._folder / folder).glob(f".*{_UNFINISHED}"):
                with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
                    if _is_free(file):
                        path.unlink()
                        removed += 1
        return removed

    def move_tree(self, folder: str, target: str) -> None:
        """Rename the folder."""
        with _explained("move", self._folder / folder):
            (self._folder / target).parent.mkdir(parents=True, exist_ok=True)
            (self._folder / folder).rename(self._folder / target)

    def delete(self, path: str) -> None:
        """Remove the file if it is there."""
        with _explained("delete", self._folder / path):
            (self._folder / path).unlink(missing_ok=True)

    def delete_tree(self, folder: str) -> None:
        """Remove the folder if it is there."""
        with (
            _explained("delete", self._folder / folder),
            contextlib.suppress(FileNotFoundError),
        ):
            shutil.rmtree(self._folder / folder)


def _is_free(file: BinaryIO) -> bool:
    """True where no process holds the lock of an open file; this one holds it then."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _walk(start: Path) -> Iterator[tuple[Path, int]]:
    """Every regular file below a folder with its size, linked folders included.

    What goes away meanwhile is not there; a folder that cannot be read is an error.
    """
    for folder, names, files in os.walk(start, onerror=_raise_unless_gone, followlinks=True):
        here = Path(folder)
        names[:] = [name for name in names if not _is_around(here / name, here)]
        for name in files:
            with contextlib.suppress(FileNotFoundError):
                found = (here / name).stat()
                if stat.S_ISREG(found.st_mode):
                    yield here / name, found.st_size


def _raise_unless_gone(failure: OSError) -> None:
    if not isinstance(failure, FileNotFoundError | NotADirectoryError):
        raise failure


def _is_around(folder: Path, here: Path) -> bool:
    """True for a link to a folder that `here` lies in: following it would never end."""
    return folder.is_symlink() and here.resolve().is_relative_to(folder.resolve())


def _is_utf8(path: str) -> bool:
    """False for a name of other bytes, which neither an id nor a message can hold."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


@contextlib.contextmanager
def _explained(verb: str, path: Path) -> Iterator[None]:
    """Turn an operating system's refusal into a message with the path and a next step."""
    try:
        yield
    except OSError as cause:
        raise OutsideFailure(
            f"{path}: could not {verb} ({cause.strerror or cause}). "
            "Check that the path is right, that this user may use it, and that the disk has room"
        ) from cause
