"""A folder of this machine as storage: atomic creation by a hard link, checksums by reading."""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import google_crc32c

from c360.errors import OutsideFailure
from c360.storage.protocol import Stored

_CHUNK = 1 << 20


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
            files = [p for p in start.rglob("*") if p.is_file()] if start.is_dir() else []
            sizes = {p.relative_to(self._folder).as_posix(): p.stat().st_size for p in files}
        for path in sorted(sizes):
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
            if isinstance(failure.__cause__, FileNotFoundError):
                return None
            raise
        return size, f"{crc:08x}"

    def create(self, path: str, data: bytes) -> bool:
        """Write under a temporary name, then link: the file appears whole or not at all."""
        target = self._folder / path
        temporary = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
        with _explained("write", target):
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                with temporary.open("xb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                os.link(temporary, target)
            except FileExistsError:
                return False
            finally:
                temporary.unlink(missing_ok=True)
        return True

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
