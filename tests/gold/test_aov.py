from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from c360.gold.aov import build_aov
from c360.gold.facts import build_orders
from c360.gold.gold_run import GoldRun
from tests.gold.frames import AS_OF, BATCH, Rows, assert_cells, at, cells, policy, silver_frames

RUN = GoldRun(policy(), AS_OF, BATCH)
KEY = ["DimensionKey", "Channel"]
EVER, MARCH, APRIL = dt.date(1900, 1, 1), dt.date(2025, 3, 1), dt.date(2025, 4, 1)


def online(order: int, product: int | None, amount: str, **more: Any) -> dict[str, Any]:
    return {
        "OrderID": order,
        "ProductID": product,
        "Amount": Decimal(amount),
        "Status": "Completed",
        "DateTime": at("2025-03-31T23:59:59"),
        **more,
    }


def in_store(order: int, store: int | None, amount: str) -> dict[str, Any]:
    return {
        "TransactionID": order,
        "StoreID": store,
        "Amount": Decimal(amount),
        "DateTime": at("2025-04-01T00:00"),
    }


def aov(spark: SparkSession, rows: Rows) -> DataFrame:
    silver = silver_frames(spark, rows)
    return build_aov(build_orders(silver, RUN), silver["Products"], silver["Stores"], RUN)


def ever(frame: DataFrame, kind: str) -> DataFrame:
    return frame.where((frame.PeriodGrain == "ALL") & (frame.DimensionType == kind))


def test_products_are_told_apart_by_id_and_unknown_ones_share_a_row(spark: SparkSession) -> None:
    rows = {
        "Products": [
            {"ProductID": 1, "Name": "Lamp", "Category": "Home"},
            {"ProductID": 2, "Name": "Lamp", "Category": "Home"},
            {"ProductID": 3},
        ],
        "OnlineTransactions": [
            online(1, 1, "10.00"),
            online(2, 2, "20.00"),
            online(3, 3, "30.00"),
            online(4, None, "40.00"),
            online(5, 99, "50.00"),
        ],
        "InStoreTransactions": [in_store(1, None, "1.00")],
    }

    found = aov(spark, rows)

    columns = [*KEY, "DimensionName", "OrderCount", "GrossAmount"]
    expected = [
        ("1", "Online", "Lamp", 1, Decimal("10.00")),
        ("2", "Online", "Lamp", 1, Decimal("20.00")),
        ("3", "Online", "3", 1, Decimal("30.00")),
        ("UNKNOWN", "Online", "UNKNOWN", 2, Decimal("90.00")),
        ("IN_STORE_UNATTRIBUTED", "InStore", "IN_STORE_UNATTRIBUTED", 1, Decimal("1.00")),
    ]
    assert_cells(ever(found, "PRODUCT"), cells(spark, "AOV", columns, expected))
    by_category = [
        ("Home", "Online", "Home", 2, Decimal("30.00")),
        ("UNKNOWN", "Online", "UNKNOWN", 3, Decimal("120.00")),
        ("IN_STORE_UNATTRIBUTED", "InStore", "IN_STORE_UNATTRIBUTED", 1, Decimal("1.00")),
    ]
    assert_cells(ever(found, "CATEGORY"), cells(spark, "AOV", columns, by_category))


def test_stores_of_one_location_are_one_row_and_unknown_ones_another(spark: SparkSession) -> None:
    rows = {
        "Stores": [
            {"StoreID": 1, "Location": "Leeds"},
            {"StoreID": 2, "Location": "Leeds"},
            {"StoreID": 3},
        ],
        "InStoreTransactions": [
            in_store(1, 1, "10.00"),
            in_store(2, 2, "20.00"),
            in_store(3, 3, "30.00"),
            in_store(4, None, "40.00"),
            in_store(5, 99, "50.00"),
        ],
        "OnlineTransactions": [online(1, 1, "1.00")],
    }

    expected = [
        ("Leeds", "InStore", 2, Decimal("30.00")),
        ("UNKNOWN", "InStore", 3, Decimal("120.00")),
        ("ONLINE", "Online", 1, Decimal("1.00")),
    ]
    assert_cells(
        ever(aov(spark, rows), "LOCATION"),
        cells(spark, "AOV", [*KEY, "OrderCount", "GrossAmount"], expected),
    )


def test_each_month_and_the_whole_have_rows_for_what_falls_into_them(spark: SparkSession) -> None:
    rows = {
        "OnlineTransactions": [online(1, 1, "10.00")],
        "InStoreTransactions": [in_store(1, 1, "20.00")],
    }
    found = aov(spark, rows)

    columns = ["PeriodGrain", "PeriodStart", "DimensionType", *KEY, "OrderCount", "GrossAmount"]
    expected = [
        ("ALL", EVER, "TOTAL", "ALL", "All", 2, Decimal("30.00")),
        ("ALL", EVER, "CHANNEL", "Online", "Online", 1, Decimal("10.00")),
        ("ALL", EVER, "CHANNEL", "InStore", "InStore", 1, Decimal("20.00")),
        ("MONTH", MARCH, "TOTAL", "ALL", "All", 1, Decimal("10.00")),
        ("MONTH", MARCH, "CHANNEL", "Online", "Online", 1, Decimal("10.00")),
        ("MONTH", APRIL, "TOTAL", "ALL", "All", 1, Decimal("20.00")),
        ("MONTH", APRIL, "CHANNEL", "InStore", "InStore", 1, Decimal("20.00")),
    ]
    assert_cells(
        found.where("DimensionType in ('TOTAL', 'CHANNEL')"), cells(spark, "AOV", columns, expected)
    )


def test_a_key_with_excluded_orders_only_has_zeros_and_no_average(spark: SparkSession) -> None:
    rows = {
        "OnlineTransactions": [
            online(1, 7, "10.00", Status="Pending"),
            online(2, 7, "5.50", Status=None),
        ],
        "Products": [{"ProductID": 7, "Name": "Lamp", "Category": "Home"}],
    }

    columns = [
        *(*KEY, "OrderCount", "GrossAmount", "AverageOrderValue"),
        *("ExcludedOrders", "ExcludedAmount"),
    ]
    expected = [("7", "Online", 0, Decimal("0.00"), None, 2, Decimal("15.50"))]
    assert_cells(ever(aov(spark, rows), "PRODUCT"), cells(spark, "AOV", columns, expected))


def test_a_category_spelled_like_a_pseudo_key_shares_its_row(spark: SparkSession) -> None:
    rows = {
        "Products": [{"ProductID": 1, "Category": "UNKNOWN"}],
        "OnlineTransactions": [online(1, 1, "10.00"), online(2, None, "20.00")],
    }

    expected = [("UNKNOWN", "Online", 2, Decimal("30.00"))]
    assert_cells(
        ever(aov(spark, rows), "CATEGORY"),
        cells(spark, "AOV", [*KEY, "OrderCount", "GrossAmount"], expected),
    )


def test_an_average_is_rounded_half_up_once(spark: SparkSession) -> None:
    averages = {
        ("0.01", "0.00"): "0.01",  # 0.005, a tie, goes up
        ("10.04", "0.01"): "5.03",  # 5.025
        ("0.01", "0.00", "0.00"): "0.00",  # 0.00333...
        ("9999999999.99", "9999999999.98"): "9999999999.99",  # .985
        ("-0.01", "0.00"): "-0.01",  # a tie goes away from zero
    }
    rows = {
        "Products": [{"ProductID": n} for n, _ in enumerate(averages)],
        "OnlineTransactions": [
            online(10 * n + m, n, amount)
            for n, amounts in enumerate(averages)
            for m, amount in enumerate(amounts)
        ],
    }

    found = {
        row.DimensionKey: row.AverageOrderValue
        for row in ever(aov(spark, rows), "PRODUCT").collect()
    }

    assert found == {str(n): Decimal(each) for n, each in enumerate(averages.values())}
