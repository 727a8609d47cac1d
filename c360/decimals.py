"""Decimal arithmetic that keeps every digit: Python's own context rounds to 28 of them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context, Decimal, localcontext

# Twice the digits of the longest decimal that Spark and BigQuery's NUMERIC hold.
_DIGITS = 76


def exact_sum(amounts: Iterable[Decimal | int]) -> Decimal | int:
    """The sum of the amounts; an integer where all of them are."""
    with localcontext(Context(prec=_DIGITS)):
        return sum(amounts)


def in_scale(amount: Decimal | int, scale: int) -> Decimal:
    """The amount with `scale` digits after the point; more of them are rounded."""
    with localcontext(Context(prec=_DIGITS)):
        return Decimal(amount).quantize(Decimal(1).scaleb(-scale))


def fits(amount: Decimal, precision: int, scale: int) -> bool:
    """True where a decimal of this precision and scale holds the amount exactly."""
    # A comparison is exact in any context, and what is small enough has few digits in the scale.
    return amount.copy_abs() < 10 ** (precision - scale) and in_scale(amount, scale) == amount
