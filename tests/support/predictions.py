"""What a run must do with a state of bronze, predicted by the oracles.

A prediction knows the state, and what earlier runs on the same silver root and warehouse left.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.support import oracle_silver
from tests.support.oracle_silver import SOURCE_FILE, TABLES, OracleFile, read_file
from tests.support.states import MAX_REJECTED, MAX_REJECTED_FILE, State, table_of

Status = Literal["published", "up_to_date", "refused"]
Origin = tuple[str, bytes, bool]
_DAMAGED = (EOFError, OSError, zlib.error)


@dataclass(frozen=True)
class Changes:
    """How many rows of a published table a publication inserts, updates and deletes."""

    inserted: int
    updated: int
    deleted: int


@dataclass(frozen=True)
class Prediction:
    """What a run must do: its end, and the files and tables that a refusal must name."""

    status: Status
    refused: frozenset[str] = frozenset()
    read: frozenset[str] = frozenset()  # the files that this run cleans
    changes: Mapping[str, Changes] = field(default_factory=dict)  # by silver table


@dataclass
class Expected:
    """Predicts runs on one silver root and warehouse, and remembers what they leave."""

    batches: set[Origin] = field(default_factory=set)  # what has been cleaned
    published: State | None = None

    def predict(self, state: State) -> Prediction:
        """What a run on this state does; it is taken to have happened."""
        if self.published == state:
            return Prediction("up_to_date")
        unread = {path for path in state.files if state.batch(path) not in self.batches}
        early = {path for path in unread if has_unreadable_start(path, state.files[path])}
        missing = TABLES.keys() - {table_of(path) for path in state.files}
        if early or missing:
            return Prediction("refused", frozenset(early | missing))
        broken = {path for path in unread if not _records(path, state.files[path])}
        self.batches |= {state.batch(path) for path in unread - broken}
        if refused := broken or _over_budget(state):
            return Prediction("refused", frozenset(refused), frozenset(unread - broken))
        before, self.published = self.published, state
        return Prediction("published", read=frozenset(unread), changes=_changes(before, state))


def read_state(state: State) -> dict[str, list[OracleFile]]:
    """The files of a state, every one of which can be read, as the oracle reads them."""
    found: dict[str, list[OracleFile]] = {name: [] for name in TABLES}
    for path, data in state.files.items():
        found[table_of(path)].append(_read(path, data))
    return found


def has_unreadable_start(path: str, data: bytes) -> bool:
    """True where the beginning of a file shows already that it cannot be read."""
    if path.endswith(".gz"):
        try:
            data = zlib.decompressobj(wbits=31).decompress(data)
        except zlib.error:
            return True
    try:
        file = read_file(TABLES[table_of(path)], path, data)
    except ValueError:
        return True
    return not file.records


def _records(path: str, data: bytes) -> int:
    """The records of a file; none where it ends too early."""
    try:
        return _read(path, data).records
    except _DAMAGED:
        return 0


def _read(path: str, data: bytes) -> OracleFile:
    plain = gzip.decompress(data) if path.endswith(".gz") else data
    return read_file(TABLES[table_of(path)], path, plain)


def _over_budget(state: State) -> set[str]:
    """The files and tables with more rejected records than the registry of histories allows."""
    refused: set[str] = set()
    for name, files in read_state(state).items():
        refused |= {
            file.path for file in files if len(file.rejected) / file.records > MAX_REJECTED_FILE
        }
        records = sum(file.records for file in files)
        rejected = sum(len(file.rejected) for file in files)
        if rejected / records > MAX_REJECTED:
            refused.add(name)
    return refused


def _changes(before: State | None, after: State) -> dict[str, Changes]:
    old, new = (_rows_by_key(state) if state else {} for state in (before, after))
    changes = {}
    for name, rows in new.items():
        was = old.get(name, {})
        changes[name] = Changes(
            inserted=len(rows.keys() - was.keys()),
            updated=sum(rows[key] != was[key] for key in rows.keys() & was.keys()),
            deleted=len(was.keys() - rows.keys()),
        )
    return changes


def _rows_by_key(state: State) -> dict[str, dict[Any, tuple[Any, Origin]]]:
    """The rows of every table by key, each with what its batch was made from."""
    return {
        name: {
            row[TABLES[name].key or oracle_silver.ROW_KEY]: (row, state.batch(row[SOURCE_FILE]))
            for row in rows
        }
        for name, rows in oracle_silver.state(read_state(state)).items()
    }
