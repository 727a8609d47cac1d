"""One file in a bucket becomes one batch in a bucket, by Spark's connector and our own client."""

from __future__ import annotations

import dataclasses
import gzip
from unittest import mock

import pytest
from pyspark.sql import SparkSession

from c360.errors import OutsideFailure
from c360.layout import batch_folder
from c360.silver import batches, rows
from c360.silver.manifests import find_damage, read_manifest, withdraw
from c360.silver.workspace import Workspace
from c360.storage import open_storage
from tests.cloud.wire import lost, tapped
from tests.support.silver_work import batch_rows, clean, files, put, quarantined, task
from tests.support.specs import column, registry, table

ORDERS = table(
    column("OrderID", "bigint", required=True),
    column("Status"),
    key=("OrderID",),
    files=("*",),
)
ALL = registry(ORDERS)
DATA = b"Status,OrderID\nPaid,1\nLost,2\nPaid,1\nPaid,x\n\n"
# Names that mean something to a shell, an address, a pattern or an encoding.
NAMES = (
    "Orders.csv",
    "in ü[1]/Orders a%20b.csv",
    "#1?a=b&c.csv",
    "{x,y}*+;.csv",
    "e\u0301 \uff03 😀 100%.csv.gz",
    "back\\slash.csv",
)


def workspace(spark: SparkSession, bucket: str, run_id: str = "R1") -> Workspace:
    """A run below prefixes whose names mean something to everyone but us."""
    return Workspace(
        run_id=run_id,
        registry=ALL,
        bronze=open_storage(f"{bucket}/bronze [1] ü%20"),
        silver=open_storage(f"{bucket}/silver {{a,b}}=*"),
        quarantine=open_storage(f"{bucket}/quarantine #?"),
        spark=spark,
    )


@pytest.fixture
def work(spark: SparkSession, bucket: str) -> Workspace:
    return workspace(spark, bucket)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_any_name_becomes_a_batch(work: Workspace, name: str) -> None:
    data = gzip.compress(DATA) if name.endswith(".gz") else DATA
    found = clean(work, name, data, ORDERS)
    assert (found.counts.records, found.counts.accepted, found.counts.duplicates) == (4, 2, 1)
    assert (found.source_file, found.source_bytes) == (name, len(data))
    kept = batch_rows(work, ORDERS, found).orderBy("OrderID").collect()
    assert [tuple(row) for row in kept] == [
        (1, "Paid", found.file_id, name),
        (2, "Lost", found.file_id, name),
    ]
    assert find_damage(work.silver, "Orders", found.file_id) is None
    rejected = ("Orders", name, found.file_id, b"Paid,x", ["OrderID:not_an_integer"])
    assert quarantined(work, found) == [rejected]


def test_a_colon_is_read_where_no_part_of_the_address_looks_like_a_pattern(
    work: Workspace, bucket: str
) -> None:
    plain = dataclasses.replace(work, bronze=open_storage(f"{bucket}/a b"))
    assert clean(plain, "2025-01-31T10:00.csv", DATA, ORDERS).counts.accepted == 2
    with pytest.raises(OutsideFailure, match=r"^\[1\] 10:00.csv: Spark failed \(.*URISyntax"):
        clean(work, "[1] 10:00.csv", DATA, ORDERS)  # Hadoop cannot


def test_the_rows_of_every_part_are_counted(work: Workspace) -> None:
    lines = "".join(f"Paid,{number}\n" for number in range(1000))
    setting = "spark.sql.files.maxPartitionBytes"
    before = work.spark.conf.get(setting)
    work.spark.conf.set(setting, "3000b")
    try:
        with mock.patch.object(rows, "ONE_PIECE", -1):
            found = clean(work, "[1] %20.csv", b"Status,OrderID\n" + lines.encode(), ORDERS)
    finally:
        work.spark.conf.set(setting, before)
    assert len(found.files) > 1
    assert all(part.rows for part in found.files)
    assert sum(part.rows for part in found.files) == found.counts.accepted == 1000
    assert batch_rows(work, ORDERS, found).count() == 1000


def test_the_first_run_wins_and_the_second_removes_its_own_files_only(
    work: Workspace, bucket: str
) -> None:
    first = clean(work, "Orders.csv", DATA, ORDERS)
    before = files(work.silver)
    late = workspace(work.spark, bucket, run_id="R2")
    assert batches.clean_file(task(late, "Orders.csv", ORDERS)) == first
    assert files(work.silver) == before
    assert len(quarantined(late, first)) == 1


def test_a_manifest_whose_answer_got_lost_is_not_taken_for_a_rival_s(work: Workspace) -> None:
    put(work, "Orders.csv", DATA)
    todo = task(work, "Orders.csv", ORDERS)
    with tapped() as wire:
        wire.handler = lost(2, "POST")
        found = batches.clean_file(todo)
        assert wire.count("POST") == 4, "two manifests, and each of them once more"
    assert found.run_id == "R1"
    assert read_manifest(work.silver, "Orders", found.file_id) == found
    assert find_damage(work.silver, "Orders", found.file_id) is None
    assert len(quarantined(work, found)) == 1


@pytest.mark.parametrize("step", ["write_rows", "write_rejects", "require_unchanged"])
def test_a_file_that_changes_while_it_is_read_is_noticed(work: Workspace, step: str) -> None:
    real = getattr(batches, step)

    def wrapped(*args: object) -> object:
        put(work, "Orders.csv", DATA.replace(b"Lost", b"Paid"))
        return real(*args)

    with (
        mock.patch.object(batches, step, wrapped),
        pytest.raises(OutsideFailure, match="changed while it was read"),
    ):
        clean(work, "Orders.csv", DATA, ORDERS)
    assert files(work.silver) == []
    assert files(work.quarantine) == []


def test_a_file_that_goes_away_before_it_is_read_is_noticed(work: Workspace) -> None:
    put(work, "Orders.csv", DATA)
    todo = task(work, "Orders.csv", ORDERS)
    work.bronze.delete("Orders.csv")
    with pytest.raises(OutsideFailure, match="went away while it was read"):
        batches.clean_file(todo)
    assert files(work.silver) == []


def test_a_damaged_batch_is_set_aside_and_cleaned_again(work: Workspace, bucket: str) -> None:
    found = clean(work, "Orders.csv", DATA, ORDERS)
    folder = batch_folder("Orders", found.file_id)
    part = f"{folder}/{found.folder}/{found.files[0].name}"
    data = bytearray(work.silver.read(part) or b"")
    data[len(data) // 2] ^= 1
    work.silver.delete(part)
    work.silver.create(part, bytes(data))
    damage = find_damage(work.silver, "Orders", found.file_id)
    assert damage == f"{found.files[0].name} is not as it was written"
    withdraw(work.silver, "Orders", found.file_id, "R2")
    assert list(work.silver.list(folder)) == []
    again = clean(workspace(work.spark, bucket, "R3"), "Orders.csv", DATA, ORDERS)
    assert (again.run_id, again.counts) == ("R3", found.counts)
    assert find_damage(work.silver, "Orders", found.file_id) is None
