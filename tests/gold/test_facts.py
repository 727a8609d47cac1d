from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from chispa import assert_df_equality
from pyspark.sql import SparkSession

from c360.gold import future_facts, latest_fact_date
from c360.gold.facts import build_interactions, build_orders
from c360.gold.gold_run import GoldRun
from tests.gold.frames import AS_OF, BATCH, at, policy, silver_frames
from tests.support.local_frames import local_frame

RUN = GoldRun(policy(), AS_OF, BATCH)
ORDER = (
    "Channel string, OrderID bigint, OrderCount bigint, GrossAmount decimal(12,2), "
    "ExcludedOrders bigint, ExcludedAmount decimal(12,2)"
)


def online(order: int, status: str | None, when: str = "2025-03-01T10:00") -> dict[str, Any]:
    return {"OrderID": order, "Status": status, "DateTime": at(when), "Amount": Decimal("5.00")}


def test_orders_of_both_channels_are_united_although_their_ids_collide(
    spark: SparkSession,
) -> None:
    rows = {
        "OnlineTransactions": [online(1, "Completed"), online(2, "Failed")],
        "InStoreTransactions": [
            {"TransactionID": 1, "DateTime": at("2025-03-01T10:00"), "Amount": Decimal("7.00")}
        ],
    }

    orders = build_orders(silver_frames(spark, rows), RUN)

    expected = local_frame(
        spark,
        [
            ("Online", 1, 1, Decimal("5.00"), 0, Decimal(0)),
            ("Online", 2, 0, Decimal(0), 1, Decimal("5.00")),
            ("InStore", 1, 1, Decimal("7.00"), 0, Decimal(0)),
        ],
        ORDER,
    )
    assert_df_equality(
        orders.select(expected.columns), expected, ignore_row_order=True, ignore_nullable=True
    )


def test_an_online_order_counts_when_its_status_is_listed_in_any_case_and_spacing(
    spark: SparkSession,
) -> None:
    statuses = ["Completed", " completed ", "COMPLETED", "Complete", "Pending", "Returned", None]
    rows = {"OnlineTransactions": [online(n, each) for n, each in enumerate(statuses)]}

    orders = build_orders(silver_frames(spark, rows), RUN)

    assert {row.OrderID for row in orders.where("OrderCount = 1").collect()} == {0, 1, 2}
    assert {row.OrderID for row in orders.where("ExcludedOrders = 1").collect()} == {3, 4, 5, 6}


def test_facts_count_up_to_the_last_moment_of_as_of_and_later_ones_are_told(
    spark: SparkSession,
) -> None:
    last, next_day = "2025-12-31T23:59:59.999999", "2026-01-01T00:00"
    rows = {
        "OnlineTransactions": [online(1, None, last), online(2, None, next_day)],
        "LoyaltyTransactions": [{"DateTime": at(next_day)}, {"DateTime": at(next_day)}],
        "CustomerServiceInteractions": [{"InteractionID": 1, "DateTime": at(last)}],
    }
    silver = silver_frames(spark, rows)

    assert [row.OrderID for row in build_orders(silver, RUN).collect()] == [1]
    expected = local_frame(
        spark,
        [("OnlineTransactions", 1), ("LoyaltyTransactions", 2)],
        "TableName string, Records bigint",
    )
    assert_df_equality(
        future_facts(silver, AS_OF), expected, ignore_row_order=True, ignore_nullable=True
    )


@pytest.mark.parametrize(
    "table",
    [
        "OnlineTransactions",
        "InStoreTransactions",
        "CustomerServiceInteractions",
        "LoyaltyTransactions",
    ],
)
def test_the_latest_fact_of_any_kind_and_status_gives_the_default_as_of(
    spark: SparkSession, table: str
) -> None:
    rows: dict[str, list[dict[str, Any]]] = {
        "OnlineTransactions": [online(1, "Completed", "2025-03-01T10:00")],
        "LoyaltyAccounts": [{"LoyaltyID": 1, "JoinDate": dt.date(2030, 1, 1)}],
    }
    rows.setdefault(table, []).append({"DateTime": at("2025-04-05T23:59:59")})

    assert [tuple(row) for row in latest_fact_date(silver_frames(spark, rows)).collect()] == [
        (dt.date(2025, 4, 5),)
    ]


def test_without_facts_there_is_no_default_as_of(spark: SparkSession) -> None:
    assert [row.AsOf for row in latest_fact_date(silver_frames(spark, {})).collect()] == [None]


def test_every_interaction_is_in_exactly_one_of_the_four_counts(spark: SparkSession) -> None:
    statuses = ["Resolved", "ESCALATED ", "pending", "Closed", None]
    rows = {
        "CustomerServiceInteractions": [
            {"InteractionID": n, "AgentID": n, "DateTime": at("2025-01-01"), "ResolutionStatus": s}
            for n, s in enumerate(statuses)
        ]
    }

    interactions = build_interactions(silver_frames(spark, rows), RUN)

    expected = local_frame(
        spark,
        [(0, 1, 0, 0, 0), (1, 0, 1, 0, 0), (2, 0, 0, 1, 0), (3, 0, 0, 0, 1), (4, 0, 0, 0, 1)],
        "AgentID bigint, ResolvedCount bigint, EscalatedCount bigint, PendingCount bigint, "
        "OtherStatusCount bigint",
    )
    assert_df_equality(
        interactions.select(expected.columns), expected, ignore_row_order=True, ignore_nullable=True
    )
