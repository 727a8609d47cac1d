"""What c360 asks of a place that holds files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

_GLOB_CHARACTERS = re.compile(r"[\\{}\[\]*?]")


def escape_globs(uri: str) -> str:
    """The address as Spark's readers want it: to them a bare `[1]` is a pattern.

    Their option to take paths literally is no way out: it reads each of n such paths n times.
    """
    return _GLOB_CHARACTERS.sub(r"\\\g<0>", uri)


@dataclass(frozen=True, slots=True)
class Stored:
    """One stored file. `path` is relative to the root, with `/` between its parts."""

    path: str
    bytes: int


class Storage(Protocol):
    """A root folder. Every path is relative to it; every failure is an `OutsideFailure`."""

    @property
    def root(self) -> str:
        """The root as people and messages name it."""

    def uri(self, path: str) -> str:
        """The address to which Spark writes `path`; to read it, see `escape_globs`."""

    def list(self, below: str = "") -> Iterator[Stored]:
        """Every file below the folder `below`, in code-point order of its path."""

    def folders(self, below: str = "") -> Iterator[str]:
        """The names of the folders directly below `below`, sorted."""

    def read(self, path: str) -> bytes | None:
        """The bytes of a small file, or None when there is none."""

    def open(self, path: str) -> BinaryIO:
        """A stream over a file, to be closed by the caller."""

    def stat(self, path: str) -> tuple[int, str] | None:
        """Size in bytes and CRC32C (eight lower-case hex digits), or None when there is none."""

    def create(self, path: str, data: bytes) -> bool:
        """Write a file that must not exist; False, and nothing changed, when it does."""

    def move_tree(self, folder: str, target: str) -> None:
        """Move a folder with all its files."""

    def delete(self, path: str) -> None:
        """Remove a file; one that is not there is no error."""

    def delete_tree(self, folder: str) -> None:
        """Remove a folder with all its files; one that is not there is no error."""
