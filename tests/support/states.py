"""One moment of a history: the source files, and which of two registries is used."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.support.oracle_silver import TABLES
from tests.support.places import replaced

# Of small files a single bad record is a large share, so these budgets are wide; the rows that a
# table may lose are not limited: histories remove files on purpose.
MAX_REJECTED, MAX_REJECTED_FILE = 0.3, 0.5
Which = Literal["own", "other"]
_BUDGETS = {
    "max_rejected: 0.05": f"max_rejected: {MAX_REJECTED}",
    "max_rejected_file: 0.5": f"max_rejected_file: {MAX_REJECTED_FILE}",
    "max_shrink: 0.5": "max_shrink: 1",
}
_NAME = "Name: {type: string, pii: true, description: Full name.}"
_OTHER = {
    "counted_statuses: [Completed]": "counted_statuses: [Completed, Pending]",
    "excluded_statuses: [Pending, ": "excluded_statuses: [",
    # longer than any name, so that Customers are cleaned anew into the same rows
    _NAME: _NAME.replace("pii: true", "pii: true, max_length: 500"),
}


@dataclass(frozen=True)
class State:
    """The source files by path, and which of two registries is used."""

    files: Mapping[str, bytes]
    registry: Which = "own"

    def write(self, root: Path) -> None:
        """Make `root` hold these files and no others."""
        shutil.rmtree(root, ignore_errors=True)
        for path, data in self.files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(data)

    def batch(self, path: str) -> tuple[str, bytes, bool]:
        """What the silver batch of a file is made from; the registries differ in Customers."""
        other = self.registry == "other" and table_of(path) == "Customers"
        return path, self.files[path], other


def registry_text(own: str, which: Which) -> str:
    """The registry of a state: the other one counts more orders, and cleans Customers anew."""
    text = replaced(own, _BUDGETS)
    return text if which == "own" else replaced(text, _OTHER)


def table_of(path: str) -> str:
    """The table whose file this is."""
    name = path.rsplit("/", 1)[-1]
    return next(table for table in TABLES if name.startswith(table))


def read_files(root: Path) -> dict[str, bytes]:
    """Every file below `root`, by its path."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }
