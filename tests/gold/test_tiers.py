from __future__ import annotations

import datetime as dt

from pyspark.sql import SparkSession

from c360.gold.tiers import best_tier_by_customer
from tests.gold.frames import policy
from tests.support.local_frames import local_frame

OLD, NEW = dt.date(2020, 1, 1), dt.date(2024, 1, 1)
LOWEST, HIGHEST = -(2**63), 2**63 - 1
# One customer each: accounts as (LoyaltyID, TierLevel, JoinDate), and the tier shown.
CASES = {
    "an account without a tier": ([(1, None, OLD)], "Unknown"),
    "rank, not text": ([(1, "Silver", NEW), (2, "Diamond", OLD), (3, "Gold", NEW)], "Diamond"),
    "the configured spelling": ([(1, " sILVER", OLD)], "Silver"),
    "an unlisted tier as it is": ([(1, "Copper", OLD)], "Copper"),
    "an unlisted tier has rank 0": ([(1, "Copper", NEW), (2, "Bronze", OLD)], "Bronze"),
    "no tier has rank 0 too": ([(1, "Copper", OLD), (2, None, NEW)], "Unknown"),
    "the latest JoinDate": ([(1, "Tin", OLD), (2, "Zinc", NEW)], "Zinc"),
    "no JoinDate is the earliest": ([(2, "Tin", OLD), (1, "Zinc", None)], "Tin"),
    "the lowest LoyaltyID": ([(2, "Zinc", OLD), (1, "Tin", OLD), (3, "Alum", OLD)], "Tin"),
    "the lowest id without JoinDates": ([(2, "Zinc", None), (1, "Tin", None)], "Tin"),
    "the lowest of all ids": ([(HIGHEST, "Zinc", OLD), (LOWEST, "Tin", OLD)], "Tin"),
}


def test_the_best_account_gives_the_tier(spark: SparkSession) -> None:
    accounts = [
        (loyalty, customer, tier, joined)
        for customer, (held, _) in enumerate(CASES.values())
        for loyalty, tier, joined in held
    ]
    frame = local_frame(
        spark,
        [*accounts, (1, None, "Diamond", NEW)],
        "LoyaltyID bigint, CustomerID bigint, TierLevel string, JoinDate date",
    )

    found = {
        row.CustomerID: row.LoyaltyTier for row in best_tier_by_customer(frame, policy()).collect()
    }

    shown = {case: found.pop(customer) for customer, case in enumerate(CASES)}
    assert shown == {case: tier for case, (_, tier) in CASES.items()}
    assert found == {}


def test_without_a_ranking_the_latest_account_speaks(spark: SparkSession) -> None:
    frame = local_frame(
        spark,
        [(1, 1, "Gold", OLD), (2, 1, "Bronze", NEW)],
        "LoyaltyID bigint, CustomerID bigint, TierLevel string, JoinDate date",
    )

    found = best_tier_by_customer(frame, policy(tier_ranking=())).collect()

    assert [row.LoyaltyTier for row in found] == ["Bronze"]
