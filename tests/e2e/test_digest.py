"""Digests tell contents apart, and nothing else."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from tests.support.digest import digest

ROWS = [
    {"Key": 1, "Text": "a", "Amount": Decimal("1.50"), "BatchID": "b1"},
    {"Key": 2, "Text": None, "Amount": Decimal("2.00"), "BatchID": "b1"},
]


def test_the_order_of_rows_does_not_matter() -> None:
    assert digest(ROWS) == digest(ROWS[::-1])


def test_the_batch_does_not_matter_unless_it_is_asked_for() -> None:
    other = [{**row, "BatchID": "b2"} for row in ROWS]
    assert digest(other) == digest(ROWS)
    assert digest(other, ()) != digest(ROWS, ())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, "1"),
        (1, True),
        (1, Decimal(1)),
        (Decimal("1.5"), Decimal("1.50")),
        (None, "NULL"),
        (None, ""),
        ("a", "a "),
        (dt.date(2025, 1, 1), dt.datetime(2025, 1, 1)),
        (dt.datetime(2025, 1, 1), dt.datetime(2025, 1, 1, 0, 0, 0, 1)),
    ],
)
def test_values_and_their_types_matter(one: Any, other: Any) -> None:
    assert digest([{"Value": one}]) != digest([{"Value": other}])


def test_a_row_more_or_twice_matters() -> None:
    assert len({digest(ROWS), digest(ROWS[:1]), digest([*ROWS, ROWS[0]]), digest([])}) == 4
