"""What gold needs of silver: the tables, their keys and the columns it reads."""

from __future__ import annotations

from dataclasses import dataclass

from c360.datatypes import BIGINT, DATE, STRING, TIMESTAMP, DataType, decimal
from c360.registry.specs import Registry, TableSpec

AMOUNT = decimal(12, 2)


@dataclass(frozen=True, slots=True)
class Source:
    """A silver table that gold reads. Where `key` is None, gold does not depend on one."""

    table: str
    key: str | None
    columns: tuple[tuple[str, DataType], ...]
    required: tuple[str, ...] = ()  # without them a row could not be booked


SOURCES: tuple[Source, ...] = (
    Source(
        "Customers",
        "CustomerID",
        (("CustomerID", BIGINT), ("Name", STRING), ("Email", STRING), ("Address", STRING)),
    ),
    Source(
        "Products", "ProductID", (("ProductID", BIGINT), ("Name", STRING), ("Category", STRING))
    ),
    Source("Stores", "StoreID", (("StoreID", BIGINT), ("Location", STRING))),
    Source(
        "Agents",
        "AgentID",
        (("AgentID", BIGINT), ("Name", STRING), ("Department", STRING), ("Shift", STRING)),
    ),
    Source(
        "OnlineTransactions",
        "OrderID",
        (
            ("OrderID", BIGINT),
            ("CustomerID", BIGINT),
            ("ProductID", BIGINT),
            ("DateTime", TIMESTAMP),
            ("Amount", AMOUNT),
            ("Status", STRING),
        ),
        required=("DateTime", "Amount"),
    ),
    Source(
        "InStoreTransactions",
        "TransactionID",
        (
            ("TransactionID", BIGINT),
            ("CustomerID", BIGINT),
            ("StoreID", BIGINT),
            ("DateTime", TIMESTAMP),
            ("Amount", AMOUNT),
        ),
        required=("DateTime", "Amount"),
    ),
    Source(
        "CustomerServiceInteractions",
        "InteractionID",
        (
            ("InteractionID", BIGINT),
            ("CustomerID", BIGINT),
            ("DateTime", TIMESTAMP),
            ("AgentID", BIGINT),
            ("ResolutionStatus", STRING),
        ),
        required=("DateTime",),
    ),
    Source(
        "LoyaltyAccounts",
        "LoyaltyID",
        (
            ("LoyaltyID", BIGINT),
            ("CustomerID", BIGINT),
            ("PointsEarned", BIGINT),
            ("TierLevel", STRING),
            ("JoinDate", DATE),
        ),
    ),
    Source(
        "LoyaltyTransactions",
        None,
        (("LoyaltyID", BIGINT), ("DateTime", TIMESTAMP), ("PointsChange", BIGINT)),
        required=("DateTime",),
    ),
)


def missing_sources(registry: Registry) -> list[str]:
    """Everything that gold needs and `registry` does not declare, one message each."""
    declared = {table.name: table for table in registry.tables}
    problems: list[str] = []
    for source in SOURCES:
        if table := declared.get(source.table):
            problems += _table_problems(source, table)
        else:
            names = ", ".join(name for name, _ in source.columns)
            problems.append(f"tables.{source.table}: not declared; gold reads its columns {names}")
    return problems


def _table_problems(source: Source, table: TableSpec) -> list[str]:
    at = f"tables.{source.table}"
    problems: list[str] = []
    if source.key and table.key != (source.key,):
        found = ", ".join(table.key) or "none"
        problems.append(f"{at}.key: found {found}; gold needs {source.key}, one row each")
    declared = {column.name: column for column in table.columns}
    for name, needed in source.columns:
        column = declared.get(name)
        if column is None:
            problems.append(f"{at}.columns.{name}: not declared; gold needs it as {needed}")
        elif column.type != needed:
            problems.append(
                f"{at}.columns.{name}.type: found '{column.type}'; gold needs '{needed}'"
            )
        elif name in source.required and not column.required:
            problems.append(
                f"{at}.columns.{name}: not required; gold needs a value in every row, "
                f"so list it under {at}.required"
            )
    return problems
