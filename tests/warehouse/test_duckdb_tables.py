"""Tables that exist already: columns that come, go, loosen or change their type."""

from __future__ import annotations

import duckdb
import pytest

from c360.errors import OutsideFailure
from tests.warehouse.migration_contract import MigrationContract, publish


class TestDuckDB(MigrationContract):
    """The contract of every warehouse, in a DuckDB file."""


def test_a_new_table_has_its_not_null_columns_and_descriptions(world, make):
    world.publish("A", [make.order(1)])
    assert world.columns("Stores") == [
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


def test_a_view_in_the_place_of_a_table_is_a_clean_failure(world, make):
    world.publish("A", [make.order(1)])
    world.tamper(
        "DROP TABLE customer360_silver.Stores",
        "CREATE VIEW customer360_silver.Stores AS SELECT 1 AS a",
    )
    with pytest.raises(OutsideFailure):
        publish(world, make.stores, [make.store(1)])
    assert world.table("Orders") == [make.order(1)]
