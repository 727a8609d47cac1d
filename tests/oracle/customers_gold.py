"""CustomerSegments and Customer360, calculated a second time from their columns' meaning."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.oracle.agents_gold import kind_of
from tests.oracle.arithmetic import CENT, half_up, money, percentile, ratio
from tests.oracle.facts import UNKNOWN, LedgerEntry, Order, Row, fold, is_listed

SHARED = [
    "OrderCount",
    "OnlineOrders",
    "InStoreOrders",
    "TotalSpend",
    "AverageOrderValue",
    "FirstOrderDate",
    "LastOrderDate",
    "RecencyDays",
    "LoyaltyTier",
    "LoyaltyAccounts",
    "LoyaltyPoints",
    "LoyaltyLedgerNet",
    "SpendTier",
    "FrequencyTier",
    "Segment",
]
Expected = list[dict[str, Any]]


@dataclass(frozen=True)
class Holdings:
    """Everything that belongs to one customer, or to UNKNOWN."""

    orders: list[Order]
    accounts: list[Row]
    ledger: list[LedgerEntry]
    interactions: list[Row]

    @property
    def counted(self) -> list[Order]:
        return [order for order in self.orders if order.counted]


def customer_segments(holdings: dict[str, Holdings], policy: Any, as_of: dt.date) -> Expected:
    """CustomerSegments, one row per customer and UNKNOWN where something belongs to none."""
    high, medium = _thresholds(holdings, policy)
    rows = []
    for key, held in holdings.items():
        if key == UNKNOWN and not (held.orders or held.accounts or held.ledger):
            continue
        dates = [order.at.date() for order in held.counted]
        spend = money(order.amount for order in held.counted)
        row = {
            "CustomerID": key,
            "OrderCount": len(dates),
            "OnlineOrders": sum(order.channel == "Online" for order in held.counted),
            "InStoreOrders": sum(order.channel == "InStore" for order in held.counted),
            "TotalSpend": spend,
            "AverageOrderValue": half_up(ratio(spend, len(dates)), CENT),
            "FirstOrderDate": min(dates, default=None),
            "LastOrderDate": max(dates, default=None),
            "RecencyDays": (as_of - max(dates)).days if dates else None,
            "LoyaltyTier": _tier(held.accounts, policy),
            "LoyaltyAccounts": len(held.accounts),
            "LoyaltyPoints": sum(account["PointsEarned"] or 0 for account in held.accounts),
            "LoyaltyLedgerNet": sum(entry.points for entry in held.ledger),
            "SpendTier": _spend_tier(spend, len(dates), high, medium),
            "FrequencyTier": _frequency_tier(len(dates), policy.frequent_from),
        }
        row["Segment"] = _segment(row, high, policy)
        if key == UNKNOWN:
            row |= dict.fromkeys(("SpendTier", "FrequencyTier", "LoyaltyTier"), "None")
            row |= {"RecencyDays": None, "Segment": "Unknown"}
        rows.append(row | {"SpendThreshold": half_up(high, 4)})
    return rows


def _thresholds(holdings: dict[str, Holdings], policy: Any) -> tuple[Fraction, Fraction]:
    spends = [
        money(order.amount for order in held.counted)
        for key, held in holdings.items()
        if key != UNKNOWN and held.counted
    ]
    if not spends or len(spends) < policy.min_buyers_for_percentiles:
        fixed = policy.fixed_spend_thresholds
        return Fraction(fixed.high), Fraction(fixed.medium)
    return percentile(spends, 9), percentile(spends, 5)


def _tier(accounts: Sequence[Row], policy: Any) -> str:
    ranking = {fold(tier): (rank, tier) for tier, rank in policy.tier_ranking}
    best = None
    for account in accounts:
        text = account["TierLevel"]
        rank, shown = ranking.get(fold(text), (0, "Unknown" if text is None else text))
        order = (rank, account["JoinDate"] or dt.date.min, -account["LoyaltyID"])
        if best is None or order > best[0]:
            best = (order, shown)
    return best[1] if best else "None"


def _spend_tier(spend: Decimal, orders: int, high: Fraction, medium: Fraction) -> str:
    if not orders:
        return "None"
    if spend >= high:
        return "High"
    return "Medium" if spend >= medium else "Low"


def _frequency_tier(orders: int, frequent_from: int) -> str:
    if orders >= frequent_from and orders > 0:
        return "Frequent"
    return "Repeat" if orders > 1 else ("One-Time" if orders else "None")


def _segment(row: dict[str, Any], high: Fraction, policy: Any) -> str:
    if not row["OrderCount"]:
        return "No Purchases"
    if row["TotalSpend"] >= high:
        return "High-Value Customer"
    if row["OrderCount"] == 1:
        return "One-Time Buyer"
    if is_listed(row["LoyaltyTier"], policy.champion_tiers):
        return "Loyalty Champion"
    return "Regular Customer"


def customer360(
    customers: Sequence[Row], segments: Expected, holdings: dict[str, Holdings], policy: Any
) -> Expected:
    """Customer360, one row per customer."""
    measured = {row["CustomerID"]: row for row in segments}
    rows = []
    for customer in customers:
        key = str(customer["CustomerID"])
        held = holdings[key]
        kinds = [
            kind_of(row["ResolutionStatus"], policy.resolution_statuses)
            for row in held.interactions
        ]
        service = [row["DateTime"] for row in held.interactions]
        contacts = service + [each.at for each in (*held.orders, *held.ledger)]
        rows.append(
            {
                "CustomerID": key,
                "Name": customer["Name"],
                "Email": customer["Email"],
                "Address": customer["Address"],
                **{name: measured[key][name] for name in SHARED},
                "ExcludedOrders": len(held.orders) - len(held.counted),
                "FavouriteChannel": _favourite(held.counted, lambda order: order.channel),
                "FavouriteCategory": _favourite(held.counted, lambda order: order.category),
                "FavouriteLocation": _favourite(held.counted, lambda order: order.location),
                "Interactions": len(kinds),
                "ResolvedInteractions": kinds.count("resolved"),
                "EscalatedInteractions": kinds.count("escalated"),
                "PendingInteractions": kinds.count("pending"),
                "LastInteractionAt": max(service, default=None),
                "FirstContactAt": min(contacts, default=None),
                "LastContactAt": max(contacts, default=None),
            }
        )
    return rows


def _favourite(orders: Sequence[Order], of: Callable[[Order], str | None]) -> str | None:
    amounts: dict[str, list[Decimal]] = defaultdict(list)
    for order in orders:
        if (value := of(order)) is not None:
            amounts[value].append(order.amount)
    return min(amounts, key=lambda v: (-len(amounts[v]), -money(amounts[v]), v), default=None)
