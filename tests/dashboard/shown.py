"""Values as the page should show them, worked out apart from the page."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb

NOTHING = "\u2013"
CHANNELS = {"Online": "Online", "InStore": "In store"}


def ask(page: Path, sql: str) -> list[dict[str, Any]]:
    """Rows of the warehouse that lies beside a page."""
    with duckdb.connect(str(page.with_name("warehouse.duckdb")), read_only=True) as connection:
        result = connection.execute(sql)
        names = [each[0] for each in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def count(value: int | None) -> str:
    return NOTHING if value is None else f"{value:,}"


def money(value: Decimal | None) -> str:
    return NOTHING if value is None else f"{value:,.2f}"


def ratio(numerator: Any, denominator: Any, digits: int = 2) -> Decimal | None:
    """Exact, rounded half up once."""
    if not denominator:
        return None
    exact = Decimal(numerator) / Decimal(denominator)
    return exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def average(numerator: Any, denominator: Any) -> str:
    return money(ratio(numerator, denominator))


def percent(value: Decimal | None) -> str:
    """A fraction of four digits in percent."""
    return NOTHING if value is None else f"{value * 100:,.2f} %"


def rate(numerator: Any, denominator: Any) -> str:
    return percent(ratio(numerator, denominator, 4))


def month(day: dt.date) -> str:
    return f"{day:%b %Y}"


def day(date: dt.date | None) -> str:
    return NOTHING if date is None else f"{date:%-d %b %Y}"
