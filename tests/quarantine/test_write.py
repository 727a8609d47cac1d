"""Rejected records are written with all their reasons, and shown at once or not at all."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from pyspark.sql import Observation, SparkSession
from pyspark.sql import functions as F

from c360.failpoints import forget, reached
from c360.layout import manifest_path
from c360.manifest import QuarantineManifest, ReasonCount, parse_quarantine_manifest
from c360.quarantine.write import (
    remove_rejects,
    require_shown,
    show_rejects,
    write_rejects,
)
from c360.silver.workspace import FileTask
from c360.storage.local import LocalStorage
from tests.support.batches import store_batch
from tests.support.silver_work import files, put, task, workspace
from tests.support.specs import registry, table

ORDERS = table()
PATH = "in/Orders.csv"
REJECTS = [
    (bytearray(b"\xff,\x00"), ["row:undecodable_bytes"]),
    (bytearray(b"x,"), ["ID:not_an_integer", "Word:required"]),
    (bytearray(b"y,"), ["ID:not_an_integer"]),
]


@pytest.fixture
def todo(spark: SparkSession, tmp_path: Path) -> FileTask:
    work = workspace(spark, tmp_path, registry(ORDERS))
    put(work, PATH, b"ID,Word\n1,a\n")
    return task(work, PATH, ORDERS)


def written(todo: FileTask, partitions: int = 1) -> QuarantineManifest:
    counter = Observation()
    names = ("row:undecodable_bytes", "ID:not_an_integer", "Word:required", "Word:too_long")
    rejects = todo.work.spark.createDataFrame(
        REJECTS, "RawRecord binary, Reasons array<string>"
    ).repartition(partitions)
    counted = rejects.observe(
        counter,
        F.count("*").alias("rejected"),
        *(F.count(F.when(F.array_contains("Reasons", name), 1)).alias(name) for name in names),
    )
    return write_rejects(todo, counted, counter)


def shown(todo: FileTask) -> QuarantineManifest | None:
    text = todo.work.quarantine.read(manifest_path("Orders", todo.file.file_id))
    return parse_quarantine_manifest(text) if text is not None else None


@pytest.mark.parametrize("partitions", [1, 3])
def test_a_manifest_counts_the_records_and_each_reason(todo: FileTask, partitions: int) -> None:
    found = written(todo, partitions)
    assert found == QuarantineManifest(
        table="Orders",
        file_id=todo.file.file_id,
        source_file=PATH,
        run_id="R1",
        folder="R1",
        header="ID,Word",
        files=found.files,
        records=3,
        reasons=(
            ReasonCount("ID", "not_an_integer", "rejected", 2),
            ReasonCount("Word", "required", "rejected", 1),
            ReasonCount("row", "undecodable_bytes", "rejected", 1),
        ),
    )
    assert sum(part.rows for part in found.files) == 3


def test_every_row_carries_its_table_its_file_and_the_exact_bytes(todo: FileTask) -> None:
    found = written(todo)
    uri = todo.work.quarantine.uri(f"{todo.folder}/R1/{found.files[0].name}")
    rows = todo.work.spark.read.option("__globPaths__", "false").parquet(uri)
    assert rows.dtypes == [
        ("TableName", "string"),
        ("SourceFile", "string"),
        ("FileID", "string"),
        ("RawRecord", "binary"),
        ("Reasons", "array<string>"),
    ]
    source = ("Orders", PATH, todo.file.file_id)
    assert sorted(map(tuple, rows.collect())) == sorted((*source, *row) for row in REJECTS)


def test_nothing_is_shown_before_it_is_said(todo: FileTask) -> None:
    found = written(todo)
    assert shown(todo) is None
    show_rejects(todo, found)
    assert shown(todo) == found


def test_the_records_of_a_later_run_take_the_place_of_earlier_ones(
    spark: SparkSession, todo: FileTask, tmp_path: Path
) -> None:
    show_rejects(todo, written(todo))
    later = task(workspace(spark, tmp_path, registry(ORDERS), run_id="R2"), PATH, ORDERS)
    found = written(later)
    show_rejects(later, found)
    assert shown(todo) == found
    assert found.folder == "R2"


def test_the_records_of_a_batch_that_is_visible_stay(
    spark: SparkSession, todo: FileTask, tmp_path: Path
) -> None:
    found = written(todo)
    show_rejects(todo, found)
    todo.work.silver.create(
        manifest_path("Orders", todo.file.file_id), b"of the run that was first"
    )
    slower = task(workspace(spark, tmp_path, registry(ORDERS), run_id="R2"), PATH, ORDERS)
    show_rejects(slower, written(slower))
    remove_rejects(slower)
    assert shown(todo) == found


def first_batch(todo: FileTask) -> None:
    """A batch that another run made visible."""
    store_batch(todo.work.silver, {}, todo.file.file_id, "R2")


def test_the_records_that_are_shown_for_another_runs_batch_stay_when_this_run_fails(
    todo: FileTask,
) -> None:
    found = written(todo)
    show_rejects(todo, found)
    first_batch(todo)
    forget()
    remove_rejects(todo)
    assert "quarantine.withdraw" not in reached(), "nobody finds them away meanwhile"
    assert shown(todo) == found
    assert list(todo.work.quarantine.folders(todo.folder)) == ["R1"]


def test_the_records_are_shown_again_for_a_batch_that_came_while_they_were_withdrawn(
    todo: FileTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = written(todo)
    show_rejects(todo, found)
    delete = LocalStorage.delete

    def and_a_batch_comes(storage: LocalStorage, path: str) -> None:
        first_batch(todo)
        delete(storage, path)

    monkeypatch.setattr(LocalStorage, "delete", and_a_batch_comes)
    forget()
    remove_rejects(todo)
    assert reached()["quarantine.kept"] == 1
    assert shown(todo) == found


def test_a_run_shows_its_records_again_where_they_were_taken_away(todo: FileTask) -> None:
    found = written(todo)
    require_shown(todo, found)
    assert shown(todo) == found
    other = dataclasses.replace(found, run_id="R2")
    require_shown(todo, other)
    assert shown(todo) == found, "what is shown stays"


def test_a_run_removes_its_own_records_and_no_others(
    spark: SparkSession, todo: FileTask, tmp_path: Path
) -> None:
    found = written(todo)
    show_rejects(todo, found)
    later = task(workspace(spark, tmp_path, registry(ORDERS), run_id="R2"), PATH, ORDERS)
    written(later)
    remove_rejects(later)
    assert shown(todo) == found
    assert list(todo.work.quarantine.folders(todo.folder)) == ["R1"]
    forget()
    remove_rejects(todo)
    assert reached()["quarantine.withdraw"] == 1
    assert files(todo.work.quarantine) == []
    remove_rejects(todo)
