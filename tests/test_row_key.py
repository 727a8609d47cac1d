"""The RowKey is the declared formula, calculated here a second time."""

from __future__ import annotations

import datetime as dt
import hashlib
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from c360.row_key import row_key, row_text
from tests.support.local_frames import local_frame
from tests.support.specs import column, table

KINDS = ("bigint", "string", "decimal(20,9)", "date", "timestamp", "boolean", "decimal(12,2)")
SPEC = table(*(column(f"C{place}", kind) for place, kind in enumerate(KINDS)))
ROWS: list[tuple[Any, ...]] = [
    (7, "a", Decimal("1.5"), dt.date(2025, 1, 2), dt.datetime(2025, 1, 2, 3, 4, 5, 6), True, None),
    (None, None, None, None, None, None, None),
    (-7, "", Decimal("0.000000001"), dt.date(1960, 1, 1), dt.datetime(2159, 12, 31), False, None),
    (2**63 - 1, "ü\u200e😀", Decimal("-0.1"), None, dt.datetime(2025, 1, 1, 12), None, Decimal(0)),
    (0, "NULL", Decimal(99_999_999_999), None, dt.datetime(2025, 1, 1), None, Decimal("-3.1")),
]


def text_of(row: tuple[Any, ...]) -> str:
    return "\u001f".join(
        "\u0000" if value is None else _text(value, kind)
        for value, kind in zip(row, KINDS, strict=True)
    )


def _text(value: Any, kind: str) -> str:
    if isinstance(value, dt.datetime):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, bool):
        return str(value).lower()
    if kind.startswith("decimal"):
        return f"{value:.{kind[-2]}f}"
    return str(value)


@pytest.fixture(scope="module")
def found(spark: SparkSession) -> list[tuple[str, str]]:
    """The text and the third key of every row."""
    schema = ", ".join(f"{each.name} {each.type.spark}" for each in SPEC.columns)
    text = row_text(SPEC)
    rows = local_frame(spark, ROWS, schema).select(text, row_key(text, F.lit(3)))
    return [(row[0], row[1]) for row in rows.collect()]


def test_a_rows_text_is_canonical(found: list[tuple[str, str]]) -> None:
    assert [text for text, _ in found] == [text_of(row) for row in ROWS]


def test_a_rows_key_is_32_hex_digits_of_its_text_and_its_number(
    found: list[tuple[str, str]],
) -> None:
    expected = [hashlib.sha256(f"{text_of(row)}\u001f3".encode()).hexdigest()[:32] for row in ROWS]
    assert [key for _, key in found] == expected


def test_no_two_rows_share_a_text(found: list[tuple[str, str]]) -> None:
    assert len({text for text, _ in found}) == len(ROWS)
