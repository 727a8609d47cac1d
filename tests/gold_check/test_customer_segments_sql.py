"""customer_segments.sql against cases calculated by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.gold_check.silver import POLICY, Silver


def buy(silver: Silver, spends: list[str], **options: str) -> None:
    """One known customer and one in-store order for each of `spends`, ids from 1."""
    for customer, spend in enumerate(spends, start=1):
        silver.customers(customer)
        silver.in_store(spend, CustomerID=customer, **options)


def account(silver: Silver, loyalty: int, customer: int | None, tier: str | None, **values) -> None:
    silver.add("LoyaltyAccounts", LoyaltyID=loyalty, CustomerID=customer, TierLevel=tier, **values)


def test_a_customer_without_orders_has_zeros_and_nulls(silver: Silver) -> None:
    silver.customers(1)
    assert silver.check("CustomerSegments") == {
        "1": {
            "CustomerID": "1",
            "OrderCount": 0,
            "OnlineOrders": 0,
            "InStoreOrders": 0,
            "TotalSpend": 0,
            "AverageOrderValue": None,
            "FirstOrderDate": None,
            "LastOrderDate": None,
            "RecencyDays": None,
            "LoyaltyTier": "None",
            "LoyaltyAccounts": 0,
            "LoyaltyPoints": 0,
            "LoyaltyLedgerNet": 0,
            "SpendTier": "None",
            "FrequencyTier": "None",
            "Segment": "No Purchases",
            "SpendThreshold": Decimal("1000.0000"),
        }
    }


def test_counted_orders_of_both_channels_make_the_spend(silver: Silver) -> None:
    silver.customers(1)
    silver.online("10.00", CustomerID=1, at="2025-01-02 00:00:00")
    silver.online("99.00", CustomerID=1, at="2025-01-01 00:00:00", status="Failed")
    silver.in_store("0.01", CustomerID=1, at="2025-01-11 23:00:00")
    silver.in_store("0.01", CustomerID=1, at="2025-02-01 00:00:00")  # after as_of
    row = silver.check("CustomerSegments")["1"]
    assert (row["OrderCount"], row["OnlineOrders"], row["InStoreOrders"]) == (2, 1, 1)
    assert (row["TotalSpend"], row["AverageOrderValue"]) == (Decimal("10.01"), Decimal("5.01"))
    assert (row["FirstOrderDate"], row["LastOrderDate"]) == (
        dt.date(2025, 1, 2),
        dt.date(2025, 1, 11),
    )
    assert row["RecencyDays"] == 20


def test_p90_and_p50_interpolate_between_the_closest_ranks(silver: Silver) -> None:
    # n = 12: P90 lies at h = 99, so (1 * 1000.03 + 9 * 1100.00) / 10 = 1090.003;
    # P50 lies at h = 55, so (5 * 600 + 5 * 700) / 10 = 650.
    buy(silver, [f"{spend}.00" for spend in range(100, 1000, 100)] + ["1000.03", "1100", "1200"])
    found = silver.check("CustomerSegments")
    assert {row["SpendThreshold"] for row in found.values()} == {Decimal("1090.0030")}
    tiers = [found[str(customer)]["SpendTier"] for customer in range(1, 13)]
    assert tiers == ["Low"] * 6 + ["Medium"] * 4 + ["High"] * 2


def test_equal_spend_gives_an_equal_segment_at_the_threshold(silver: Silver) -> None:
    buy(silver, ["5.00"] * 10)
    found = silver.check("CustomerSegments").values()
    assert {row["SpendThreshold"] for row in found} == {Decimal("5.0000")}
    assert {row["Segment"] for row in found} == {"High-Value Customer"}


@pytest.mark.parametrize(
    ("buyers", "threshold", "tier_of_six"), [(9, "1000.0000", "Low"), (10, "9.1000", "Medium")]
)
def test_fixed_thresholds_take_the_place_of_percentiles_of_few_buyers(
    silver: Silver, buyers: int, threshold: str, tier_of_six: str
) -> None:
    buy(silver, [f"{spend}.00" for spend in range(1, buyers + 1)])
    for _ in range(5):  # neither unknown customers nor those without a counted order are buyers
        silver.in_store("7000.00")
    silver.customers(50, 51)
    silver.online("7000.00", CustomerID=51, status="Pending")
    found = silver.check("CustomerSegments")
    assert found["1"]["SpendThreshold"] == Decimal(threshold)
    assert found["6"]["SpendTier"] == tier_of_six


def test_a_threshold_itself_belongs_to_the_higher_tier(silver: Silver) -> None:
    buy(silver, ["199.99", "200.00", "999.99", "1000.00"])
    found = silver.check("CustomerSegments")
    tiers = [found[str(customer)]["SpendTier"] for customer in range(1, 5)]
    assert tiers == ["Low", "Medium", "Medium", "High"]


def test_the_first_segment_that_fits_wins(silver: Silver) -> None:
    buy(silver, ["1000.00", "1.00", "1.00", "1.00", "999.99"])
    for customer in (3, 4, 5):
        silver.online("0.01", CustomerID=customer)
    for customer, tier in enumerate(["Gold", "Gold", "gold ", "Bronze", None], start=1):
        account(silver, customer, customer, tier)
    found = silver.check("CustomerSegments")
    assert [found[str(customer)]["Segment"] for customer in range(1, 6)] == [
        "High-Value Customer",
        "One-Time Buyer",
        "Loyalty Champion",
        "Regular Customer",
        "High-Value Customer",  # 999.99 + 0.01 reaches the fixed threshold exactly
    ]
    assert found["4"]["SpendTier"] == "Low"


@pytest.mark.parametrize(
    ("orders", "tier"), [(1, "One-Time"), (2, "Repeat"), (4, "Repeat"), (5, "Frequent")]
)
def test_frequency_follows_the_number_of_counted_orders(
    silver: Silver, orders: int, tier: str
) -> None:
    silver.customers(1)
    for _ in range(orders):
        silver.in_store("1.00", CustomerID=1)
    assert silver.check("CustomerSegments")["1"]["FrequencyTier"] == tier
    policy = replace(POLICY, frequent_from=2)
    expected = "One-Time" if orders == 1 else "Frequent"
    assert silver.check("CustomerSegments", policy)["1"]["FrequencyTier"] == expected


def test_the_tier_is_that_of_the_highest_rank_in_the_configured_spelling(silver: Silver) -> None:
    silver.customers(1, 2, 3, 4, 5)
    account(silver, 1, 1, "Silver", JoinDate="2025-01-01")
    account(silver, 2, 1, " DIAMOND", JoinDate="2020-01-01")
    account(silver, 3, 1, "Vip", JoinDate="2025-01-01")
    account(silver, 4, 2, "Vip")  # unlisted: rank 0, as it is
    account(silver, 5, 3, None)
    account(silver, 6, 4, None, JoinDate="2025-01-01")
    account(silver, 7, 4, "Bronze")
    found = silver.check("CustomerSegments")
    tiers = {key: row["LoyaltyTier"] for key, row in found.items()}
    assert tiers == {"1": "Diamond", "2": "Vip", "3": "Unknown", "4": "Bronze", "5": "None"}
    assert found["1"]["LoyaltyAccounts"] == 3


def test_equal_ranks_are_decided_by_the_join_date_then_the_loyalty_id(silver: Silver) -> None:
    silver.customers(1, 2)
    account(silver, 1, 1, "Vip")
    account(silver, 2, 1, "Vip2", JoinDate="2024-01-01")
    account(silver, 3, 1, "Vip3", JoinDate="2024-06-01")
    account(silver, 5, 2, "Late", JoinDate="2024-06-01")
    account(silver, 4, 2, "Early", JoinDate="2024-06-01")
    found = silver.check("CustomerSegments")
    assert (found["1"]["LoyaltyTier"], found["2"]["LoyaltyTier"]) == ("Vip3", "Early")


def test_points_and_the_ledger_are_summed_over_all_accounts(silver: Silver) -> None:
    silver.customers(1)
    account(silver, 1, 1, None, PointsEarned=10, JoinDate="2030-01-01")  # whatever its date
    account(silver, 2, 1, None, PointsEarned=None)
    account(silver, 3, 1, None, PointsEarned=5)
    entries = [(1, 7, "2025-01-31"), (3, -9, "2025-01-01"), (3, None, "2025-01-01")]
    for loyalty, change, day in [*entries, (1, 100, "2025-02-01")]:
        silver.add("LoyaltyTransactions", LoyaltyID=loyalty, PointsChange=change, DateTime=day)
    row = silver.check("CustomerSegments")["1"]
    assert (row["LoyaltyAccounts"], row["LoyaltyPoints"], row["LoyaltyLedgerNet"]) == (3, 15, -2)


def test_what_belongs_to_no_known_customer_is_the_row_unknown(silver: Silver) -> None:
    silver.customers(1)
    silver.in_store("3.00")
    silver.online("4.00", CustomerID=2)
    account(silver, 1, None, "Gold", PointsEarned=10)
    account(silver, 2, 2, "Gold", PointsEarned=5)
    silver.add("LoyaltyTransactions", LoyaltyID=2, PointsChange=1, DateTime="2025-01-01")
    silver.add("LoyaltyTransactions", LoyaltyID=9, PointsChange=2, DateTime="2025-01-01")
    row = silver.check("CustomerSegments")["UNKNOWN"]
    assert row == {
        "CustomerID": "UNKNOWN",
        "OrderCount": 2,
        "OnlineOrders": 1,
        "InStoreOrders": 1,
        "TotalSpend": 7,
        "AverageOrderValue": Decimal("3.50"),
        "FirstOrderDate": dt.date(2025, 1, 15),
        "LastOrderDate": dt.date(2025, 1, 15),
        "RecencyDays": None,
        "LoyaltyTier": "None",
        "LoyaltyAccounts": 2,
        "LoyaltyPoints": 15,
        "LoyaltyLedgerNet": 3,
        "SpendTier": "None",
        "FrequencyTier": "None",
        "Segment": "Unknown",
        "SpendThreshold": Decimal("1000.0000"),
    }


@pytest.mark.parametrize("cause", ["none", "order", "excluded", "account", "ledger", "late"])
def test_the_row_unknown_is_there_only_when_something_falls_on_it(
    silver: Silver, cause: str
) -> None:
    silver.customers(1)
    if cause == "order":
        silver.in_store("1.00")
    if cause == "excluded":
        silver.online("1.00", status="Pending")
    if cause == "account":
        account(silver, 1, 9, None)
    if cause in ("ledger", "late"):
        day = "2025-02-01" if cause == "late" else "2025-01-01"
        silver.add("LoyaltyTransactions", LoyaltyID=9, PointsChange=0, DateTime=day)
    assert ("UNKNOWN" in silver.check("CustomerSegments")) == (cause not in ("none", "late"))
