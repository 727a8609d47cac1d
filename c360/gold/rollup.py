"""Aggregation by measure: additive columns are summed, first and last moments are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from c360.contracts.gold.parts import MONEY


@dataclass(frozen=True, slots=True)
class Measures:
    """The measure columns of a frame, by how they add up.

    Rolling up twice gives what rolling up once gives, so facts may be aggregated before a join.
    """

    counts: tuple[str, ...] = ()  # bigint, 0 where there is nothing
    money: tuple[str, ...] = ()  # decimal(22,2), 0.00 where there is nothing
    firsts: tuple[str, ...] = ()  # the least, NULL where there is nothing
    lasts: tuple[str, ...] = ()  # the greatest, NULL where there is nothing

    @property
    def names(self) -> tuple[str, ...]:
        """Every measure column."""
        return (*self.counts, *self.money, *self.firsts, *self.lasts)


def rolled_up(frame: DataFrame, by: Sequence[str], measures: Measures) -> DataFrame:
    """The measures of `frame`. One row per distinct `by`; a NULL in `by` is a value of its own."""
    return frame.groupBy(*by).agg(*totals(measures))


def totals(measures: Measures) -> list[Column]:
    """The aggregates that roll the measures up, each under the measure's own name."""
    money = F.lit(0).cast(MONEY.spark)
    return [
        *(F.coalesce(F.sum(name), F.lit(0)).alias(name) for name in measures.counts),
        *(F.coalesce(F.sum(name).cast(MONEY.spark), money).alias(name) for name in measures.money),
        *(F.min(name).alias(name) for name in measures.firsts),
        *(F.max(name).alias(name) for name in measures.lasts),
    ]


def zero_filled(measures: Measures) -> list[Column]:
    """The measures with zeros for the NULLs that an outer join leaves."""
    money = F.lit(0).cast(MONEY.spark)
    return [
        *(F.coalesce(name, F.lit(0)).alias(name) for name in measures.counts),
        *(F.coalesce(name, money).alias(name) for name in measures.money),
        *(F.col(name) for name in (*measures.firsts, *measures.lasts)),
    ]
