"""What every warehouse does with tables that exist already and with contracts that changed."""

from __future__ import annotations

import dataclasses

import pytest

from c360.contracts.model import ColumnContract
from c360.datatypes import BIGINT, STRING, decimal
from c360.errors import WrongUse
from c360.warehouse.protocol import ReadBack


def with_columns(contract, *columns, without=()):
    kept = tuple(c for c in contract.columns if c.name not in without)
    newest = tuple(name for name in contract.newest_first if name not in without)
    return dataclasses.replace(contract, columns=(*kept, *columns), newest_first=newest)


def publish(world, contract, rows, batch="B"):
    return world.warehouse.publish(world.publication(batch, [world.staged(contract, rows)], []))


class MigrationContract:
    """The tests; a subclass beside the fixtures `world` and `make` runs them."""

    @pytest.mark.parametrize("nullable", [True, False])
    def test_a_column_that_the_contract_adds_is_added_nullable_and_filled(
        self, world, make, nullable
    ):
        publish(world, make.stores, [make.store(1), make.store(2)], "A")
        added = ColumnContract("Size", decimal(12, 2), "Square metres.", nullable)
        wider = with_columns(make.stores, added)
        published = publish(world, wider, [(*make.store(1), 5), (*make.store(2), 6)])
        assert published.load_audit[0].rows_updated == 2
        assert world.table("Stores") == [(*make.store(1), 5), (*make.store(2), 6)]
        assert world.columns("Stores")[-1] == ("Size", True, "Square metres.")

    def test_a_column_that_the_contract_lacks_becomes_null_in_every_row(self, world, make):
        publish(world, make.stores, [make.store(1), make.store(2)], "A")
        narrow = with_columns(make.stores, without=("Location",))
        rows = [(n, "f-s.csv", "s.csv") for n in (2, 3)]
        published = publish(world, narrow, rows)
        row = published.load_audit[0]
        assert (row.rows_inserted, row.rows_updated, row.rows_deleted) == (1, 1, 1)
        assert world.table("Stores") == [(n, None, "f-s.csv", "s.csv") for n in (2, 3)]
        assert publish(world, narrow, rows, "C").load_audit[0].rows_updated == 0

    def test_a_gold_column_that_the_contract_lacks_becomes_null(self, world, make):
        world.publish("A", [make.order(1)])
        narrow = dataclasses.replace(
            with_columns(make.totals, without=("GrossAmount",)), control_sum=None
        )
        gold = world.staged(narrow, [("Completed", "Oslo", "B")])
        world.warehouse.publish(world.publication("B", [], [gold]))
        assert world.table("Totals", "customer360_gold") == [("Completed", "Oslo", None, "B")]

    def test_a_required_column_that_the_contract_lacks_is_an_error_that_changes_nothing(
        self, world, make
    ):
        strict = with_columns(make.stores, ColumnContract("Size", BIGINT, "Size.", nullable=False))
        publish(world, strict, [(*make.store(1), 5)], "A")
        with pytest.raises(WrongUse) as failed:
            publish(world, make.stores, [make.store(1)])
        assert "customer360_silver.Stores.Size: published as NOT NULL" in str(failed.value)
        assert world.table("Stores") == [(*make.store(1), 5)]
        assert world.warehouse.read_head().epoch == 1

    def test_changed_types_are_named_together_and_change_nothing(self, world, make):
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
        number, text, exact = world.type_names
        assert f"Stores.StoreID: published as {number}; the contract says {text}" in message
        assert f"Stores.Location: published as {text}; the contract says {exact}(5,1)" in message
        assert "drop the table customer360_silver.Stores" in message
        assert [name for name, *_ in world.columns("Stores")] == list(make.stores.column_names)

    def test_the_advice_of_dropping_the_table_works(self, world, make):
        publish(world, make.stores, [make.store(1)], "A")
        world.tamper("DROP TABLE customer360_silver.Stores")
        assert world.warehouse.read_back([make.stores]).differences != ()
        published = publish(world, make.stores, [make.store(1)], "A")
        assert world.warehouse.read_back([make.stores]) == ReadBack(published.head)

    def test_a_column_that_is_no_longer_required_may_be_null(self, world, make):
        strict = with_columns(make.stores, ColumnContract("Size", BIGINT, "Size.", nullable=False))
        publish(world, strict, [(*make.store(1), 5)], "A")
        loose = with_columns(make.stores, ColumnContract("Size", BIGINT, "Size, if known."))
        publish(world, loose, [(*make.store(1), None)])
        assert world.table("Stores") == [(*make.store(1), None)]
        assert world.columns("Stores")[-1] == ("Size", True, "Size, if known.")
