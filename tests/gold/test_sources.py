from __future__ import annotations

from dataclasses import replace

import pytest

from c360.contracts.gold.sources import SOURCES, missing_sources
from c360.datatypes import DataType, decimal
from c360.registry.specs import ColumnSpec, Registry, TableSpec
from tests.gold.frames import policy


def registry() -> Registry:
    """A registry that declares exactly what gold needs."""
    return Registry(
        tuple(
            TableSpec(
                name=source.table,
                description="",
                files=(),
                columns=tuple(
                    ColumnSpec(name, kind, required=name in source.required)
                    for name, kind in source.columns
                ),
                key=(source.key,) if source.key else (),
            )
            for source in SOURCES
        ),
        policy(),
    )


def with_column(table: TableSpec, column: ColumnSpec) -> TableSpec:
    others = (column if each.name == column.name else each for each in table.columns)
    return replace(table, columns=tuple(others))


def changed(name: str, table: TableSpec | None) -> Registry:
    found = registry()
    tables = (table if each.name == name else each for each in found.tables)
    return replace(found, tables=tuple(each for each in tables if each is not None))


def test_a_registry_that_declares_what_gold_needs_has_no_problem() -> None:
    assert missing_sources(registry()) == []


def test_further_tables_and_columns_are_no_problem() -> None:
    found = registry()
    first = found.tables[0]
    more = replace(first, columns=(*first.columns, ColumnSpec("Extra", DataType("string"))))

    assert missing_sources(replace(found, tables=(more, *found.tables))) == []


ONLINE = "OnlineTransactions"


@pytest.mark.parametrize(
    ("found", "problem"),
    [
        (
            changed("Stores", None),
            "tables.Stores: not declared; gold reads its columns StoreID, Location",
        ),
        (
            changed("Customers", replace(registry().table("Customers"), key=("Email",))),
            "tables.Customers.key: found Email; gold needs CustomerID, one row each",
        ),
        (
            changed("Agents", replace(registry().table("Agents"), key=())),
            "tables.Agents.key: found none; gold needs AgentID, one row each",
        ),
        (
            changed("Stores", replace(registry().table("Stores"), columns=())),
            "tables.Stores.columns.StoreID: not declared; gold needs it as bigint",
        ),
        (
            changed(
                ONLINE,
                with_column(
                    registry().table(ONLINE), ColumnSpec("Amount", decimal(12, 3), required=True)
                ),
            ),
            "tables.OnlineTransactions.columns.Amount.type: found 'decimal(12,3)'; gold needs "
            "'decimal(12,2)'",
        ),
        (
            changed(
                ONLINE,
                with_column(
                    registry().table(ONLINE), ColumnSpec("DateTime", DataType("timestamp"))
                ),
            ),
            "tables.OnlineTransactions.columns.DateTime: not required; gold needs a value in every "
            "row, so list it under tables.OnlineTransactions.required",
        ),
    ],
)
def test_a_registry_without_something_is_told_what_and_where(found: Registry, problem: str) -> None:
    assert problem in missing_sources(found)


def test_all_problems_are_told_at_once() -> None:
    tables = tuple(each for each in registry().tables if each.name not in ("Stores", "Agents"))

    problems = missing_sources(replace(registry(), tables=tables))

    assert [each.split(":")[0] for each in problems] == ["tables.Stores", "tables.Agents"]
