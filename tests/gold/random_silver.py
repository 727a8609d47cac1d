"""Random silver with every case that gold has a rule for, from a seed."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import Any

from c360.registry.specs import Policy, ResolutionStatuses, SpendThresholds
from tests.gold.frames import policy

_STATUSES = ("Completed", "completed", " COMPLETED ", "Pending", "Failed", "Shipped", None)
_RESOLUTIONS = ("Resolved", "resolved ", "Escalated", "PENDING", "Closed", None)
_TIERS = ("Bronze", "silver", "GOLD", " Platinum", "Diamond", "Copper", None)
_CATEGORIES = ("Books", "Games", "UNKNOWN", "IN_STORE_UNATTRIBUTED", "Ärger", None)
_LOCATIONS = ("Leeds", "Oslo", "ONLINE", "UNKNOWN", None)
_DEPARTMENTS = ("Sales", "Care", None)
_AMOUNTS = tuple(Decimal(text) for text in ("0.01", "10.00", "10.05", "33.33", "9999999999.99"))
Rows = dict[str, list[dict[str, Any]]]


def random_as_of(source: random.Random) -> dt.date:
    """A date inside or after the facts."""
    return source.choice((dt.date(2025, 2, 20), dt.date(2025, 6, 1)))


def random_policy(source: random.Random) -> Policy:
    """A policy whose every figure and list may differ from the default."""
    return policy(
        counted_statuses=source.choice((("Completed",), ("completed", "Shipped"))),
        resolution_statuses=ResolutionStatuses(resolved=("Resolved", "closed")),
        champion_tiers=source.choice((("Gold", "Platinum"), ("copper",), ())),
        frequent_from=source.choice((3, 5)),
        min_buyers_for_percentiles=source.choice((1, 10, 60)),
        fixed_spend_thresholds=SpendThresholds(Decimal("40.00"), Decimal("10.05")),
        min_interactions=source.choice((1, 3)),
    )


def random_silver(source: random.Random) -> Rows:
    """Rows of all nine tables; sizes down to none, ids unknown, missing and shared by channels."""
    return {
        "Customers": [
            {"CustomerID": each, "Name": f"Name {each}", "Email": f"{each}@example.com"}
            for each in _ids(source, 40)
        ],
        "Products": [
            {
                "ProductID": each,
                "Name": source.choice(("Lamp", "Chair", None)),
                "Category": source.choice(_CATEGORIES),
            }
            for each in _ids(source, 12)
        ],
        "Stores": [
            {"StoreID": each, "Location": source.choice(_LOCATIONS)} for each in _ids(source, 8)
        ],
        "Agents": [
            {
                "AgentID": each,
                "Name": f"Agent {each}",
                "Department": source.choice(_DEPARTMENTS),
                "Shift": source.choice(("Day", None)),
            }
            for each in _ids(source, 9)
        ],
        "OnlineTransactions": [
            {
                "OrderID": each,
                "CustomerID": _maybe_id(source, 45),
                "ProductID": _maybe_id(source, 14),
                "DateTime": _moment(source),
                "Amount": _amount(source),
                "Status": source.choice(_STATUSES),
            }
            for each in _ids(source, 150)
        ],
        "InStoreTransactions": [
            {
                "TransactionID": each,
                "CustomerID": _maybe_id(source, 45),
                "StoreID": _maybe_id(source, 10),
                "DateTime": _moment(source),
                "Amount": _amount(source),
            }
            for each in _ids(source, 120)
        ],
        "CustomerServiceInteractions": [
            {
                "InteractionID": each,
                "CustomerID": _maybe_id(source, 45),
                "DateTime": _moment(source),
                "AgentID": _maybe_id(source, 11),
                "ResolutionStatus": source.choice(_RESOLUTIONS),
            }
            for each in _ids(source, 90)
        ],
        "LoyaltyAccounts": [
            {
                "LoyaltyID": each,
                "CustomerID": _maybe_id(source, 45),
                "PointsEarned": source.choice((0, 7, 250, None)),
                "TierLevel": source.choice(_TIERS),
                "JoinDate": source.choice((dt.date(2020, 1, 1), dt.date(2030, 1, 1), None)),
            }
            for each in _ids(source, 50)
        ],
        "LoyaltyTransactions": [
            {
                "LoyaltyID": _maybe_id(source, 55),
                "DateTime": _moment(source),
                "PointsChange": source.choice((-30, 5, 100, None)),
            }
            for _ in _ids(source, 80)
        ],
    }


def _ids(source: random.Random, most: int) -> range:
    return range(1, 1 + source.choice((0, most // 3, most, most, most)))


def _maybe_id(source: random.Random, highest: int) -> int | None:
    return None if source.random() < 0.1 else source.randint(1, highest)


def _moment(source: random.Random) -> dt.datetime:
    start = dt.datetime(2024, 12, 30)
    return start + dt.timedelta(
        days=source.randrange(70),
        hours=source.choice((0, 2, 3, 9, 9, 9, 23)),
        microseconds=source.choice((0, 1, 999_999)),
    )


def _amount(source: random.Random) -> Decimal:
    odd = Decimal(source.randint(1, 5_000)).scaleb(-2)
    return source.choice((*_AMOUNTS, odd, odd))
