"""The facts of the independent calculation: orders, accounts, ledger and interactions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]
Silver = Mapping[str, Sequence[Row]]
UNKNOWN = "UNKNOWN"
FACTS = (
    "OnlineTransactions",
    "InStoreTransactions",
    "CustomerServiceInteractions",
    "LoyaltyTransactions",
)


@dataclass(frozen=True)
class Order:
    """One order of either channel."""

    channel: str
    at: dt.datetime
    amount: Decimal
    counted: bool
    customer: str  # the id as text, or UNKNOWN
    product: str
    product_name: str | None
    category: str | None  # None where none is known
    location: str | None


@dataclass(frozen=True)
class LedgerEntry:
    """One change of points, booked on a customer through its account."""

    customer: str
    at: dt.datetime
    points: int


def fold(text: str | None) -> str | None:
    """How statuses and tiers are compared."""
    return None if text is None else text.strip().lower()


def is_listed(text: str | None, words: Sequence[str]) -> bool:
    """True when `text` is one of `words`."""
    return text is not None and fold(text) in {fold(word) for word in words}


def up_to(rows: Sequence[Row], as_of: dt.date) -> list[Row]:
    """The rows that are not dated after `as_of`."""
    return [row for row in rows if row["DateTime"].date() <= as_of]


def key_of(value: int | None, known: set[int]) -> str:
    """The id as text when it is known."""
    return str(value) if value in known else UNKNOWN


def ids(silver: Silver, table: str, column: str) -> set[int]:
    """The ids that a table owns."""
    return {row[column] for row in silver[table]}


def orders(silver: Silver, counted_statuses: Sequence[str], as_of: dt.date) -> list[Order]:
    """Every order of both channels up to `as_of`."""
    products = {row["ProductID"]: row for row in silver["Products"]}
    stores = {row["StoreID"]: row for row in silver["Stores"]}
    customers = ids(silver, "Customers", "CustomerID")
    found = []
    for row in up_to(silver["OnlineTransactions"], as_of):
        product = products.get(row["ProductID"])
        found.append(
            Order(
                channel="Online",
                at=row["DateTime"],
                amount=row["Amount"],
                counted=is_listed(row["Status"], counted_statuses),
                customer=key_of(row["CustomerID"], customers),
                product=str(row["ProductID"]) if product else UNKNOWN,
                product_name=product["Name"] if product else None,
                category=product["Category"] if product else None,
                location=None,
            )
        )
    for row in up_to(silver["InStoreTransactions"], as_of):
        store = stores.get(row["StoreID"])
        found.append(
            Order(
                channel="InStore",
                at=row["DateTime"],
                amount=row["Amount"],
                counted=True,
                customer=key_of(row["CustomerID"], customers),
                product="IN_STORE_UNATTRIBUTED",
                product_name=None,
                category=None,
                location=store["Location"] if store else None,
            )
        )
    return found


def ledger(silver: Silver, as_of: dt.date) -> list[LedgerEntry]:
    """Every ledger entry up to `as_of`, with the customer of its account."""
    owner = {row["LoyaltyID"]: row["CustomerID"] for row in silver["LoyaltyAccounts"]}
    customers = ids(silver, "Customers", "CustomerID")
    return [
        LedgerEntry(
            key_of(owner.get(row["LoyaltyID"]), customers),
            row["DateTime"],
            row["PointsChange"] or 0,
        )
        for row in up_to(silver["LoyaltyTransactions"], as_of)
    ]


def last_fact_date(silver: Silver) -> dt.date | None:
    """The largest date among all facts, None when there are none."""
    return max((row["DateTime"].date() for table in FACTS for row in silver[table]), default=None)
