"""The state of a table is the union of its batches, one row a key, and its figures."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from c360 import survivors
from c360.contracts.silver import silver_contract
from c360.ledger import FileShare
from c360.registry.specs import Reference, TableSpec
from c360.silver import state as silver_state
from c360.silver.state import (
    StateFigures,
    TableState,
    count_missing_references,
    read_state,
    state_uris,
)
from c360.silver.workspace import Workspace
from tests.support import oracle_silver
from tests.support.batches import manifest
from tests.support.local_frames import local_frame
from tests.support.random_lines import random_file
from tests.support.silver_work import clean, workspace
from tests.support.specs import column, own_table, registry, table

ORDERS = table(
    column("ID", "bigint", required=True),
    column("At", "timestamp"),
    column("Amount", "decimal(12,2)"),
    key=("ID",),
    newest_by="At",
    control_sum="Amount",
)
LOG = table(column("Word"), column("Points", "bigint"), name="Log", control_sum="Points")
HEADER = "ID,At,Amount\n"
OLD, NEW = "2025-01-01 10:00", "2025-02-01 10:00"


@pytest.fixture(scope="module")
def work(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("state")
    return workspace(spark, root, registry(ORDERS, LOG))


def state(work: Workspace, spec: TableSpec, **files: str) -> tuple[TableState, dict[str, str]]:
    """The state of these files' batches, and the FileID of each."""
    found = {
        name: clean(work, f"{spec.name}_{name}.csv", text.encode(), spec)
        for name, text in files.items()
    }
    read = read_state(work.spark, work.silver, spec, list(found.values()))
    return read, {name: batch.file_id for name, batch in found.items()}


@pytest.fixture(params=["all rows are ranked", "few are", "too many are"])
def each_way(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    spark: SparkSession,
    tmp_path: Path,
) -> Workspace:
    """A run for each way to rank the rows of a state."""
    if request.param != "all rows are ranked":
        monkeypatch.setattr(silver_state, "_MANY", 0)
    if request.param == "too many are":
        monkeypatch.setattr(survivors, "MOST_APART", 0)
    return workspace(spark, tmp_path, registry(ORDERS, LOG))


def test_the_newest_row_of_a_key_survives_across_files(each_way: Workspace) -> None:
    found, ids = state(
        each_way,
        ORDERS,
        a=f"{HEADER}1,{NEW},1\n2,{OLD},2\n3,{OLD},3\n4,,4\n",
        b=f"{HEADER}1,{OLD},10\n2,{OLD},2\n3,{OLD},30\n5,,\n",
    )
    rows = {row["ID"]: (row["SourceFile"], row["Amount"]) for row in found.frame.collect()}
    assert rows == {
        1: ("Orders_a.csv", Decimal("1.00")),
        2: ("Orders_b.csv", Decimal("2.00")),
        3: ("Orders_b.csv", Decimal("30.00")),
        4: ("Orders_a.csv", Decimal("4.00")),
        5: ("Orders_b.csv", None),
    }
    assert found.frame.columns == list(silver_contract(ORDERS).column_names)
    assert found.figures.rows == 5
    assert found.figures.shares == {
        ids["a"]: FileShare(accepted=2, duplicates=2, conflicts=1),
        ids["b"]: FileShare(accepted=3, duplicates=1, conflicts=1),
    }
    assert found.figures.control_sum == Decimal("37.00")
    assert str(found.figures.newest) == f"{NEW}:00"


def test_a_file_may_lose_all_its_rows(work: Workspace) -> None:
    found, ids = state(work, ORDERS, c=f"{HEADER}1,{NEW},1\n", d=f"{HEADER}1,{OLD},1\n")
    assert found.figures.shares[ids["d"]] == FileShare(accepted=0, duplicates=1, conflicts=1)


def test_files_that_share_no_key_keep_all_their_rows(each_way: Workspace) -> None:
    found, ids = state(each_way, ORDERS, a=f"{HEADER}1,{NEW},1\n", b=f"{HEADER}2,{OLD},1\n")
    assert found.figures.shares == {ids["a"]: FileShare(1), ids["b"]: FileShare(1)}


def test_a_single_file_needs_no_second_look(work: Workspace) -> None:
    found, ids = state(work, ORDERS, e=f"{HEADER}1,{NEW},1\n1,{NEW},1\n")
    assert found.figures.shares == {ids["e"]: FileShare(1)}


def test_a_state_without_rows_has_no_sum_and_nothing_newest(work: Workspace) -> None:
    found, _ = state(work, ORDERS, f=f"{HEADER}x,,\n")
    assert found.figures == StateFigures(rows=0, shares={}, control_sum=None, newest=None)
    empty = read_state(work.spark, work.silver, ORDERS, [])
    assert empty.figures == found.figures
    assert empty.frame.collect() == []


def test_a_repeated_file_of_a_table_without_a_key_adds_nothing(each_way: Workspace) -> None:
    text = "Word,Points\na,1\na,1\nb,2\n"
    found, ids = state(each_way, LOG, a=text, b=text, c="Word,Points\na,1\n")
    assert Counter(row["Word"] for row in found.frame.collect()) == {"a": 2, "b": 1}
    assert found.figures.shares == {
        ids["a"]: FileShare(accepted=0, duplicates=3),
        ids["b"]: FileShare(accepted=2, duplicates=1),
        ids["c"]: FileShare(accepted=1),
    }
    assert (found.figures.control_sum, found.figures.newest) == (4, None)


@pytest.mark.parametrize("name", ["OnlineTransactions", "LoyaltyTransactions"])
def test_a_state_is_what_a_second_reading_of_its_files_says(
    spark: SparkSession, tmp_path: Path, name: str
) -> None:
    spec, plain = own_table(name), oracle_silver.TABLES[name]
    work = workspace(spark, tmp_path, registry(spec))
    data = {f"{name}_{seed}.csv": random_file(plain, 120, seed) for seed in (21, 22, 23)}
    batches = [clean(work, path, text, spec) for path, text in data.items()]
    oracle = {name: [oracle_silver.read_file(plain, path, text) for path, text in data.items()]}
    found = read_state(spark, work.silver, spec, batches)
    rows = Counter(
        str(sorted(row.asDict().items())) for row in found.frame.drop("FileID").collect()
    )
    expected = oracle_silver.state(oracle)[name]
    assert rows == Counter(str(sorted(row.items())) for row in expected)
    figures = oracle_silver.figures(oracle)
    for batch in batches:
        of_file = figures[batch.source_file]
        share = found.figures.shares.get(batch.file_id, FileShare(0))
        assert share == FileShare(
            of_file.accepted, of_file.duplicates_across, of_file.conflicting_across
        )
    sums = [row[spec.control_sum or ""] for row in expected]
    assert found.figures.control_sum == sum(each for each in sums if each is not None)


def test_a_control_sum_keeps_the_digits_of_the_longest_decimals(
    spark: SparkSession, tmp_path: Path
) -> None:
    spec = table(column("Amount", "decimal(38,9)"), control_sum="Amount")
    work = workspace(spark, tmp_path, registry(spec))
    found, _ = state(work, spec, a=f"Amount\n{'4' * 29}.000000001\n", b="Amount\n0.000000001\n")
    assert found.figures.control_sum == Decimal(f"{'4' * 29}.000000002")


def test_files_are_named_by_their_manifests_alone(work: Workspace) -> None:
    found = manifest(folder="R1.settled")
    assert state_uris(work.silver, [found]) == (
        f"file://{work.silver.root}/Orders/file_id=f{found.file_id}/R1.settled/part-0.parquet",
    )


# -- references

CUSTOMERS = table(column("ID", "bigint", required=True), name="Customers", key=("ID",))
VISITS = table(
    column("Customer", "bigint", references=Reference("Customers", "ID")),
    column("Friend", "bigint", references=Reference("Customers", "ID")),
    name="Visits",
)


def frame_state(spark: SparkSession, spec: TableSpec, rows: list[tuple[Any, ...]]) -> TableState:
    schema = ", ".join(f"{each.name} {each.type.spark}" for each in spec.columns)
    return TableState(spec, local_frame(spark, rows, schema), StateFigures(0, {}, None, None))


def test_missing_references_are_counted_one_by_one(spark: SparkSession) -> None:
    states = {
        "Customers": frame_state(spark, CUSTOMERS, [(1,), (2,)]),
        "Visits": frame_state(
            spark, VISITS, [(1, 2), (2, 9), (9, 9), (None, 1), (None, None), (1, 1)]
        ),
    }
    assert count_missing_references(states, registry(CUSTOMERS, VISITS)) == {
        ("Visits", "Customer"): 3,
        ("Visits", "Friend"): 3,
    }


def test_without_rows_or_references_nothing_is_missing(spark: SparkSession) -> None:
    states = {
        "Customers": frame_state(spark, CUSTOMERS, []),
        "Visits": frame_state(spark, VISITS, []),
    }
    assert count_missing_references(states, registry(CUSTOMERS, VISITS)) == {
        ("Visits", "Customer"): 0,
        ("Visits", "Friend"): 0,
    }
    assert count_missing_references({"Customers": states["Customers"]}, registry(CUSTOMERS)) == {}
