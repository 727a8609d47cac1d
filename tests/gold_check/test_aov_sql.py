"""aov.sql against cases calculated by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.gold_check.silver import POLICY, Silver

ALL = ("ALL", dt.date(1900, 1, 1))


@pytest.mark.parametrize(
    ("amounts", "average"),
    [
        (("0.01", "0.02"), "0.02"),
        (("-0.05", "-0.02"), "-0.04"),  # a registry may allow refunds: away from 0, as for others
        (("-10.00", "0.00", "0.00"), "-3.33"),
    ],
)
def test_the_average_is_rounded_half_up_once(
    silver: Silver, amounts: tuple[str, ...], average: str
) -> None:
    silver.customers(1)
    for amount in amounts:
        silver.in_store(amount, CustomerID=1)
    total = silver.check("AOV")[(*ALL, "TOTAL", "ALL", "All")]
    assert total["OrderCount"] == len(amounts)
    assert total["GrossAmount"] == sum(map(Decimal, amounts))
    assert total["AverageOrderValue"] == Decimal(average)
    assert silver.check("CustomerSegments")["1"]["AverageOrderValue"] == Decimal(average)


def test_a_key_with_excluded_orders_only_has_a_row_without_an_average(silver: Silver) -> None:
    silver.add("Products", ProductID=7, Name="Lamp", Category="Home")
    silver.online("9.90", status="Pending", ProductID=7)
    lamp = silver.check("AOV")[(*ALL, "PRODUCT", "7", "Online")]
    assert (lamp["OrderCount"], lamp["GrossAmount"], lamp["AverageOrderValue"]) == (0, 0, None)
    assert (lamp["ExcludedOrders"], lamp["ExcludedAmount"]) == (1, Decimal("9.90"))


def test_a_status_is_compared_trimmed_and_case_folded(silver: Silver) -> None:
    for status in ("completed", " COMPLETED ", "Failed", "never seen", None):
        silver.online("1.00", status=status)
    total = silver.check("AOV")[(*ALL, "TOTAL", "ALL", "All")]
    assert (total["OrderCount"], total["ExcludedOrders"]) == (2, 3)


def test_the_policy_says_which_statuses_count(silver: Silver) -> None:
    for status in ("Completed", "Shipped"):
        silver.online("1.00", status=status)
    policy = replace(POLICY, counted_statuses=(" shipped", "Paid"))
    assert silver.check("AOV", policy)[(*ALL, "TOTAL", "ALL", "All")]["OrderCount"] == 1
    nothing = replace(POLICY, counted_statuses=())
    assert silver.check("AOV", nothing)[(*ALL, "TOTAL", "ALL", "All")]["OrderCount"] == 0


def test_each_order_falls_on_five_keys_of_two_periods(silver: Silver) -> None:
    silver.add("Products", ProductID=7, Name="Lamp", Category="Home")
    silver.add("Stores", StoreID=3, Location="Oslo")
    silver.online("10.00", ProductID=7, at="2024-12-31 23:59:59")
    silver.in_store("20.00", StoreID=3)
    periods = {
        "Online": [ALL, ("MONTH", dt.date(2024, 12, 1))],
        "InStore": [ALL, ("MONTH", dt.date(2025, 1, 1))],
    }
    keys = {
        "Online": [("PRODUCT", "7"), ("CATEGORY", "Home"), ("LOCATION", "ONLINE")],
        "InStore": [
            ("PRODUCT", "IN_STORE_UNATTRIBUTED"),
            ("CATEGORY", "IN_STORE_UNATTRIBUTED"),
            ("LOCATION", "Oslo"),
        ],
    }
    expected = {
        (*period, *key, channel)
        for channel in keys
        for period in periods[channel]
        for key in [*keys[channel], ("CHANNEL", channel)]
    } | {(*period, "TOTAL", "ALL", "All") for each in periods.values() for period in each}
    assert set(silver.check("AOV")) == expected


def test_what_silver_does_not_know_is_booked_on_unknown(silver: Silver) -> None:
    silver.add("Products", ProductID=7, Name="Lamp")
    silver.add("Stores", StoreID=3)
    silver.online("1.00", ProductID=7)  # known, without a category
    silver.online("2.00", ProductID=8)
    silver.online("4.00")
    silver.in_store("1.00", StoreID=3)  # known, without a location
    silver.in_store("2.00", StoreID=4)
    silver.in_store("4.00")
    found = silver.check("AOV")
    assert found[(*ALL, "PRODUCT", "7", "Online")]["GrossAmount"] == 1
    assert found[(*ALL, "PRODUCT", "UNKNOWN", "Online")]["GrossAmount"] == 6
    assert found[(*ALL, "CATEGORY", "UNKNOWN", "Online")]["GrossAmount"] == 7
    assert found[(*ALL, "LOCATION", "UNKNOWN", "InStore")]["GrossAmount"] == 7


def test_products_are_told_apart_by_id_and_stores_united_by_location(silver: Silver) -> None:
    for product in (7, 8):
        silver.add("Products", ProductID=product, Name="Lamp", Category="Home")
        silver.online("1.00", ProductID=product)
    for store in (3, 4):
        silver.add("Stores", StoreID=store, Location="Oslo")
        silver.in_store("1.00", StoreID=store)
    found = silver.check("AOV")
    assert {found[(*ALL, "PRODUCT", key, "Online")]["OrderCount"] for key in "78"} == {1}
    assert found[(*ALL, "LOCATION", "Oslo", "InStore")]["OrderCount"] == 2


def test_the_name_is_that_of_the_product_or_else_the_key(silver: Silver) -> None:
    silver.add("Products", ProductID=7, Name="Lamp", Category="7")
    silver.add("Products", ProductID=8, Category="Home")
    for product in (7, 8, 9):
        silver.online("1.00", ProductID=product)
    names = {
        (kind, key): row["DimensionName"]
        for (grain, _, kind, key, _), row in silver.check("AOV").items()
        if grain == "ALL"
    }
    assert names == {
        ("PRODUCT", "7"): "Lamp",
        ("PRODUCT", "8"): "8",
        ("PRODUCT", "UNKNOWN"): "UNKNOWN",
        ("CATEGORY", "7"): "7",  # a category spelled like a product's id keeps its own name
        ("CATEGORY", "Home"): "Home",
        ("CATEGORY", "UNKNOWN"): "UNKNOWN",
        ("LOCATION", "ONLINE"): "ONLINE",
        ("CHANNEL", "Online"): "Online",
        ("TOTAL", "ALL"): "ALL",
    }


def test_orders_after_the_as_of_date_are_left_out(silver: Silver) -> None:
    for day in ("2025-01-31 23:59:59", "2025-02-01 00:00:00"):
        silver.in_store("1.00", at=day)
        silver.online("1.00", at=day)
    assert silver.check("AOV")[(*ALL, "TOTAL", "ALL", "All")]["OrderCount"] == 2


def test_without_orders_there_are_no_rows(silver: Silver) -> None:
    assert silver.check("AOV") == {}
