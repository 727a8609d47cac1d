"""CustomerSegments: spend, frequency, loyalty and segment of each customer."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from c360.contracts.gold.customer_segments import CUSTOMER_SEGMENTS
from c360.contracts.gold.parts import UNKNOWN
from c360.gold.gold_run import GoldRun, published
from c360.gold.ratios import average
from c360.gold.statuses import is_listed
from c360.gold.thresholds import spend_thresholds
from c360.gold.tiers import NO_ACCOUNT, best_tier_by_customer

_NONE = "None"  # the tier of a customer without a counted order
_REPEAT_FROM = 2


def build_customer_segments(segmented: DataFrame, run: GoldRun) -> DataFrame:
    """CustomerSegments. One row per CustomerID of silver, and UNKNOWN when something is on it.

    Args:
        segmented: one row per CustomerID, from `segment_customers`.
        run: the arguments of this gold.

    Source: docs/gold.md, "CustomerSegments".
    """
    return segmented.transform(published, CUSTOMER_SEGMENTS, run)


def segment_customers(measures: DataFrame, accounts: DataFrame, run: GoldRun) -> DataFrame:
    """`measures` with averages, tiers, segment and threshold. One row per CustomerID.

    Args:
        measures: one row per CustomerID, from `measures_by_customer`.
        accounts: one row per LoyaltyID.
        run: the arguments of this gold.
    """
    is_known = F.col("CustomerID") != UNKNOWN
    buyers = measures.where(is_known & (F.col("OrderCount") > 0))
    tiers = best_tier_by_customer(accounts, run.policy).withColumn(
        "CustomerID", F.col("CustomerID").cast("string")
    )
    recency = F.when(is_known, F.datediff(F.lit(run.as_of), "LastOrderDate"))
    return (
        measures.join(tiers, on="CustomerID", how="left")
        .crossJoin(spend_thresholds(buyers, run.policy))  # one row
        .select(
            *measures.columns,
            average(F.col("TotalSpend"), F.col("OrderCount")).alias("AverageOrderValue"),
            recency.alias("RecencyDays"),
            F.coalesce("LoyaltyTier", F.lit(NO_ACCOUNT)).alias("LoyaltyTier"),
            F.when(is_known, _spend_tier()).otherwise(F.lit(_NONE)).alias("SpendTier"),
            F.when(is_known, _frequency_tier(run.policy.frequent_from))
            .otherwise(F.lit(_NONE))
            .alias("FrequencyTier"),
            F.when(is_known, _segment(run.policy.champion_tiers))
            .otherwise(F.lit("Unknown"))
            .alias("Segment"),
            F.col("High").alias("SpendThreshold"),
        )
    )


def _spend_tier() -> Column:
    spend = F.col("TotalSpend")
    return (
        F.when(F.col("OrderCount") == 0, F.lit(_NONE))
        .when(spend >= F.col("High"), F.lit("High"))
        .when(spend >= F.col("Medium"), F.lit("Medium"))
        .otherwise(F.lit("Low"))
    )


def _frequency_tier(frequent_from: int) -> Column:
    orders = F.col("OrderCount")
    return (
        F.when(orders == 0, F.lit(_NONE))
        .when(orders >= frequent_from, F.lit("Frequent"))
        .when(orders >= _REPEAT_FROM, F.lit("Repeat"))
        .otherwise(F.lit("One-Time"))
    )


def _segment(champion_tiers: tuple[str, ...]) -> Column:
    orders = F.col("OrderCount")
    return (
        F.when(orders == 0, F.lit("No Purchases"))
        .when(F.col("TotalSpend") >= F.col("High"), F.lit("High-Value Customer"))
        .when(orders == 1, F.lit("One-Time Buyer"))
        .when(is_listed(F.col("LoyaltyTier"), champion_tiers), F.lit("Loyalty Champion"))
        .otherwise(F.lit("Regular Customer"))
    )
