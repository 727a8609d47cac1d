"""Writes the accepted rows of one file, one row a key."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import DataFrame, Observation
from pyspark.sql import functions as F

from c360 import survivors
from c360.contracts.silver import FILE_ID, SOURCE_FILE
from c360.manifest import PartFile
from c360.silver.parquet import list_parts, read_files, write_frame
from c360.silver.workspace import FileTask


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


def write_rows(task: FileTask, accepted: DataFrame) -> str:
    """Write the accepted rows, keys not yet looked at; the folder that they are in."""
    rows = accepted.select(
        "*",
        F.lit(task.file.file_id).alias(FILE_ID),
        F.lit(task.path).alias(SOURCE_FILE),
    )
    keyed = rows if task.table.key else survivors.first_occurrences(rows, task.table)
    _write(task, keyed, task.work.run_id)
    return task.work.run_id


def settle_keys(task: FileTask, folder: str) -> Written:
    """The rows with one row a key; where a table has no key, with equal rows numbered.

    Looking at what was written, and writing again only where keys repeat, costs less than ranking
    every row of every file.
    """
    rows = _read(task, folder)
    found = survivors.count_keys(rows, task.contract.key).collect()[0]
    if found["Rows"] == found["Keys"]:
        return Written(folder, _list(task, folder, found["Rows"]))
    name = f"{task.work.run_id}.settled"
    if task.table.key:
        settled = _keep_survivors(task, rows, name)
    else:
        _write(task, survivors.number_occurrences(rows, task.table), name)
        settled = Written(name, _list(task, name, found["Rows"]))
    task.work.silver.delete_tree(f"{task.folder}/{folder}")
    return settled


def _keep_survivors(task: FileTask, rows: DataFrame, name: str) -> Written:
    counter = Observation()
    ranked = survivors.rank_rows(rows, task.contract).observe(
        counter,
        F.count(F.when(F.col(survivors.RANK) == 1, 1)).alias("kept"),
        F.count(F.when(F.col(survivors.RANK) > 1, 1)).alias("duplicates"),
        F.count(F.when(F.col(survivors.CONFLICTS), 1)).alias("conflicts"),
    )
    _write(task, ranked.where(F.col(survivors.RANK) == 1), name)
    counts = counter.get
    files = _list(task, name, counts["kept"])
    return Written(name, files, counts["duplicates"], counts["conflicts"])


def _write(task: FileTask, rows: DataFrame, name: str) -> None:
    selected = rows.select(*task.contract.column_names)
    write_frame(selected, task.work.silver, f"{task.folder}/{name}")


def _list(task: FileTask, name: str, rows: int) -> tuple[PartFile, ...]:
    return list_parts(task.work.spark, task.work.silver, f"{task.folder}/{name}", rows)


def _read(task: FileTask, name: str) -> DataFrame:
    uri = task.work.silver.uri(f"{task.folder}/{name}")
    return read_files(task.work.spark, [uri], task.contract)
