from __future__ import annotations

from chispa import assert_df_equality
from pyspark.sql import SparkSession

from c360.gold import policy_warnings
from tests.gold.frames import AS_OF, Rows, at, policy, silver_frames
from tests.support.local_frames import local_frame

WARNING = "Kind string, TableName string, ColumnName string, Records bigint"
DAY, LATER = at("2025-12-31T10:00"), at("2026-01-01T10:00")


def test_what_the_policy_does_not_settle_is_counted_by_kind_and_column(
    spark: SparkSession,
) -> None:
    statuses = ["completed ", "PENDING", "Shipped", " lost", None, None, None]
    rows: Rows = {
        "OnlineTransactions": [
            *({"DateTime": DAY, "Status": each} for each in statuses),
            {"DateTime": LATER, "Status": "Shipped"},
        ],
        "CustomerServiceInteractions": [
            {"DateTime": DAY, "ResolutionStatus": each} for each in ("resolved", "Closed", None)
        ],
        "LoyaltyAccounts": [
            {"LoyaltyID": n, "TierLevel": each}
            for n, each in enumerate((" gold", "Copper", "copper", None))
        ],
        "Products": [
            {"ProductID": n, "Category": each}
            for n, each in enumerate(("UNKNOWN", "IN_STORE_UNATTRIBUTED", "ONLINE", "unknown"))
        ],
        "Stores": [
            {"StoreID": n, "Location": each} for n, each in enumerate(("ONLINE", "UNKNOWN", None))
        ],
    }

    expected = local_frame(
        spark,
        [
            ("missing_status", "OnlineTransactions", "Status", 3),
            ("unlisted_status", "OnlineTransactions", "Status", 2),
            ("unlisted_outcome", "CustomerServiceInteractions", "ResolutionStatus", 1),
            ("unlisted_tier", "LoyaltyAccounts", "TierLevel", 2),
            ("pseudo_key", "Products", "Category", 2),
            ("pseudo_key", "Stores", "Location", 2),
        ],
        WARNING,
    )
    assert_df_equality(
        policy_warnings(silver_frames(spark, rows), policy(), AS_OF),
        expected,
        ignore_row_order=True,
        ignore_nullable=True,
    )


def test_a_settled_source_gives_no_warning(spark: SparkSession) -> None:
    rows: Rows = {
        "OnlineTransactions": [{"DateTime": DAY, "Status": "Refunded"}],
        "LoyaltyAccounts": [{"LoyaltyID": 1, "TierLevel": "DIAMOND"}],
        "Products": [{"ProductID": 1, "Category": "Books"}, {"ProductID": 2}],
    }

    assert policy_warnings(silver_frames(spark, rows), policy(), AS_OF).collect() == []
