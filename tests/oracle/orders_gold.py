"""AOV and PeakTimes, calculated a second time from the meaning of their columns."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from tests.oracle.arithmetic import CENT, RATE, half_up, money, ranks, ratio
from tests.oracle.facts import UNKNOWN, Order

_EVER = dt.date(1900, 1, 1)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_CHANNELS = ("Online", "InStore")
Expected = list[dict[str, Any]]


def aov(orders: Sequence[Order]) -> Expected:
    """AOV, one row per period, dimension and channel."""
    groups: dict[tuple[Any, ...], list[Order]] = defaultdict(list)
    for order in orders:
        for period in (("ALL", _EVER), ("MONTH", order.at.date().replace(day=1))):
            for dimension in _dimensions(order):
                groups[(*period, *dimension)].append(order)
    return [_aov_row(key, members) for key, members in groups.items()]


def _dimensions(order: Order) -> Iterator[tuple[str, str, str]]:
    online = order.channel == "Online"
    yield "PRODUCT", order.product, order.channel
    category = (order.category or UNKNOWN) if online else "IN_STORE_UNATTRIBUTED"
    yield "CATEGORY", category, order.channel
    yield "LOCATION", "ONLINE" if online else (order.location or UNKNOWN), order.channel
    yield "CHANNEL", order.channel, order.channel
    yield "TOTAL", "ALL", "All"


def _aov_row(key: tuple[Any, ...], members: list[Order]) -> dict[str, Any]:
    grain, start, kind, value, channel = key
    counted = [order.amount for order in members if order.counted]
    excluded = [order.amount for order in members if not order.counted]
    name = members[0].product_name if kind == "PRODUCT" else None
    return {
        "PeriodGrain": grain,
        "PeriodStart": start,
        "DimensionType": kind,
        "DimensionKey": value,
        "DimensionName": value if name is None else name,
        "Channel": channel,
        "OrderCount": len(counted),
        "GrossAmount": money(counted),
        "AverageOrderValue": half_up(ratio(money(counted), len(counted)), CENT),
        "ExcludedOrders": len(excluded),
        "ExcludedAmount": money(excluded),
    }


def peak_times(orders: Sequence[Order]) -> Expected:
    """PeakTimes, the whole grid of channels, weekdays and hours."""
    observed = _observed_days(orders)
    return [row for channel in _CHANNELS for row in _channel_grid(channel, orders, observed)]


def _observed_days(orders: Sequence[Order]) -> dict[int, int]:
    days: dict[int, int] = dict.fromkeys(range(1, 8), 0)
    if orders:
        day, last = min(o.at.date() for o in orders), max(o.at.date() for o in orders)
        while day <= last:
            days[day.isoweekday()] += 1
            day += dt.timedelta(days=1)
    return days


def _channel_grid(channel: str, orders: Sequence[Order], observed: dict[int, int]) -> Expected:
    cells = [(day, hour) for day in range(1, 8) for hour in range(24)]
    placed: dict[tuple[int, int], list[Order]] = {cell: [] for cell in cells}
    for order in orders:
        if order.channel == channel:
            placed[order.at.isoweekday(), order.at.hour].append(order)
    counts = [len(placed[cell]) for cell in cells]
    averages = [ratio(count, observed[day]) for count, (day, _) in zip(counts, cells, strict=True)]
    by_day = [sum(len(placed[day, hour]) for hour in range(24)) for day in range(1, 8)]
    by_hour = [sum(len(placed[day, hour]) for day in range(1, 8)) for hour in range(24)]
    cell_ranks, average_ranks = ranks(counts), ranks(averages)
    day_ranks, hour_ranks = ranks(by_day), ranks(by_hour)
    rows = []
    for index, (day, hour) in enumerate(cells):
        counted = [order.amount for order in placed[day, hour] if order.counted]
        rows.append(
            {
                "Channel": channel,
                "DayOfWeek": day,
                "DayName": _DAYS[day - 1],
                "HourOfDay": hour,
                "TransactionCount": counts[index],
                "CountedCount": len(counted),
                "GrossAmount": money(counted),
                "ObservedDays": observed[day],
                "AvgPerDay": half_up(averages[index], RATE),
                "CellRank": cell_ranks[index],
                "CellRankPerDay": average_ranks[index],
                "DayRank": day_ranks[day - 1],
                "HourRank": hour_ranks[hour],
                "IsPeak": cell_ranks[index] == 1 and counts[index] > 0,
            }
        )
    return rows
