from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from c360.gold import build_gold
from tests.gold.frames import AS_OF, BATCH, Rows, assert_cells, at, cells, policy, silver_frames

DAY = at("2025-03-01T10:00")
CUSTOMER = {"CustomerID": 1, "Name": "Ann", "Email": "ann@example.com", "Address": "1 High Street"}
FAVOURITES = ["CustomerID", "FavouriteChannel", "FavouriteCategory", "FavouriteLocation"]


def profiles(spark: SparkSession, rows: Rows) -> DataFrame:
    return build_gold(silver_frames(spark, rows), policy(), AS_OF, BATCH)["Customer360"]


def online(product: int | None, amount: str, **more: Any) -> dict[str, Any]:
    return {
        "CustomerID": 1,
        "ProductID": product,
        "Amount": Decimal(amount),
        "Status": "Completed",
        "DateTime": DAY,
        **more,
    }


def in_store(store: int | None, amount: str, **more: Any) -> dict[str, Any]:
    return {"CustomerID": 1, "StoreID": store, "Amount": Decimal(amount), "DateTime": DAY, **more}


def test_a_customer_without_anything_has_a_profile_and_unknown_has_none(
    spark: SparkSession,
) -> None:
    rows = {"Customers": [CUSTOMER], "InStoreTransactions": [in_store(1, "1.00", CustomerID=9)]}

    columns = [
        *("CustomerID", "Name", "Email", "Address", "OrderCount", "TotalSpend", "LoyaltyTier"),
        *("Segment", "ExcludedOrders", *FAVOURITES[1:], "Interactions", "ResolvedInteractions"),
        *("LastInteractionAt", "FirstContactAt", "LastContactAt"),
    ]
    person = ("1", "Ann", "ann@example.com", "1 High Street")
    expected = [
        (*person, 0, Decimal("0.00"), "None", "No Purchases", 0, *[None] * 3, 0, 0, *[None] * 3)
    ]
    assert_cells(profiles(spark, rows), cells(spark, "Customer360", columns, expected))


CATEGORIES = {1: "Books", 2: "Games", 3: "Books", 4: None, 5: "books", 6: "UNKNOWN"}
# One customer each: orders as (ProductID, Amount), and the favourite category.
FAVOURITE_CASES = {
    "most orders, although others are larger": (
        [(1, "1.00"), (1, "1.00"), (2, "99.00")],
        "Books",
    ),
    "as many orders: the larger amount": ([(1, "1.00"), (2, "1.01")], "Games"),
    "as many, as large: the first by name": ([(2, "1.00"), (1, "1.00")], "Books"),
    "names by code point": ([(5, "1.00"), (1, "1.00")], "Books"),
    "products of one category together": ([(1, "1.00"), (3, "1.00"), (2, "1.50")], "Books"),
    "unknown categories have no say": (
        [(None, "1.00"), (99, "1.00"), (4, "1.00"), (2, "1.00")],
        "Games",
    ),
    "no category is known": ([(None, "1.00")], None),
    "a real one spelled like a pseudo-key": (
        [(6, "1.00"), (6, "1.00"), (None, "9.00"), (1, "1.00")],
        "UNKNOWN",
    ),
    "no counted order": ([], None),
}


def test_favourite_category(spark: SparkSession) -> None:
    cases = list(enumerate(FAVOURITE_CASES.items()))
    rows = {
        "Customers": [{"CustomerID": customer} for customer, _ in cases],
        "Products": [{"ProductID": n, "Category": each} for n, each in CATEGORIES.items()],
        "OnlineTransactions": [
            online(product, amount, CustomerID=customer)
            for customer, (_, (orders, _)) in cases
            for product, amount in orders
        ],
    }

    found = {row.CustomerID: row.FavouriteCategory for row in profiles(spark, rows).collect()}

    assert {case: found[str(customer)] for customer, (case, _) in cases} == {
        case: favourite for case, (_, favourite) in FAVOURITE_CASES.items()
    }


def test_favourite_channel_and_location_count_counted_orders_only(spark: SparkSession) -> None:
    rows = {
        "Customers": [CUSTOMER, {"CustomerID": 2}],
        "Stores": [
            {"StoreID": 1, "Location": "ONLINE"},
            {"StoreID": 2, "Location": "Leeds"},
            {"StoreID": 3, "Location": "Leeds"},
        ],
        "OnlineTransactions": [
            online(None, "9.00", CustomerID=2, Status="Failed"),
            *(
                online(None, "9.00", OrderID=n, Status=status)
                for n, status in enumerate(("Completed", "Completed", "Failed", "Failed"))
            ),
        ],
        "InStoreTransactions": [
            in_store(store, "1.00", TransactionID=n) for n, store in enumerate((1, 2, 3))
        ],
    }

    expected = [("1", "InStore", None, "Leeds"), ("2", None, None, None)]
    assert_cells(profiles(spark, rows), cells(spark, "Customer360", FAVOURITES, expected))


def test_as_many_orders_of_as_much_money_make_in_store_the_favourite_channel(
    spark: SparkSession,
) -> None:
    rows = {
        "Customers": [CUSTOMER],
        "OnlineTransactions": [online(None, "1.00")],
        "InStoreTransactions": [in_store(None, "1.00")],
    }

    assert [row.FavouriteChannel for row in profiles(spark, rows).collect()] == ["InStore"]


def test_contacts_are_orders_of_any_status_interactions_and_ledger_entries(
    spark: SparkSession,
) -> None:
    early, late = "2025-01-01T00:00:00.000001", "2025-12-31T23:59:59.999999"
    ids = range(1, 6)
    rows = {
        "Customers": [{"CustomerID": each} for each in ids],
        "OnlineTransactions": [
            online(None, "1.00", CustomerID=1, Status="Failed", DateTime=at(early)),
            online(None, "1.00", CustomerID=1, DateTime=at("2025-02-01T00:00")),
        ],
        "InStoreTransactions": [in_store(None, "1.00", CustomerID=2, DateTime=at(late))],
        "CustomerServiceInteractions": [
            {"InteractionID": n, "CustomerID": n, "DateTime": at(when), "ResolutionStatus": status}
            for n, when, status in (
                (1, "2025-03-01T00:00", "Resolved"),
                (2, "2025-03-01T00:00", "Escalated"),
                (3, early, "Pending"),
                (9, late, "Pending"),
            )
        ],
        "LoyaltyAccounts": [{"LoyaltyID": 7, "CustomerID": 4}, {"LoyaltyID": 8, "CustomerID": 4}],
        "LoyaltyTransactions": [
            {"LoyaltyID": 7, "DateTime": at(early)},
            {"LoyaltyID": 8, "DateTime": at(late)},
        ],
    }

    columns = [
        *("CustomerID", "ExcludedOrders", "Interactions", "ResolvedInteractions"),
        *("EscalatedInteractions", "PendingInteractions"),
        *("LastInteractionAt", "FirstContactAt", "LastContactAt"),
    ]
    march, first, last = dt.datetime(2025, 3, 1), at(early), at(late)
    expected = [
        ("1", 1, 1, 1, 0, 0, march, first, march),
        ("2", 0, 1, 0, 1, 0, march, march, last),
        ("3", 0, 1, 0, 0, 1, first, first, first),
        ("4", 0, 0, 0, 0, 0, None, first, last),
        ("5", 0, 0, 0, 0, 0, None, None, None),
    ]
    assert_cells(profiles(spark, rows), cells(spark, "Customer360", columns, expected))
