"""Exact arithmetic of the independent calculation: fractions, rounded once, half up."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

CENT = 2
RATE = 4
_Z = 1.959964  # the two-sided 95 % quantile of the normal distribution


def half_up(value: Fraction | None, scale: int) -> Decimal | None:
    """`value` with `scale` fraction digits; a tie goes away from zero."""
    if value is None:
        return None
    units = math.floor(abs(value) * 10**scale + Fraction(1, 2))
    return Decimal(units if value >= 0 else -units).scaleb(-scale)


def money(amounts: Iterable[Decimal]) -> Decimal:
    """The sum of amounts with two fraction digits; 0.00 when there are none."""
    return sum(amounts, Decimal("0.00"))


def ratio(part: Decimal | int, whole: int) -> Fraction | None:
    """The exact quotient, None when `whole` is 0."""
    return Fraction(part) / whole if whole else None


def percentile(values: Sequence[Decimal], tenths: int) -> Fraction:
    """The exact percentile at `tenths` / 10, linear between the closest ranks."""
    ordered = sorted(values)
    whole, rest = divmod(tenths * (len(ordered) - 1), 10)
    upper = ordered[min(whole + 1, len(ordered) - 1)]
    return ((10 - rest) * Fraction(ordered[whole]) + rest * Fraction(upper)) / 10


def wilson_low(successes: int, tries: int) -> Decimal | None:
    """The lower bound of the 95 % Wilson interval of successes / tries, four digits."""
    if not tries:
        return None
    p, z2 = successes / tries, _Z * _Z
    centre = p + z2 / (2 * tries)
    margin = _Z * math.sqrt((p * (1 - p) + z2 / (4 * tries)) / tries)
    low = max(0.0, (centre - margin) / (1 + z2 / tries))
    return Decimal(repr(low)).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def ranks(values: Sequence[Any]) -> list[int]:
    """RANK of each value, greatest first, ties share, None last."""

    def above(value: Any) -> int:
        if value is None:
            return sum(other is not None for other in values)
        return sum(other is not None and other > value for other in values)

    return [1 + above(value) for value in values]
