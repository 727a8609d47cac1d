"""Tables that exist already: columns that come, go, loosen or change their type."""

from __future__ import annotations

import dataclasses

import duckdb
import pytest

from c360.contracts.model import ColumnContract
from c360.datatypes import BIGINT, STRING, decimal
from c360.errors import OutsideFailure, WrongUse
from c360.warehouse.protocol import ReadBack


def with_columns(contract, *columns, without=()):
    kept = tuple(c for c in contract.columns if c.name not in without)
    newest = tuple(name for name in contract.newest_first if name not in without)
    return dataclasses.replace(contract, columns=(*kept, *columns), newest_first=newest)


def publish(world, contract, rows, batch="B"):
    return world.warehouse.publish(world.publication(batch, [world.staged(contract, rows)], []))


def columns_of(world, table):
    with duckdb.connect(str(world.path)) as connection:
        return connection.execute(
            "SELECT column_name, is_nullable, comment FROM duckdb_columns() "
            "WHERE table_name = $1 AND schema_name = 'customer360_silver' ORDER BY column_index",
            [table],
        ).fetchall()


def test_a_new_table_has_its_not_null_columns_and_descriptions(world, make):
    world.publish("A", [make.order(1)])
    assert columns_of(world, "Stores") == [
        ("StoreID", False, "The StoreID."),
        ("Location", True, "The Location."),
        ("FileID", False, "The FileID."),
        ("SourceFile", False, "The SourceFile."),
    ]
    with duckdb.connect(str(world.path)) as connection:
        (comment,) = connection.execute(
            "SELECT comment FROM duckdb_tables() WHERE table_name = 'Stores'"
        ).fetchone()
    assert comment == "Stores. One row per StoreID."


@pytest.mark.parametrize("nullable", [True, False])
def test_a_column_that_the_contract_adds_is_added_nullable_and_filled(world, make, nullable):
    publish(world, make.stores, [make.store(1), make.store(2)], "A")
    added = ColumnContract("Size", decimal(12, 2), "Square metres.", nullable)
    wider = with_columns(make.stores, added)
    published = publish(world, wider, [(*make.store(1), 5), (*make.store(2), 6)])
    assert published.load_audit[0].rows_updated == 2
    assert world.table("Stores") == [(*make.store(1), 5), (*make.store(2), 6)]
    assert columns_of(world, "Stores")[-1] == ("Size", True, "Square metres.")


def test_a_column_that_the_contract_lacks_becomes_null_in_every_row(world, make):
    publish(world, make.stores, [make.store(1), make.store(2)], "A")
    narrow = with_columns(make.stores, without=("Location",))
    rows = [(n, "f-s.csv", "s.csv") for n in (2, 3)]
    published = publish(world, narrow, rows)
    row = published.load_audit[0]
    assert (row.rows_inserted, row.rows_updated, row.rows_deleted) == (1, 1, 1)
    assert world.table("Stores") == [(n, None, "f-s.csv", "s.csv") for n in (2, 3)]
    assert publish(world, narrow, rows, "C").load_audit[0].rows_updated == 0


def test_a_gold_column_that_the_contract_lacks_becomes_null(world, make):
    world.publish("A", [make.order(1)])
    narrow = dataclasses.replace(
        with_columns(make.totals, without=("GrossAmount",)), control_sum=None
    )
    gold = world.staged(narrow, [("Completed", "Oslo", "B")])
    world.warehouse.publish(world.publication("B", [], [gold]))
    assert world.table("Totals", "customer360_gold") == [("Completed", "Oslo", None, "B")]


def test_a_required_column_that_the_contract_lacks_is_an_error_that_changes_nothing(world, make):
    strict = with_columns(make.stores, ColumnContract("Size", BIGINT, "Size.", nullable=False))
    publish(world, strict, [(*make.store(1), 5)], "A")
    with pytest.raises(WrongUse) as failed:
        publish(world, make.stores, [make.store(1)])
    assert "customer360_silver.Stores.Size: published as NOT NULL" in str(failed.value)
    assert world.table("Stores") == [(*make.store(1), 5)]
    assert world.warehouse.read_head().epoch == 1


def test_changed_types_are_named_together_and_change_nothing(world, make):
    publish(world, make.stores, [make.store(1)], "A")
    retyped = dataclasses.replace(
        make.stores,
        columns=(
            ColumnContract("StoreID", STRING, "", nullable=False),
            ColumnContract("Location", decimal(5, 1), ""),
            ColumnContract("Added", STRING, ""),
            *make.stores.columns[2:],
        ),
    )
    with pytest.raises(WrongUse) as failed:
        publish(world, retyped, [])
    message = str(failed.value)
    assert message.startswith("published tables: 2 problems")
    assert "Stores.StoreID: published as BIGINT; the contract says VARCHAR" in message
    assert "Stores.Location: published as VARCHAR; the contract says DECIMAL(5,1)" in message
    assert "drop the table customer360_silver.Stores" in message
    assert [name for name, *_ in columns_of(world, "Stores")] == list(make.stores.column_names)


def test_the_advice_of_dropping_the_table_works(world, make):
    publish(world, make.stores, [make.store(1)], "A")
    world.tamper("DROP TABLE customer360_silver.Stores")
    assert world.warehouse.read_back([make.stores]).differences != ()
    published = publish(world, make.stores, [make.store(1)], "A")
    assert world.warehouse.read_back([make.stores]) == ReadBack(published.head)


def test_a_column_that_is_no_longer_required_may_be_null(world, make):
    strict = with_columns(make.stores, ColumnContract("Size", BIGINT, "Size.", nullable=False))
    publish(world, strict, [(*make.store(1), 5)], "A")
    loose = with_columns(make.stores, ColumnContract("Size", BIGINT, "Size, if known."))
    publish(world, loose, [(*make.store(1), None)])
    assert world.table("Stores") == [(*make.store(1), None)]
    assert columns_of(world, "Stores")[-1] == ("Size", True, "Size, if known.")


def test_a_view_in_the_place_of_a_table_is_a_clean_failure(world, make):
    world.publish("A", [make.order(1)])
    world.tamper(
        "DROP TABLE customer360_silver.Stores",
        "CREATE VIEW customer360_silver.Stores AS SELECT 1 AS a",
    )
    with pytest.raises(OutsideFailure):
        publish(world, make.stores, [make.store(1)])
    assert world.table("Orders") == [make.order(1)]
