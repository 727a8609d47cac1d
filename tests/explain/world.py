"""A published warehouse in which every kind of key has a story, and what it was made from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import yaml
from pyspark.sql import SparkSession

from c360.explain import Explanation, explain
from c360.explain.gold import Published
from c360.pipeline import run
from c360.registry.read import read_registry
from c360.registry.specs import Registry
from c360.settings import Settings
from c360.warehouse.open import open_warehouse
from c360.warehouse.protocol import Row, Warehouse

OWN = Path(__file__).resolve().parents[2] / "conf" / "tables.yaml"
AS_OF = dt.date(2025, 12, 31)

_CUSTOMERS = "CustomerID,Name,Email,Address"
_ONLINE = "OrderID,CustomerID,ProductID,DateTime,PaymentMethod,Amount,Status"
_IN_STORE = "TransactionID,CustomerID,StoreID,DateTime,Amount,PaymentMethod"
_CALLS = "InteractionID,CustomerID,DateTime,AgentID,IssueType,ResolutionStatus"
_LEDGER = "LoyaltyID,DateTime,PointsChange,Reason"
# What happens to a key, each on its own number; random orders begin at 1000.
STORY = {
    "OnlineTransactions_1.csv": [
        _ONLINE,
        "10,1,100,2025-01-05 10:00:00,PayPal,10.00,Completed",
        "10,1,100,2025-01-04 10:00:00,PayPal,9.00,Completed",
        "11,9999,9999,2025-02-03 11:30:00,Card,5.00,Pending",
        "12,1,100,2025-01-05 10:00:00,PayPal,ten,Completed",
        "13,1,100,2030-01-01 00:00:00,Card,7.00,Completed",
        "10,1",
        "x14,1,100,2025-01-05 10:00:00,PayPal,10.00,Completed",
        '15,1,100,2025-01-05 10:00:00,"Visa, ""Gold""",10.00,Completed',
    ],
    "OnlineTransactions_2.csv": [
        "OrderID,Status,Amount,PaymentMethod,DateTime,ProductID,CustomerID",
        " +010 ,Completed,10.00,PayPal,2025-01-05T12:00:00+02:00,100,1",
        "10,Completed,ten,PayPal,2025-01-09 10:00:00,100,1",
        *(f"16,Completed,{n}.00,PayPal,2025-01-01 10:00:00,100,1" for n in range(1, 61)),
    ],
    "LoyaltyTransactions_1.csv": [
        _LEDGER,
        "501,2025-03-01 10:00:00,50,Bonus",
        "501,2025-03-01 10:00:00,050,Bonus",
    ],
    "LoyaltyTransactions_2.csv": [_LEDGER, "501,2025-03-01 10:00:00,50,Bonus"],
    "Customers_2.csv": [_CUSTOMERS, "1,Ann New,a@example.com,Road 2"],
}


@dataclass(frozen=True)
class World:
    """A published warehouse and what it was made from."""

    settings: Settings
    registry: Registry
    warehouse: Warehouse
    start: Callable[[int], SparkSession]

    def explain(self, table: str, key: str, **changes: Any) -> Explanation:
        settings = Settings(
            registry=changes.get("registry", self.settings.registry),
            bronze=changes.get("bronze", self.settings.bronze),
            warehouse=changes.get("warehouse", self.settings.warehouse),
        )
        return explain(settings, table, key, self.start)

    @property
    def published(self) -> Published:
        """What is published, asked for once only."""
        remembering: Any = Remembering(self.warehouse)
        return Published(remembering, self.warehouse.read_head(), self.registry.policy)

    def rows(self, sql: str) -> list[Row]:
        return self.warehouse.query(sql)


class Remembering:
    """A warehouse that asks each question once."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._answers: dict[tuple[str, str], Any] = {}

    def query(self, sql: str, params: Any = None) -> list[Row]:
        question = (sql, repr(params))
        if question not in self._answers:
            self._answers[question] = self._warehouse.query(sql, params)
        return list(self._answers[question])

    def load_audit(self, run_id: str) -> Any:
        if ("", run_id) not in self._answers:
            self._answers["", run_id] = self._warehouse.load_audit(run_id)
        return self._answers["", run_id]


def publish_world(spark: SparkSession, root: Path) -> World:
    """Write the story into bronze below `root`, and publish it."""
    write_files(root / "raw", {**_random_files(Random(7)), **STORY})
    registry = root / "tables.yaml"
    declared = yaml.safe_load(OWN.read_text())
    declared["defaults"] |= {"max_rejected": 1.0, "max_rejected_file": 1.0}
    registry.write_text(yaml.safe_dump(declared, sort_keys=False))
    settings = Settings(
        registry=registry,
        bronze=str(root / "raw"),
        silver=str(root / "silver"),
        warehouse=f"duckdb:///{root / 'c360.duckdb'}",
        as_of=AS_OF,
    )
    report = run(settings, spark=lambda _: spark)
    assert report.status == "published", report.message
    warehouse = open_warehouse(settings.warehouse)
    return World(settings, read_registry(registry), warehouse, lambda _: spark)


def write_files(folder: Path, files: dict[str, list[str]]) -> None:
    folder.mkdir()
    for name, lines in files.items():
        (folder / name).write_text("\n".join(lines) + "\n")


def _random_files(rng: Random) -> dict[str, list[str]]:
    """All nine sources, with references that are often absent or unknown."""

    def some(*numbers: int) -> str:
        return rng.choice(["", "8888", *map(str, numbers)])

    def at() -> str:
        year, month, day = rng.choice([2024, 2025]), rng.randint(1, 3), rng.randint(1, 28)
        return f"{year}-{month:02}-{day:02} {rng.choice([9, 10]):02}:15:00"

    statuses = ["Completed", " completed", "Pending", "Lost", ""]
    ends = ["Resolved", "Pending", "ESCALATED", "Lost", ""]
    return {
        "Customers.csv": [
            _CUSTOMERS,
            *(f"{n},Ann {n},a{n}@example.com,Road {n}" for n in range(1, 6)),
        ],
        "Products.csv": [
            "ProductID,Name,Category,Price",
            *(f"{n},Pen,{rng.choice(['Toys', 'Books', ''])},1.00" for n in range(100, 105)),
        ],
        "Stores.csv": [
            "StoreID,Location,Manager,OpenHours",
            *(f"{n},{rng.choice(['Rome', 'Oslo', ''])},Bob,9-5" for n in range(200, 204)),
        ],
        "Agents.csv": [
            "AgentID,Name,Department,Shift",
            *(f"{n},Cy,Sales,Day" for n in range(300, 304)),
        ],
        "OnlineTransactions_3.csv": [
            _ONLINE,
            *(
                f"{n},{some(1, 2, 3)},{some(100, 101, 102)},{at()},Card,{n}.50,"
                f"{rng.choice(statuses)}"
                for n in range(1000, 1030)
            ),
        ],
        "InStoreTransactions.csv": [
            _IN_STORE,
            *(
                f"{n},{some(1, 2, 4)},{some(200, 201, 203)},{at()},{n}.25,Cash"
                for n in range(10, 40)
            ),
        ],
        "CustomerServiceInteractions.csv": [
            _CALLS,
            *(
                f"{n},{some(1, 5)},{at()},{some(300, 301)},Delivery,{rng.choice(ends)}"
                for n in range(1, 25)
            ),
        ],
        "LoyaltyAccounts.csv": [
            "LoyaltyID,CustomerID,PointsEarned,TierLevel,JoinDate",
            *(f"{n},{some(1, 2)},10,Gold,2024-01-01" for n in range(500, 508)),
        ],
        "LoyaltyTransactions_3.csv": [
            _LEDGER,
            *(f"{some(501, 502, 503) or 7},{at()},{n},Gift" for n in range(1, 20)),
        ],
    }
