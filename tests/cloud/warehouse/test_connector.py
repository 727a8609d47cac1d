"""Gold is staged by the spark-bigquery-connector, in the session of the process."""

from __future__ import annotations

import dataclasses

import pytest

from c360.contracts.model import GOLD
from c360.errors import OutsideFailure
from c360.warehouse.bigquery import BigQueryWarehouse
from c360.warehouse.bigquery_connector import append_with_connector
from tests.warehouse.staging_contract import EVERYTHING, ROWS

LEFT_OUT = ("Wide", "sp ace é")


@pytest.fixture(scope="module")
def server(bigquery):
    """The one that the session of Spark knows."""
    return bigquery


@pytest.fixture
def connected_world(world, spark):
    """The world with the product's own way to stage gold; Spark reads the files where they lie."""
    del spark

    def append(address, table, target):
        files = tuple(uri.replace("gs://", f"{world.gcs_root}/") for uri in table.parquet_files)
        append_with_connector(address, dataclasses.replace(table, parquet_files=files), target)

    world.warehouse = BigQueryWarehouse(world.warehouse.address, append)
    return world


def test_gold_of_every_type_arrives_exactly_through_the_storage_api(connected_world):
    world = connected_world
    # The connector turns decimals beyond 29 integer digits into BIGNUMERIC and takes no space in a
    # name; gold has neither.
    kept = [at for at, column in enumerate(EVERYTHING.columns) if column.name not in LEFT_OUT]
    columns = tuple(EVERYTHING.columns[at] for at in kept)
    contract = dataclasses.replace(
        EVERYTHING, dataset=GOLD, name="Everything", columns=columns, control_sum="Money"
    )
    rows = [tuple(row[at] for at in kept) for row in ROWS]
    gold = world.staged(contract, rows[:2], rows[2:])
    outcome = world.warehouse.publish(world.publication("A", [], [gold]))
    assert outcome.by_this_run
    found = {
        tuple(row.values()) for row in world.warehouse.query(f"SELECT * FROM {GOLD}.Everything")
    }
    assert found == set(rows)
    calls = [line["path"] for line in world.server.requests() if line["method"] == "GRPC"]
    assert "AppendRows" in calls
    assert "BatchCommitWriteStreams" in calls
    assert world.staging_tables() == []


def test_without_a_row_nothing_is_appended_and_the_table_is_empty(connected_world, make):
    world = connected_world
    world.publish("A", [make.order(1)])
    gold = world.staged(make.totals, [])
    world.warehouse.publish(world.publication("B", [], [gold]))
    assert world.table("Totals", GOLD) == []


def test_what_the_connector_says_is_cut_short_and_told_with_what_to_do(connected_world, make):
    world = connected_world
    world.publish("A", [make.order(1)])
    before = world.contents()
    gone = dataclasses.replace(
        world.staged(make.totals, [make.total("Completed", "1.00", "B")]),
        parquet_files=(f"gs://{world.folder.name}/gone.parquet",),
    )
    with pytest.raises(OutsideFailure) as failed:
        world.warehouse.publish(world.publication("B", [], [gone]))
    assert "Next: " in str(failed.value)
    assert len(str(failed.value)) < 1000
    assert world.contents() == before


def test_an_answer_that_is_lost_after_all_rows_arrived_is_no_failure(connected_world, make):
    world = connected_world
    append = world.warehouse.append

    def append_and_fail(*given):
        append(*given)
        raise OutsideFailure("the connection broke")

    world.warehouse = BigQueryWarehouse(world.warehouse.address, append_and_fail)
    assert world.publish("A", [make.order(1)]).by_this_run
    assert world.table("Totals", GOLD) == [make.total("Completed", "10.00", "A")]
