"""Loyalty tiers: their configured rank and spelling, and the best one of each customer."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from c360.gold.statuses import folded
from c360.registry.specs import Policy

NO_ACCOUNT, NO_TIER = "None", "Unknown"  # what LoyaltyTier shows without an account, without a tier
_UNLISTED_RANK = 0


def best_tier_by_customer(accounts: DataFrame, policy: Policy) -> DataFrame:
    """The tier of the best account. One row per CustomerID that an account names.

    The highest rank wins, then the latest JoinDate (NULL last), then the lowest LoyaltyID.

    Returns:
        CustomerID bigint, LoyaltyTier string.
    """
    tier = F.col("TierLevel")
    account = F.struct(
        _rank(tier, policy).alias("Rank"),
        "JoinDate",  # NULL is the least value of a struct's field
        F.bitwise_not("LoyaltyID").alias("Reversed"),  # greatest for the lowest id
        _shown(tier, policy).alias("Tier"),
    )
    return (
        accounts.where(F.col("CustomerID").isNotNull())
        .groupBy("CustomerID")
        .agg(F.max(account).alias("Best"))
        .select("CustomerID", F.col("Best.Tier").alias("LoyaltyTier"))
    )


def is_listed_tier(tier: Column, policy: Policy) -> Column:
    """True for a tier of the ranking; false for NULL."""
    return _rank_or_null(tier, policy).isNotNull()


def _rank(tier: Column, policy: Policy) -> Column:
    return F.coalesce(_rank_or_null(tier, policy), F.lit(_UNLISTED_RANK))


def _rank_or_null(tier: Column, policy: Policy) -> Column:
    ranks = (
        F.when(folded(tier) == folded(F.lit(listed)), F.lit(rank))
        for listed, rank in policy.tier_ranking
    )
    return F.coalesce(*ranks, F.lit(None).cast("int"))


def _shown(tier: Column, policy: Policy) -> Column:
    spellings = (
        F.when(folded(tier) == folded(F.lit(listed)), F.lit(listed))
        for listed, _ in policy.tier_ranking
    )
    return F.coalesce(*spellings, tier, F.lit(NO_TIER))
