"""The views for analysts, their queries run on a small published warehouse."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import duckdb
import pytest

from c360.contracts.audit import LOAD_AUDIT, LOAD_FILES
from c360.datatypes import STRING
from c360.warehouse.bigquery_views import audit_views, create_view, load_target, state_view
from tests.warehouse.world import ORDERS, STORES, order, store

VIEWS = {view.table.name: view for view in audit_views()}
EVERY_VIEW = [*VIEWS.values(), state_view(ORDERS), state_view(STORES)]


def ask(world, name):
    return world.warehouse.query(VIEWS[name].query)


def load(world, contract, rows, types=None):
    """What somebody loaded by hand, in a table with types of the loader's choice."""
    types = types or {column.name: column.type.duckdb for column in contract.columns}
    columns = ", ".join(f'"{name}" {kind}' for name, kind in types.items())
    target = load_target(contract)
    with duckdb.connect(str(world.path)) as connection:
        connection.execute(f"CREATE TABLE {target.dataset}.{target.name} ({columns})")
        marks = ", ".join("?" for _ in types)
        insert = f"INSERT INTO {target.dataset}.{target.name} VALUES ({marks})"
        connection.executemany(insert, rows)


@pytest.fixture
def published(world):
    world.publish("one", [order(1)], run="first")
    world.publish("two", [order(1), order(2, "2.50")], [store(7)], run="second")
    failed = world.audit_row("third", None, "silver", world.staged(STORES, []))
    world.warehouse.record_failure(
        [dataclasses.replace(failed, status="FAILED", message="the disk is full")]
    )
    return world


@pytest.mark.parametrize("view", EVERY_VIEW, ids=lambda view: view.table.name)
def test_a_view_has_the_columns_that_it_declares_in_their_order(published, view):
    load(published, ORDERS, [order(1)])
    load(published, STORES, [store(1)])
    for row in published.warehouse.query(view.query):
        assert tuple(row) == tuple(column.name for column in view.columns)


def test_the_current_batch_is_the_one_at_the_head(published):
    (row,) = ask(published, "CurrentBatch")
    assert (row["Epoch"], row["BatchID"], row["RunID"], row["Tables"]) == (2, "two", "second", 3)
    assert row["Accepted"] == 2 + 1 + 1


def test_before_the_first_publication_the_current_batch_is_nothing(world):
    world.warehouse.record_failure([world.audit_row("x", None, "silver", world.staged(STORES, []))])
    (row,) = ask(world, "CurrentBatch")
    assert (row["Epoch"], row["BatchID"], row["Tables"]) == (0, None, 0)
    assert ask(world, "CurrentTables") == []


def test_the_current_tables_are_those_of_the_published_run(published):
    rows = ask(published, "CurrentTables")
    assert {(row["TableName"], row["RowsInTable"], row["RunID"]) for row in rows} == {
        ("Orders", 2, "second"),
        ("Stores", 1, "second"),
        ("Totals", 1, "second"),
    }
    assert set(rows[0]) == {*LOAD_AUDIT.column_names, "Unaccounted"}


def test_records_of_a_file_that_are_in_no_count_are_unaccounted(published):
    (row,) = ask(published, "CurrentFiles")
    assert set(row) == {*LOAD_FILES.column_names, "Unaccounted"}
    assert (row["Path"], row["Records"], row["Unaccounted"]) == ("a.csv", 3, None)
    published.tamper(
        "UPDATE customer360_audit.LoadFiles SET Accepted = 1, Rejected = 1, Duplicates = 0"
    )
    (row,) = ask(published, "CurrentFiles")
    assert row["Unaccounted"] == 1


def test_rejects_are_added_up_over_the_files_of_the_published_run(published):
    published.tamper(
        "INSERT INTO customer360_audit.LoadReasons "
        "SELECT * REPLACE ('b.csv' AS Path) FROM customer360_audit.LoadReasons"
    )
    (row,) = ask(published, "CurrentRejects")
    assert row == {
        "TableName": "Orders",
        "ColumnName": "Amount",
        "Reason": "scale",
        "Action": "rejected",
        "Records": 4,
        "Files": 2,
    }


def test_every_run_is_listed_with_its_worst_status(published):
    found = {
        row["RunID"]: (row["Status"], row["Tables"], row["IsPublished"], row["Message"])
        for row in ask(published, "Runs")
    }
    assert found == {
        "first": ("SUCCESS", 3, False, None),
        "second": ("SUCCESS", 3, True, None),
        "third": ("FAILED", 1, False, "the disk is full"),
    }


def test_of_a_key_in_two_files_the_newest_row_is_the_state(published):
    old = order(1, "1.00", at="2025-01-01 10:00:00", file="b.csv")
    new = order(1, "2.00", at="2025-01-02 10:00:00", file="a.csv")
    load(published, ORDERS, [old, new, order(2, file="b.csv")])
    rows = published.warehouse.query(state_view(ORDERS).query)
    assert sorted((row["OrderID"], row["Amount"], row["SourceFile"]) for row in rows) == [
        (1, Decimal("2.00"), "a.csv"),
        (2, Decimal("10.00"), "b.csv"),
    ]


def test_the_state_has_the_types_of_the_contract_whatever_the_loader_chose(published):
    types = {"OrderID": "INTEGER", "DateTime": "TIMESTAMP_NS", "Status": "VARCHAR"}
    types |= {"Amount": "DECIMAL(18,4)", "FileID": "VARCHAR", "SourceFile": "VARCHAR"}
    load(published, ORDERS, [order(1, "1.5")], types)
    (row,) = published.warehouse.query(state_view(ORDERS).query)
    assert row["Amount"].as_tuple().exponent == -2
    assert tuple(row.values()) == order(1, "1.50")


def test_a_view_describes_its_columns():
    text = create_view(VIEWS["CurrentRejects"])
    assert text.startswith(
        "CREATE OR REPLACE VIEW `customer360_audit`.`CurrentRejects` (`TableName` OPTIONS("
    )
    assert all(column.description in text for column in VIEWS["CurrentRejects"].columns)


def test_no_view_is_named_like_a_table():
    names = {view.table.name for view in EVERY_VIEW}
    assert len(names) == len(EVERY_VIEW)
    assert names.isdisjoint({LOAD_AUDIT.name, LOAD_FILES.name, ORDERS.name, STORES.name})
    assert state_view(ORDERS).columns[2].type == STRING
