"""Small silver in an in-memory DuckDB, and the check queries run on it; no Spark anywhere."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import duckdb

from c360.audit import LoadAuditRow
from c360.contracts.gold import GOLD_CONTRACTS
from c360.contracts.gold.parts import BATCH_ID, RULE_VERSION
from c360.contracts.model import TableContract
from c360.registry.specs import Policy, ResolutionStatuses, SpendThresholds
from c360.verify import check_parameters, check_text
from c360.warehouse.duckdb_connection import rows
from c360.warehouse.protocol import Head, Row

AS_OF = dt.date(2025, 1, 31)
HEAD = Head(1, "batch-1", "run-1")

POLICY = Policy(
    counted_statuses=("Completed",),
    excluded_statuses=("Pending", "Failed", "Cancelled", "Refunded", "Returned"),
    resolution_statuses=ResolutionStatuses(),
    tier_ranking=(("Bronze", 1), ("Silver", 2), ("Gold", 3), ("Platinum", 4), ("Diamond", 5)),
    champion_tiers=("Gold", "Platinum"),
    frequent_from=5,
    min_buyers_for_percentiles=10,
    fixed_spend_thresholds=SpendThresholds(Decimal("1000.00"), Decimal("200.00")),
    min_interactions=5,
    source_timezone="UTC",
    currency="USD",
    rule_version="rules-1",
)

# The columns of silver that gold reads.
_TABLES = {
    "Customers": "CustomerID BIGINT, Name VARCHAR, Email VARCHAR, Address VARCHAR",
    "Products": "ProductID BIGINT, Name VARCHAR, Category VARCHAR",
    "Stores": "StoreID BIGINT, Location VARCHAR",
    "Agents": "AgentID BIGINT, Name VARCHAR, Department VARCHAR, Shift VARCHAR",
    "OnlineTransactions": "OrderID BIGINT, CustomerID BIGINT, ProductID BIGINT, "
    "DateTime TIMESTAMP, Amount DECIMAL(12,2), Status VARCHAR",
    "InStoreTransactions": "TransactionID BIGINT, CustomerID BIGINT, StoreID BIGINT, "
    "DateTime TIMESTAMP, Amount DECIMAL(12,2)",
    "CustomerServiceInteractions": "InteractionID BIGINT, CustomerID BIGINT, "
    "DateTime TIMESTAMP, AgentID BIGINT, ResolutionStatus VARCHAR",
    "LoyaltyAccounts": "LoyaltyID BIGINT, CustomerID BIGINT, PointsEarned BIGINT, "
    "TierLevel VARCHAR, JoinDate DATE",
    "LoyaltyTransactions": "LoyaltyID BIGINT, DateTime TIMESTAMP, PointsChange BIGINT",
}
_NOON = "2025-01-15 12:00:00"


class Silver:
    """The nine silver tables, empty until rows are added; `connection` is theirs alone."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("SET threads = 1")  # rows are few: threads only cost time
        self.connection.execute("CREATE SCHEMA customer360_silver; CREATE SCHEMA customer360_gold")
        for table, columns in _TABLES.items():
            self.connection.execute(f"CREATE TABLE customer360_silver.{table} ({columns})")

    def add(self, table: str, **values: Any) -> None:
        """One row; columns not named are NULL."""
        marks = ", ".join("?" for _ in values)
        self.connection.execute(
            f"INSERT INTO customer360_silver.{table} ({', '.join(values)}) VALUES ({marks})",
            list(values.values()),
        )

    def customers(self, *ids: int) -> None:
        """Customers that differ in their id only."""
        for each in ids:
            self.add("Customers", CustomerID=each, Name=f"Name {each}")

    def online(self, amount: str, *, at: str = _NOON, status: str | None = "Completed", **ids: int):
        """One online order; `ids` are CustomerID and ProductID."""
        self.add("OnlineTransactions", DateTime=at, Amount=amount, Status=status, **ids)

    def in_store(self, amount: str, *, at: str = _NOON, **ids: int):
        """One in-store order; `ids` are CustomerID and StoreID."""
        self.add("InStoreTransactions", DateTime=at, Amount=amount, **ids)

    def contact(self, status: str | None, *, at: str = _NOON, **ids: int):
        """One interaction; `ids` are CustomerID and AgentID."""
        self.add("CustomerServiceInteractions", DateTime=at, ResolutionStatus=status, **ids)

    def check(self, table: str, policy: Policy = POLICY, as_of: dt.date | None = AS_OF):
        """The rows of the check query of a gold table, by the values of its key."""
        (contract,) = (each for each in GOLD_CONTRACTS if each.name == table)
        found = run_check(self.connection, table, check_parameters(policy, as_of, HEAD))
        keyed = {tuple(row[name] for name in contract.key): row for row in found}
        assert len(keyed) == len(found), "the check query doubles a key"
        return {key[0] if len(key) == 1 else key: row for key, row in keyed.items()}

    def publish(self, policy: Policy = POLICY, as_of: dt.date | None = AS_OF) -> None:
        """Gold as the check queries compute it, under HEAD, in tables of the contracts' types."""
        params = check_parameters(policy, as_of, HEAD)
        for contract in GOLD_CONTRACTS:
            columns = ", ".join(f"{each.name} {each.type.duckdb}" for each in contract.columns)
            self.connection.execute(f"CREATE TABLE {dataset(contract)} ({columns})")
            told = {BATCH_ID: HEAD.batch_id, RULE_VERSION: policy.rule_version}
            marks = ", ".join("?" for _ in contract.columns)
            for row in run_check(self.connection, contract.name, params):
                self.connection.execute(
                    f"INSERT INTO {dataset(contract)} VALUES ({marks})",
                    [(row | told)[name] for name in contract.column_names],
                )


@dataclass
class MemoryWarehouse:
    """What `verify` asks of a warehouse, answered from one in-memory connection."""

    connection: duckdb.DuckDBPyConnection
    heads: list[Head] = field(default_factory=lambda: [HEAD])  # the last one stays
    audit: tuple[LoadAuditRow, ...] = (
        LoadAuditRow(
            run_id="run-1",
            layer="gold",
            table_name="AOV",
            status="SUCCESS",
            as_of=AS_OF,
            rule_version=POLICY.rule_version,
        ),
    )
    name: str = "memory"

    def read_head(self) -> Head:
        return self.heads.pop(0) if len(self.heads) > 1 else self.heads[0]

    def load_audit(self, run_id: str) -> tuple[LoadAuditRow, ...]:
        return tuple(row for row in self.audit if row.run_id == run_id)

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> list[Row]:
        return rows(self.connection, sql, params)


def dataset(contract: TableContract) -> str:
    return f"{contract.dataset}.{contract.name}"


def run_check(
    connection: duckdb.DuckDBPyConnection, table: str, params: Mapping[str, Any]
) -> list[Row]:
    text = check_text(table)
    return rows(connection, text, {name: params[name] for name in re.findall(r"@(\w+)", text)})
