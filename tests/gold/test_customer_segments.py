from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from c360.gold.customer_segments import build_customer_segments, segment_customers
from c360.gold.customers import measures_by_customer
from c360.gold.facts import build_ledger, build_orders
from c360.gold.gold_run import GoldRun
from c360.registry.specs import Policy, SpendThresholds
from tests.gold.frames import AS_OF, BATCH, Rows, assert_cells, at, cells, policy, silver_frames

FEW = policy(min_buyers_for_percentiles=1_000)  # the fixed thresholds: 1000.00 and 200.00


def segments(spark: SparkSession, rows: Rows, rules: Policy = FEW) -> DataFrame:
    silver, run = silver_frames(spark, rows), GoldRun(rules, AS_OF, BATCH)
    customers, accounts = silver["Customers"], silver["LoyaltyAccounts"]
    measures = measures_by_customer(
        customers, build_orders(silver, run), accounts, build_ledger(silver, run)
    )
    return build_customer_segments(segment_customers(measures, accounts, run), run)


def customers(*ids: int) -> list[dict[str, Any]]:
    return [{"CustomerID": each} for each in ids]


def sale(order: int, customer: int | None, amount: str, day: str = "2025-12-01") -> dict[str, Any]:
    return {
        "TransactionID": order,
        "CustomerID": customer,
        "Amount": Decimal(amount),
        "DateTime": at(f"{day}T10:00"),
    }


def spends(*amounts: str) -> Rows:
    """Customers 1, 2, ... with one in-store order each."""
    return {
        "Customers": customers(*range(1, len(amounts) + 1)),
        "InStoreTransactions": [sale(n, n, each) for n, each in enumerate(amounts, 1)],
    }


def account(loyalty: int, customer: int | None, **more: Any) -> dict[str, Any]:
    return {"LoyaltyID": loyalty, "CustomerID": customer, **more}


def test_spend_and_orders_of_both_channels_are_added_not_multiplied(spark: SparkSession) -> None:
    online = {"CustomerID": 1, "Status": "Completed", "Amount": Decimal("10.01")}
    rows = {
        "Customers": customers(1, 2),
        "OnlineTransactions": [
            {**online, "OrderID": 1, "DateTime": at("2025-11-30T23:59:59")},
            {**online, "OrderID": 2, "DateTime": at("2025-12-02T00:00")},
            {**online, "OrderID": 3, "DateTime": at("2025-12-30"), "Status": "Pending"},
        ],
        "InStoreTransactions": [sale(1, 1, "5.00"), sale(2, 1, "0.01")],
        "LoyaltyAccounts": [account(1, 1, PointsEarned=5), account(2, 1, PointsEarned=7)],
        "LoyaltyTransactions": [
            {"LoyaltyID": each, "DateTime": at("2025-01-01"), "PointsChange": -3}
            for each in (1, 1, 2)
        ],
    }

    columns = [
        *("CustomerID", "OrderCount", "OnlineOrders", "InStoreOrders", "TotalSpend"),
        *("AverageOrderValue", "FirstOrderDate", "LastOrderDate", "RecencyDays"),
        *("LoyaltyAccounts", "LoyaltyPoints", "LoyaltyLedgerNet"),
    ]
    dates = (dt.date(2025, 11, 30), dt.date(2025, 12, 2))
    expected = [
        ("1", 4, 2, 2, Decimal("25.03"), Decimal("6.26"), *dates, 29, 2, 12, -9),
        ("2", 0, 0, 0, Decimal("0.00"), None, None, None, None, 0, 0, 0),
    ]
    assert_cells(segments(spark, rows), cells(spark, "CustomerSegments", columns, expected))


def test_what_belongs_to_no_known_customer_is_booked_on_unknown(spark: SparkSession) -> None:
    rows = {
        "Customers": customers(1),
        "InStoreTransactions": [sale(1, None, "5000.00"), sale(2, 99, "1.00"), sale(3, 1, "1.00")],
        "LoyaltyAccounts": [
            account(1, None, PointsEarned=5, TierLevel="Gold"),
            account(2, 99, PointsEarned=7, TierLevel="Gold"),
        ],
        "LoyaltyTransactions": [
            {"LoyaltyID": each, "DateTime": at("2025-01-01"), "PointsChange": 10}
            for each in (1, 2, 77, None)
        ],
    }

    columns = [
        *("CustomerID", "OrderCount", "TotalSpend", "AverageOrderValue", "LastOrderDate"),
        *("RecencyDays", "LoyaltyTier", "LoyaltyAccounts", "LoyaltyPoints", "LoyaltyLedgerNet"),
        *("SpendTier", "FrequencyTier", "Segment", "SpendThreshold"),
    ]
    day, threshold = dt.date(2025, 12, 1), Decimal("1000.0000")
    unknown = ("UNKNOWN", 2, Decimal("5001.00"), Decimal("2500.50"), day, None)
    known = ("1", 1, Decimal("1.00"), Decimal("1.00"), day, 30)
    expected = [
        (*unknown, "None", 2, 12, 40, "None", "None", "Unknown", threshold),
        (*known, "None", 0, 0, 0, "Low", "One-Time", "One-Time Buyer", threshold),
    ]
    assert_cells(segments(spark, rows), cells(spark, "CustomerSegments", columns, expected))


def test_nine_buyers_are_judged_by_fixed_thresholds_and_ten_by_their_percentiles(
    spark: SparkSession,
) -> None:
    amounts = [f"{n}.00" for n in range(1, 11)]
    nine, ten = (segments(spark, spends(*amounts[:n]), policy()).collect() for n in (9, 10))

    assert {row.SpendThreshold for row in nine} == {Decimal("1000.0000")}
    assert {row.SpendThreshold for row in ten} == {Decimal("9.1000")}
    assert {row.CustomerID: row.SpendTier for row in ten} == {
        **{str(n): "Low" for n in range(1, 6)},  # the median is 5.50
        **{str(n): "Medium" for n in range(6, 10)},
        "10": "High",
    }


def test_equal_spend_at_the_threshold_gives_an_equal_segment(spark: SparkSession) -> None:
    amounts = ["1.00"] * 9 + ["20.00"] * 3  # h = 99 tenths, between two spends of 20.00

    found = segments(spark, spends(*amounts), policy()).collect()

    assert {row.SpendThreshold for row in found} == {Decimal("20.0000")}
    assert {row.CustomerID for row in found if row.Segment == "High-Value Customer"} == {
        "10",
        "11",
        "12",
    }


def test_customers_without_a_counted_order_and_unknown_do_not_move_the_percentiles(
    spark: SparkSession,
) -> None:
    rows = dict(spends("10.00", "20.00", "30.00"))
    rows["Customers"] = customers(1, 2, 3, 4, 5)
    rows["InStoreTransactions"] = [*rows["InStoreTransactions"], sale(9, None, "900.00")]

    found = segments(spark, rows, policy(min_buyers_for_percentiles=3)).collect()

    assert {row.SpendThreshold for row in found} == {Decimal("28.0000")}


def test_the_first_segment_that_fits_wins(spark: SparkSession) -> None:
    rules = policy(
        min_buyers_for_percentiles=1_000,
        fixed_spend_thresholds=SpendThresholds(Decimal("100.00"), Decimal("10.00")),
    )
    orders = {1: [], 2: ["100.00"], 3: ["99.99"], 4: ["5.00"] * 2, 5: ["4.99"] * 2, 6: ["1.00"] * 5}
    rows = {
        "Customers": customers(*orders),
        "InStoreTransactions": [
            sale(10 * customer + n, customer, amount)
            for customer, amounts in orders.items()
            for n, amount in enumerate(amounts)
        ],
        "LoyaltyAccounts": [account(n, n, TierLevel="gold") for n in (1, 2, 3, 4, 6)],
    }

    columns = ["CustomerID", "SpendTier", "FrequencyTier", "Segment"]
    expected = [
        ("1", "None", "None", "No Purchases"),
        ("2", "High", "One-Time", "High-Value Customer"),
        ("3", "Medium", "One-Time", "One-Time Buyer"),
        ("4", "Medium", "Repeat", "Loyalty Champion"),
        ("5", "Low", "Repeat", "Regular Customer"),
        ("6", "Low", "Frequent", "Loyalty Champion"),
    ]
    assert_cells(segments(spark, rows, rules), cells(spark, "CustomerSegments", columns, expected))


def test_accounts_count_whatever_their_join_date_and_ledger_entries_up_to_as_of(
    spark: SparkSession,
) -> None:
    rows = {
        "Customers": customers(1),
        "LoyaltyAccounts": [account(1, 1, PointsEarned=5, JoinDate=dt.date(2050, 1, 1))],
        "LoyaltyTransactions": [
            {"LoyaltyID": 1, "DateTime": at(day), "PointsChange": 10}
            for day in ("2025-12-31T23:00", "2026-01-01T00:00")
        ],
    }

    columns = ["CustomerID", "LoyaltyAccounts", "LoyaltyPoints", "LoyaltyLedgerNet"]
    expected = cells(spark, "CustomerSegments", columns, [("1", 1, 5, 10)])
    assert_cells(segments(spark, rows), expected)
