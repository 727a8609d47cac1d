"""The spend from which a buyer counts as high or medium: exact percentiles, or fixed amounts."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.window import Window as W

from c360.contracts.gold.customer_segments import THRESHOLD
from c360.registry.specs import Policy

_HIGH, _MEDIUM = 9, 5  # tenths: the 90th and the 50th percentile


def spend_thresholds(spend_by_buyer: DataFrame, policy: Policy) -> DataFrame:
    """The thresholds of TotalSpend. One row: High, Medium decimal(22,4).

    Args:
        spend_by_buyer: one row per known customer with a counted order; TotalSpend decimal(22,2).
        policy: fewer buyers than `min_buyers_for_percentiles` get the fixed thresholds.
    Source: docs/gold.md, "CustomerSegments".
    """
    by_spend = W.orderBy("TotalSpend")  # equal spends are interchangeable, so ties need no breaker
    ranked = spend_by_buyer.select(
        "TotalSpend",
        (F.row_number().over(by_spend) - 1).alias("Position"),
        F.count(F.lit(1)).over(W.partitionBy()).alias("Buyers"),
    )
    fixed = policy.fixed_spend_thresholds
    # NULL, which is not enough, when there are no buyers at all
    enough = F.max("Buyers") >= policy.min_buyers_for_percentiles
    return ranked.agg(
        F.when(enough, _percentile(_HIGH)).otherwise(_fixed(str(fixed.high))).alias("High"),
        F.when(enough, _percentile(_MEDIUM)).otherwise(_fixed(str(fixed.medium))).alias("Medium"),
    )


def _percentile(tenths: int) -> Column:
    """The exact percentile at tenths/10, linear between the closest ranks.

    It lies at h = tenths * (Buyers - 1) tenths of a position. A spend at position p weighs
    10 - |10 p - h| tenths where that is above 0: with k = h div 10 and f = h mod 10 these are
    10 - f for x[k] and f for x[k+1], and none else. Sums and products of decimals are exact.
    """
    distance = F.abs(F.col("Position") * 10 - (F.col("Buyers") - 1) * tenths)
    weight = F.greatest(F.lit(10) - distance, F.lit(0)).cast("decimal(2,0)")
    tenth = F.lit("0.1").cast("decimal(1,1)")
    return (F.sum(F.col("TotalSpend") * weight) * tenth).cast(THRESHOLD.spark)


def _fixed(amount: str) -> Column:
    return F.lit(amount).cast(THRESHOLD.spark)
