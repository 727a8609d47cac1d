"""Quotients that are exact enough to be rounded and ranked as if they were exact.

Spark divides decimals to a fixed number of fraction digits, with an error below one unit of the
last of them. A quotient a/b that is no tie at scale s is at least 1/(2 * 10^s * b) away from one,
and different quotients a/b and c/d are at least 1/(b * d) apart. The digits below are more than
either distance needs for the stated counts, so rounding later gives the exactly rounded value,
and equal and different values rank as equal and different ones.
"""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F

_Z = 1.959964  # the two-sided 95 % quantile of the normal distribution
_Z2 = _Z * _Z


def average(amount: Column, count: Column) -> Column:
    """Unrounded amount / count as decimal(35,15); NULL when count is 0.

    Exact at scale 2 for counts below 10^12: 10^-15 is less than 1/(200 * 10^12).
    """
    return _quotient(amount.cast("decimal(22,2)"), count)


def share(part: Column, whole: Column) -> Column:
    """Unrounded part / whole of two counts as decimal(33,23); NULL when whole is 0.

    Exact at scale 4 and in rank for counts below 10^10: 10^-23 is less than 1/(10^10 * 10^10).
    """
    return _quotient(part.cast("decimal(20,10)"), whole)


def wilson_low(successes: Column, tries: Column) -> Column:
    """The lower bound of the 95 % Wilson interval in double; NULL when tries is 0."""
    n = F.when(tries > 0, tries.cast("double"))
    p = successes.cast("double") / n
    centre = p + F.lit(_Z2) / (F.lit(2.0) * n)
    margin = F.lit(_Z) * F.sqrt((p * (F.lit(1.0) - p) + F.lit(_Z2) / (F.lit(4.0) * n)) / n)
    low = (centre - margin) / (F.lit(1.0) + F.lit(_Z2) / n)
    # greatest() skips NULL: without the guard an agent without interactions would get 0
    return F.when(tries > 0, F.greatest(F.lit(0.0), low))


def _quotient(part: Column, whole: Column) -> Column:
    return F.when(whole > 0, part / whole.cast("decimal(12,0)"))
