"""Derives the rows of gold in which one silver row counts. Source: docs/gold.md."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from c360.contracts.gold.aov import EVER
from c360.contracts.gold.parts import (
    IN_STORE,
    IN_STORE_UNATTRIBUTED,
    ONLINE,
    ONLINE_LOCATION,
    UNKNOWN,
)
from c360.explain.model import GoldRow
from c360.registry.specs import Policy
from c360.text import folded

_COUNTED, _EXCLUDED = ("OrderCount", "GrossAmount"), ("ExcludedOrders", "ExcludedAmount")
_CHANNEL_COUNT = {ONLINE: "OnlineOrders", IN_STORE: "InStoreOrders"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order of either channel; its keys are UNKNOWN where silver does not know them."""

    at: dt.datetime
    is_counted: bool
    customer: str
    product: str | None = None  # None: bought in a store
    category: str = UNKNOWN
    location: str = UNKNOWN


def is_listed(word: str | None, words: Sequence[str]) -> bool:
    """True when `word` is one of `words`, trimmed and in lower case."""
    return word is not None and folded(word) in {folded(each) for each in words}


def order_rows(order: Order) -> tuple[GoldRow, ...]:
    """AOV by period and dimension, the customer's rows, and the cell of PeakTimes."""
    channel = IN_STORE if order.product is None else ONLINE
    measures = _COUNTED if order.is_counted else _EXCLUDED
    aov = [
        _aov(period, dimension, measures)
        for period in _periods(order.at)
        for dimension in _dimensions(order, channel)
    ]
    return (*aov, *_customer_rows(order, channel), _peak(order, channel))


def interaction_rows(
    agent: str, customer: str, status: str | None, policy: Policy
) -> tuple[GoldRow, ...]:
    """The agent's row, and the customer's profile."""
    words = policy.resolution_statuses
    outcomes = {
        "ResolvedCount": words.resolved,
        "EscalatedCount": words.escalated,
        "PendingCount": words.pending,
    }
    measure = next(
        (name for name, listed in outcomes.items() if is_listed(status, listed)), "OtherStatusCount"
    )
    of_customer = {
        "ResolvedCount": ("ResolvedInteractions",),
        "EscalatedCount": ("EscalatedInteractions",),
        "PendingCount": ("PendingInteractions",),
    }.get(measure, ())
    return (
        GoldRow("AgentKPIs", (("AgentID", agent),), ("TotalInteractions", measure)),
        *_profile(customer, ("Interactions", *of_customer)),
    )


def loyalty_rows(customer: str, *measures: str) -> tuple[GoldRow, ...]:
    """The rows of the customer whose loyalty account it is."""
    return (_segment(customer, measures), *_profile(customer, measures))


def customer_rows(customer: str) -> tuple[GoldRow, ...]:
    """The rows that a customer owns."""
    return (
        _segment(customer, ("every measure",)),
        *_profile(customer, ("Name", "Email", "Address", "every measure")),
    )


def agent_rows(agent: str) -> tuple[GoldRow, ...]:
    """The row that an agent owns."""
    return (GoldRow("AgentKPIs", (("AgentID", agent),), ("every measure",)),)


def aov_row(grain: str, start: dt.date, kind: str, key: str, channel: str) -> GoldRow:
    """The row of AOV that a product, category or location has in one period."""
    return _aov((grain, start), (kind, key, channel), ("every measure",))


def _periods(at: dt.datetime) -> tuple[tuple[str, dt.date], ...]:
    return ("ALL", EVER), ("MONTH", at.date().replace(day=1))


def _dimensions(order: Order, channel: str) -> tuple[tuple[str, str, str], ...]:
    """DimensionType, DimensionKey and Channel of the rows of AOV."""
    online = order.product is not None
    return (
        ("PRODUCT", order.product or IN_STORE_UNATTRIBUTED, channel),
        ("CATEGORY", order.category if online else IN_STORE_UNATTRIBUTED, channel),
        ("LOCATION", ONLINE_LOCATION if online else order.location, channel),
        ("CHANNEL", channel, channel),
        ("TOTAL", "ALL", "All"),
    )


def _aov(
    period: tuple[str, dt.date], dimension: tuple[str, str, str], measures: tuple[str, ...]
) -> GoldRow:
    names = ("PeriodGrain", "PeriodStart", "DimensionType", "DimensionKey", "Channel")
    values = (period[0], period[1].isoformat(), *dimension)
    return GoldRow("AOV", tuple(zip(names, values, strict=True)), measures)


def _customer_rows(order: Order, channel: str) -> tuple[GoldRow, ...]:
    if not order.is_counted:
        return _profile(order.customer, ("ExcludedOrders",))
    measures = ("OrderCount", _CHANNEL_COUNT[channel], "TotalSpend")
    return (_segment(order.customer, measures), *_profile(order.customer, measures))


def _peak(order: Order, channel: str) -> GoldRow:
    cell = (channel, str(order.at.isoweekday()), str(order.at.hour))
    counted = ("CountedCount", "GrossAmount") if order.is_counted else ()
    return GoldRow(
        "PeakTimes",
        tuple(zip(("Channel", "DayOfWeek", "HourOfDay"), cell, strict=True)),
        ("TransactionCount", *counted),
    )


def _segment(customer: str, measures: tuple[str, ...]) -> GoldRow:
    return GoldRow("CustomerSegments", (("CustomerID", customer),), measures)


def _profile(customer: str, measures: tuple[str, ...]) -> tuple[GoldRow, ...]:
    """The row of Customer360, which knows no UNKNOWN."""
    if customer == UNKNOWN:
        return ()
    return (GoldRow("Customer360", (("CustomerID", customer),), measures),)
