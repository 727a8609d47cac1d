"""Files come, are corrected and go: BigQuery shows what a run from nothing makes in DuckDB."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from c360.contracts.gold import GOLD_CONTRACTS
from c360.contracts.model import TableContract
from c360.report import RunReport
from c360.verify import verify
from tests.cloud.places import CloudPlaces
from tests.support import digest as local
from tests.support.bigquery_digest import digests, execute, read_table
from tests.support.bronze_sets import write_set
from tests.support.digest import AUDIT, GOLD, Row
from tests.support.places import Places, command, own_registry, tolerant
from tests.support.states import read_files

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

MONTH = "OnlineTransactions_2026-01.csv"
_HEADER = "OrderID,CustomerID,ProductID,DateTime,PaymentMethod,Amount,Status\n"
_ORDER = "900001,,,2026-01-05 10:00:00,Cash,{},Completed\n"
STEPS = ("first", "added", "corrected", "first again")


@dataclass(frozen=True)
class Told:
    """What a step led to."""

    report: RunReport
    digests: Mapping[str, str]
    from_nothing: Mapping[str, str]


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bytes]]:
    """The files of bronze at each step: a file comes, is corrected and goes again."""
    root = tmp_path_factory.mktemp("bronze")
    write_set(root, 5, plain=True)
    first = read_files(root)
    added, corrected = ((_HEADER + _ORDER.format(each)).encode() for each in ("10.00", "12.00"))
    return {
        "first": first,
        "added": {**first, MONTH: added},
        "corrected": {**first, MONTH: corrected},
        "first again": first,
    }


@pytest.fixture(scope="module")
def places(fresh_places: Callable[[str], CloudPlaces]) -> CloudPlaces:
    return fresh_places(own_registry(tolerant))


@pytest.fixture(scope="module")
def told(
    places: CloudPlaces,
    states: dict[str, dict[str, bytes]],
    spark: SparkSession,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Told]:
    """What every step led to, in the same buckets and the same project."""
    found: dict[str, Told] = {}
    for step in STEPS:
        places.put(states[step])
        report = places.run(spark)
        assert report.status == "published", report.message
        if step == "first again":
            wanted = found["first"].from_nothing
        else:
            wanted = from_nothing(spark, tmp_path_factory.mktemp("local"), states[step])
        found[step] = Told(report, digests(places.warehouse), wanted)
    return found


def from_nothing(spark: SparkSession, folder: Path, files: Mapping[str, bytes]) -> dict[str, str]:
    """What these files make of empty folders and an empty DuckDB."""
    alone = Places.below(folder, own_registry(tolerant))
    for path, data in files.items():
        (alone.bronze / path).parent.mkdir(parents=True, exist_ok=True)
        (alone.bronze / path).write_bytes(data)
    report = alone.run(spark)
    assert report.status == "published", report.message
    return local.digests(alone.warehouse)


@pytest.mark.parametrize("step", STEPS)
def test_published_tables_equal_those_of_a_run_from_nothing(
    told: dict[str, Told], step: str
) -> None:
    assert told[step].digests == told[step].from_nothing


def test_a_state_that_returns_has_its_batch_again_and_cleans_nothing(
    told: dict[str, Told],
) -> None:
    assert told["first again"].report.batch_id == told["first"].report.batch_id
    assert told["added"].report.batch_id != told["first"].report.batch_id
    assert {file.outcome for file in told["first again"].report.files} == {"reused"}


def test_a_head_that_was_reset_by_hand_is_published_again_and_no_row_is_doubled(
    told: dict[str, Told], places: CloudPlaces, spark: SparkSession
) -> None:
    before = digests(places.warehouse)
    execute(
        places.warehouse,
        "UPDATE customer360_audit.Publication SET BatchID = NULL, RunID = NULL WHERE TRUE",
    )
    report = places.run(spark)
    assert (report.status, report.batch_id) == ("published", told["first again"].report.batch_id)
    assert {table.inserted + table.deleted for table in report.published} == {0}
    assert digests(places.warehouse) == before
    (head,) = read_table(places.warehouse, AUDIT, "Publication")
    assert head["RunID"] == report.run_id
    assert places.run(spark).status == "up_to_date"


@pytest.mark.usefixtures("told")
def test_the_second_calculation_agrees_in_every_cell(places: CloudPlaces) -> None:
    found = verify(places.opened, places.rules)
    assert [each for table in found.tables for each in table.differences] == []
    assert all(table.rows for table in found.tables)


@pytest.mark.usefixtures("told")
def test_every_planted_difference_is_found(places: CloudPlaces) -> None:
    for contract in GOLD_CONTRACTS:
        for statement in planted(contract, read_table(places.warehouse, GOLD, contract.name)):
            execute(places.warehouse, statement)
    found = verify(places.opened, places.rules)
    assert {
        table.table: (table.differing_cells, table.missing_rows, table.surplus_rows)
        for table in found.tables
    } == {contract.name: (1, 1, 1) for contract in GOLD_CONTRACTS}
    outcome = command(
        *("verify", "--registry", str(places.registry), "--warehouse", places.warehouse)
    )
    assert outcome.exit_code == 1


def planted(contract: TableContract, rows: list[Row]) -> list[str]:
    """Statements that change one cell, take one row away and double another."""
    table = f"{GOLD}.{contract.name}"
    one, two, three = sorted(rows, key=lambda row: [str(row[name]) for name in contract.key])[:3]
    column = contract.control_sum
    assert column is not None, f"{contract.name} has no column that is summed"
    return [
        f"UPDATE {table} SET {column} = {column} + 1 WHERE {is_row(contract, one)}",
        f"DELETE FROM {table} WHERE {is_row(contract, two)}",
        f"INSERT INTO {table} SELECT * FROM {table} WHERE {is_row(contract, three)}",
    ]


def is_row(contract: TableContract, row: Row) -> str:
    """The condition that only this row meets."""
    return " AND ".join(f"CAST({name} AS STRING) = '{row[name]}'" for name in contract.key)
