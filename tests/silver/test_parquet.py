"""Parquet files are found and read exactly, wherever they lie."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from c360.contracts.silver import silver_contract
from c360.silver.parquet import list_parts, read_files, write_frame
from c360.storage.local import LocalStorage
from tests.support.local_frames import local_frame
from tests.support.specs import table

CONTRACT = silver_contract(table(key=("ID",)))
SCHEMA = "ID bigint, Word string, FileID string, SourceFile string"
FOLDERS = ["plain", "a b", "a,b", "{a,b}", "a*", "a?", "[1]", "[a-c]", "x=1", "ü%20", "a#b", "a\\b"]


@pytest.mark.parametrize("name", FOLDERS)
def test_every_row_is_read_once_whatever_the_folder_is_called(
    spark: SparkSession, tmp_path: Path, name: str
) -> None:
    storage = LocalStorage(tmp_path / name)
    for decoy in ("ab", "a", "b", "ac", "1"):
        LocalStorage(tmp_path / decoy).create("rows/part-0.parquet", b"no Parquet")
    rows = [(number, "a", "f", "x.csv") for number in range(6)]
    write_frame(local_frame(spark, rows, SCHEMA).repartition(3), storage, "rows")
    parts = list_parts(spark, storage, "rows", 6)
    assert len(parts) > 1
    assert sum(part.rows for part in parts) == 6
    found = read_files(spark, [storage.uri(f"rows/{part.name}") for part in parts], CONTRACT)
    assert sorted(row["ID"] for row in found.collect()) == list(range(6))
    whole = read_files(spark, [storage.uri("rows")], CONTRACT)
    assert whole.count() == 6
    assert whole.columns == list(CONTRACT.column_names), "no folder's name is a column"


def test_files_are_described_as_they_lie_in_storage(spark: SparkSession, tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path)
    write_frame(spark.range(5).coalesce(1), storage, "rows")
    (part,) = list_parts(spark, storage, "rows", 5)
    assert (part.bytes, part.crc32c) == storage.stat(f"rows/{part.name}")
    assert not any(each.path.endswith(".crc") for each in storage.list("rows"))
    assert part.rows == 5
    names = {stored.path for stored in storage.list("rows")}
    assert f"rows/{part.name}" in names
    assert "rows/_SUCCESS" in names, "a side file is no part"


def test_an_empty_part_has_no_rows(spark: SparkSession, tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path)
    write_frame(spark.range(1).repartition(1), storage, "one")
    write_frame(spark.range(0), storage, "none")
    storage.move_tree("none", "one/deeper")
    parts = list_parts(spark, storage, "one", 1)
    assert sorted(part.rows for part in parts) in ([0, 1], [1])
    assert sum(part.rows for part in parts) == 1


def test_no_files_are_no_rows_in_the_columns_of_the_contract(spark: SparkSession) -> None:
    found = read_files(spark, [], CONTRACT)
    assert found.collect() == []
    assert found.columns == list(CONTRACT.column_names)


def test_a_folder_that_exists_is_not_written_again(spark: SparkSession, tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path)
    write_frame(spark.range(1), storage, "rows")
    before = [stored.path for stored in storage.list()]
    with pytest.raises(PySparkException):
        write_frame(spark.range(2), storage, "rows")
    assert [stored.path for stored in storage.list()] == before


def test_a_file_that_is_not_there_is_an_error(spark: SparkSession, tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path)
    with pytest.raises(PySparkException):
        read_files(spark, [storage.uri("none [1].parquet")], CONTRACT).collect()
