"""Reads rejected records from their Parquet files with DuckDB, so that no JVM is started."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from c360.errors import OutsideFailure
from c360.quarantine.read import QuarantinedFile
from c360.storage import Storage
from c360.storage.local import LocalStorage
from c360.warehouse.duckdb_staging import literal_path

_AT_ONCE = 1000  # rows in memory
_SELECT = (
    "SELECT RawRecord, Reasons FROM read_parquet($file) "
    "WHERE list_has_any(Reasons, $reasons::VARCHAR[])"
)
_COUNT = "SELECT count(*) FROM read_parquet($file) WHERE list_has_any(Reasons, $reasons::VARCHAR[])"
_CLEAN_AGAIN = (
    "`c360 run --only silver --silver build/again` cleans it anew, and `--silver build/again` "
    "shows the rows of that"
)


@dataclass(frozen=True, slots=True)
class RejectedRecord:
    """One rejected record: its exact bytes without the line end, and all its reasons."""

    raw: bytes
    reasons: tuple[str, ...]


def way_back(file: QuarantinedFile) -> str:
    """How rows of a file come back that are gone from quarantine."""
    if file.is_current:
        return f"the source file still has them: {_CLEAN_AGAIN}"
    return (
        "the source file is not in bronze any more as it was: put that version back, then "
        f"{_CLEAN_AGAIN}"
    )


def read_records(
    quarantine: Storage, file: QuarantinedFile, reasons: Collection[str]
) -> Iterator[RejectedRecord]:
    """The rejected records of a file that have one of these reasons, in the order of the file.

    Raises:
        OutsideFailure: the rows are damaged, or went away meanwhile.
    """
    for part in file.parts:
        with _asked(quarantine, file, part, _SELECT, reasons) as rows:
            while some := rows.fetchmany(_AT_ONCE):
                for raw, found in some:
                    yield RejectedRecord(bytes(raw), tuple(found))


def count_records(quarantine: Storage, file: QuarantinedFile, reasons: Collection[str]) -> int:
    """How many records of a file have one of these reasons, among the rows that are there."""
    count = 0
    for part in file.parts:
        with _asked(quarantine, file, part, _COUNT, reasons) as rows:
            (found,) = rows.fetchone() or (0,)
            count += found
    return count


@contextlib.contextmanager
def local_file(storage: Storage, path: str) -> Iterator[Path]:
    """A stored file where DuckDB can read it: itself, or a copy that is removed at the end."""
    if isinstance(storage, LocalStorage):
        yield storage.folder / path
        return
    with tempfile.NamedTemporaryFile(suffix=".parquet") as copy:
        with storage.open(path) as stream:
            shutil.copyfileobj(stream, copy)
        copy.flush()
        yield Path(copy.name)


@contextlib.contextmanager
def _asked(
    quarantine: Storage, file: QuarantinedFile, part: str, sql: str, reasons: Collection[str]
) -> Iterator[duckdb.DuckDBPyConnection]:
    try:
        with local_file(quarantine, part) as local, duckdb.connect() as connection:
            values = {"file": literal_path(str(local)), "reasons": sorted(reasons)}
            yield connection.execute(sql, values)
    except duckdb.Error as cause:
        raise OutsideFailure(
            f"{quarantine.root}/{part}: the rejected rows cannot be read "
            f"({type(cause).__name__}); {way_back(file)}"
        ) from cause
