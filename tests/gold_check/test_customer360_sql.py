"""customer360.sql against cases calculated by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from c360.contracts.gold.customer_segments import CUSTOMER_MEASURES
from tests.gold_check.silver import Silver


def test_a_customer_of_whom_nothing_is_known_has_zeros_and_nulls(silver: Silver) -> None:
    silver.add("Customers", CustomerID=1, Name="N", Email="e", Address="a")
    row = silver.check("Customer360")["1"]
    assert (row["Name"], row["Email"], row["Address"]) == ("N", "e", "a")
    counts = ["ExcludedOrders", "Interactions", "ResolvedInteractions", "EscalatedInteractions"]
    assert [row[name] for name in [*counts, "PendingInteractions"]] == [0] * 5
    favourites = ["FavouriteChannel", "FavouriteCategory", "FavouriteLocation"]
    moments = ["LastInteractionAt", "FirstContactAt", "LastContactAt"]
    assert [row[name] for name in favourites + moments] == [None] * 6


def test_the_measures_are_those_of_customer_segments(silver: Silver) -> None:
    silver.customers(1, 2)
    silver.online("30.00", CustomerID=1)
    silver.in_store("2000.00", CustomerID=2)
    silver.in_store("5.00")
    silver.add("LoyaltyAccounts", LoyaltyID=1, CustomerID=1, PointsEarned=4, TierLevel="Gold")
    segments, profiles = silver.check("CustomerSegments"), silver.check("Customer360")
    assert set(profiles) == set(segments) - {"UNKNOWN"}
    for key, profile in profiles.items():
        for measure in CUSTOMER_MEASURES:
            assert profile[measure.name] == segments[key][measure.name], measure.name


def test_what_is_published_as_customer_segments_is_not_asked(silver: Silver) -> None:
    silver.customers(1)
    silver.publish()
    silver.connection.execute("DELETE FROM customer360_gold.CustomerSegments")
    assert set(silver.check("Customer360")) == {"1"}


def test_orders_that_do_not_count_are_counted_apart(silver: Silver) -> None:
    silver.customers(1)
    for status in ("Completed", "Pending", None):
        silver.online("1.00", CustomerID=1, status=status)
    silver.online("1.00", CustomerID=1, status="Pending", at="2025-02-01 00:00:00")
    row = silver.check("Customer360")["1"]
    assert (row["OrderCount"], row["ExcludedOrders"]) == (1, 2)


@pytest.mark.parametrize(
    ("orders", "favourite"),
    [
        ([("A", "1.00"), ("A", "1.00"), ("B", "99.00")], "A"),  # most orders
        ([("A", "1.00"), ("B", "2.00")], "B"),  # then the largest amount
        ([("B", "1.00"), ("A", "1.00")], "A"),  # then the first by name
        ([(None, "5.00"), (None, "5.00"), ("A", "1.00")], "A"),  # no category never wins
        ([("UNKNOWN", "1.00")], "UNKNOWN"),  # a real value spelled like a pseudo-key may
        ([(None, "5.00")], None),
    ],
)
def test_a_favourite_is_the_value_with_most_counted_orders(
    silver: Silver, orders: list[tuple[str | None, str]], favourite: str | None
) -> None:
    silver.customers(1)
    for number, (value, amount) in enumerate(orders):
        silver.add("Products", ProductID=number, Category=value)
        silver.add("Stores", StoreID=number, Location=value)
        silver.online(amount, CustomerID=1, ProductID=number)
        silver.in_store(amount, CustomerID=1, StoreID=number)
    silver.add("Products", ProductID=90, Category="Z")
    for _ in range(9):  # what is not counted is nobody's favourite
        silver.online("99.00", CustomerID=1, ProductID=90, status="Failed")
    row = silver.check("Customer360")["1"]
    assert (row["FavouriteCategory"], row["FavouriteLocation"]) == (favourite, favourite)


def test_orders_of_unknown_products_and_stores_have_a_channel_only(silver: Silver) -> None:
    silver.customers(1)
    silver.online("1.00", CustomerID=1, ProductID=9)
    silver.online("1.00", CustomerID=1)
    silver.in_store("9.00", CustomerID=1, StoreID=9)
    row = silver.check("Customer360")["1"]
    assert row["FavouriteChannel"] == "Online"
    assert (row["FavouriteCategory"], row["FavouriteLocation"]) == (None, None)


def test_interactions_are_counted_by_their_outcome(silver: Silver) -> None:
    silver.customers(1)
    for status in ("Resolved", "resolved ", "Escalated", "Pending", "Lost", None):
        silver.contact(status, CustomerID=1)
    silver.contact("Resolved", CustomerID=1, at="2025-01-31 10:00:00")
    silver.contact("Resolved", CustomerID=1, at="2025-02-01 10:00:00")
    row = silver.check("Customer360")["1"]
    assert row["Interactions"] == 7
    assert row["ResolvedInteractions"] == 3
    assert (row["EscalatedInteractions"], row["PendingInteractions"]) == (1, 1)
    assert row["LastInteractionAt"] == dt.datetime(2025, 1, 31, 10)


@pytest.mark.parametrize("source", ["online", "in store", "service", "ledger"])
def test_contacts_reach_over_every_source(silver: Silver, source: str) -> None:
    silver.customers(1)
    silver.add("LoyaltyAccounts", LoyaltyID=5, CustomerID=1)
    silver.in_store("1.00", CustomerID=1, at="2025-01-10 00:00:00")
    for at in ("2025-01-01 01:00:00", "2025-01-31 01:00:00", "2025-02-01 00:00:00"):
        if source == "online":
            silver.online("1.00", CustomerID=1, at=at, status="Failed")
        if source == "in store":
            silver.in_store("1.00", CustomerID=1, at=at)
        if source == "service":
            silver.contact(None, CustomerID=1, at=at)
        if source == "ledger":
            silver.add("LoyaltyTransactions", LoyaltyID=5, PointsChange=1, DateTime=at)
    row = silver.check("Customer360")["1"]
    assert row["FirstContactAt"] == dt.datetime(2025, 1, 1, 1)
    assert row["LastContactAt"] == dt.datetime(2025, 1, 31, 1)
