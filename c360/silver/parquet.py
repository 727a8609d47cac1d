"""Writes and reads the Parquet files of a folder, and knows what each of them holds."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from c360.contracts.model import TableContract
from c360.errors import OutsideFailure
from c360.manifest import PartFile
from c360.storage import Storage, escape_globs

_SUFFIX = ".parquet"


def write_frame(frame: DataFrame, storage: Storage, folder: str) -> None:
    """Write a frame as the Parquet files of a new folder."""
    frame.write.mode("errorifexists").parquet(storage.uri(folder))


def list_parts(
    spark: SparkSession, storage: Storage, folder: str, rows: int
) -> tuple[PartFile, ...]:
    """The Parquet files of a folder with size, rows and CRC32C, as they lie in storage.

    Args:
        spark: counts the rows of each file where there are several.
        storage: where they lie.
        folder: a folder that `write_frame` has written.
        rows: how many rows were written.
    """
    names = [
        stored.path.removeprefix(f"{folder}/")
        for stored in storage.list(folder)
        if stored.path.endswith(_SUFFIX)
    ]
    if len(names) == 1:
        counts = {names[0]: rows}
    else:
        counts = _count_rows(spark, [storage.uri(f"{folder}/{name}") for name in names])
    parts = []
    for name in names:
        found = storage.stat(f"{folder}/{name}")
        if found is None:
            raise OutsideFailure(f"{storage.root}/{folder}/{name}: went away meanwhile; run again")
        parts.append(PartFile(name, found[0], counts.get(name, 0), found[1]))
    return tuple(parts)


def read_files(spark: SparkSession, uris: Sequence[str], contract: TableContract) -> DataFrame:
    """The rows of Parquet files that c360 wrote under `contract`; no files are no rows."""
    if not uris:
        empty = (F.lit(None).cast(each.type.spark).alias(each.name) for each in contract.columns)
        return spark.range(0).select(*empty)
    schema = ", ".join(f"`{column.name}` {column.type.spark}" for column in contract.columns)
    return spark.read.schema(schema).parquet(*map(escape_globs, uris))


def _count_rows(spark: SparkSession, uris: Sequence[str]) -> dict[str, int]:
    """By file name, how many rows each of these files has."""
    if not uris:
        return {}
    name = F.col("_metadata.file_name").alias("name")
    counted = spark.read.parquet(*map(escape_globs, uris)).groupBy(name).count().collect()
    return {row["name"]: row["count"] for row in counted}
