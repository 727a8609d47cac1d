"""When things happen: months, weekdays and hours that differ as they do in a shop."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from random import Random

YEAR = 2025
ONLINE_HOURS = (
    3,
    2,
    1,
    1,
    1,
    2,
    4,
    7,
    10,
    12,
    14,
    20,
    28,
    22,
    13,
    12,
    14,
    18,
    24,
    34,
    38,
    30,
    16,
    7,
)
# Doors are open from 8 to 21: lunch, and the way home from work.
STORE_HOURS = (0, 0, 0, 0, 0, 0, 0, 0, 6, 10, 14, 22, 34, 26, 14, 14, 20, 32, 28, 16, 7, 0, 0, 0)
OFFICE_HOURS = (1, 0, 0, 0, 0, 1, 3, 8, 18, 26, 28, 24, 16, 20, 24, 22, 20, 16, 10, 8, 6, 4, 3, 2)
_MONTHS = (8, 7, 8, 8, 9, 9, 8, 7, 9, 10, 14, 17)
_WEEKDAYS = {"online": (10, 9, 9, 10, 11, 12, 15), "store": (8, 8, 9, 10, 14, 20, 9)}
_OFFICE_DAYS = (16, 15, 14, 14, 13, 6, 4)


def draw_months(rng: Random, count: int) -> list[int]:
    """`count` months from 1 to 12, more of them before the end of the year."""
    return rng.choices(range(1, 13), _MONTHS, k=count)


def draw_moments(rng: Random, months: Sequence[int], channel: str) -> list[str]:
    """One moment per month given, oldest first, as `yyyy-MM-dd HH:mm:ss`."""
    hours = {"online": ONLINE_HOURS, "store": STORE_HOURS}.get(channel, OFFICE_HOURS)
    weekdays = _WEEKDAYS.get(channel, _OFFICE_DAYS)
    return sorted(_moment(rng, month, hours, weekdays) for month in months)


def _moment(rng: Random, month: int, hours: Sequence[int], weekdays: Sequence[int]) -> str:
    first = dt.date(YEAR, month, 1)
    days = (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - first
    dates = [first + dt.timedelta(days=day) for day in range(days.days)]
    day = rng.choices(dates, [weekdays[date.weekday()] for date in dates])[0]
    hour = rng.choices(range(24), hours)[0]
    return f"{day} {hour:02}:{rng.randrange(60):02}:{rng.randrange(60):02}"
