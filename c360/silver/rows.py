"""Writes the accepted rows of one file, one row a key."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from pyspark.sql import DataFrame, Observation
from pyspark.sql import functions as F

from c360 import survivors
from c360.contracts.silver import FILE_ID, SOURCE_FILE
from c360.failpoints import failpoint
from c360.manifest import PartFile
from c360.silver.kept import keeping
from c360.silver.parquet import list_parts, read_files, write_frame
from c360.silver.workspace import FileTask

# Spark reads a file up to this size as one piece (its files.openCostInBytes): such rows are ranked
# where they are read, without a shuffle and without a second look.
ONE_PIECE = 4 << 20


@dataclass(frozen=True, slots=True)
class Written:
    """The rows of a batch as they lie in storage."""

    folder: str  # inside the batch's folder
    files: tuple[PartFile, ...]
    duplicates: int = 0  # losers of a key, which are not in the files
    conflicts: int = 0  # of those, the ones that differ from the survivor

    @property
    def rows(self) -> int:
        """The rows in the files."""
        return sum(part.rows for part in self.files)


def is_small(task: FileTask) -> bool:
    """True for a file that Spark reads in one piece, which it may as well read twice."""
    return task.file.pin.bytes <= ONE_PIECE


def write_rows(task: FileTask, accepted: DataFrame) -> Written:
    """The accepted rows of a file, with one row a key; where there is no key, equal rows numbered.

    A large file is written as it is read: looking at the keys of what was written, and writing
    again only where they repeat, costs less than ranking every row of every file.
    """
    rows = accepted.select(
        "*",
        F.lit(task.file.file_id).alias(FILE_ID),
        F.lit(task.path).alias(SOURCE_FILE),
    )
    if is_small(task):
        return _settle(task, _rank(task, rows.coalesce(1)), task.work.run_id)
    return _write_then_settle(task, rows)


def _write_then_settle(task: FileTask, rows: DataFrame) -> Written:
    folder = task.work.run_id
    keyed = rows if task.table.key else survivors.first_occurrences(rows, task.table)
    _write(task, keyed, folder)
    written = _read(task, folder)
    with keeping() as keep:
        repeated = keep(survivors.repeated_keys(written, task.contract.key))
        keys = repeated.count()
        if not keys:
            return Written(folder, _list(task, folder, written.count()))
        ranked = _rank_written(task, written, repeated, keys)
        settled = _settle(task, ranked, f"{folder}.settled")
    failpoint("silver.unsettled")
    task.work.silver.delete_tree(f"{task.folder}/{folder}")
    return settled


def _rank_written(task: FileTask, written: DataFrame, repeated: DataFrame, keys: int) -> DataFrame:
    """What was written, ranked; of many rows only those are moved whose keys repeat."""
    if keys > survivors.MOST_APART:
        return _rank(task, written)
    rank = functools.partial(_rank, task)
    return survivors.rank_apart(written, repeated, task.contract.key, rank)


def _rank(task: FileTask, rows: DataFrame) -> DataFrame:
    """The rows of every key ranked, or equal ones numbered where there is no key."""
    if task.table.key:
        return survivors.rank_rows(rows, task.contract)
    return survivors.number_occurrences(rows, task.table)


def _settle(task: FileTask, ranked: DataFrame, name: str) -> Written:
    """Write what survives of ranked rows."""
    counter = Observation()
    observed = ranked.observe(
        counter,
        F.count(F.when(F.col(survivors.RANK) == 1, 1)).alias("kept"),
        F.count(F.when(F.col(survivors.RANK) > 1, 1)).alias("duplicates"),
        F.count(F.when(F.col(survivors.CONFLICTS), 1)).alias("conflicts"),
    )
    _write(task, observed.where(F.col(survivors.RANK) == 1), name)
    counts = counter.get
    files = _list(task, name, counts["kept"])
    return Written(name, files, counts["duplicates"], counts["conflicts"])


def _write(task: FileTask, rows: DataFrame, name: str) -> None:
    selected = rows.select(*task.contract.column_names)
    failpoint("silver.rows")
    write_frame(selected, task.work.silver, f"{task.folder}/{name}")


def _list(task: FileTask, name: str, rows: int) -> tuple[PartFile, ...]:
    return list_parts(task.work.spark, task.work.silver, f"{task.folder}/{name}", rows)


def _read(task: FileTask, name: str) -> DataFrame:
    uri = task.work.silver.uri(f"{task.folder}/{name}")
    return read_files(task.work.spark, [uri], task.contract)
