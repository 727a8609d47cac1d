from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import SparkSession

from c360.checks import CHECKS, OFFENDER_COLUMNS, check_gold, first_offenders
from tests.gold.frames import AS_OF, BATCH, at, gold_frame, policy, silver_frames, silver_rows
from tests.oracle.gold import expected_gold
from tests.support.local_frames import local_frame

Tables = dict[str, list[dict[str, Any]]]
CENT = Decimal("0.01")
DAY, LATER = at("2025-03-03T09:00"), at("2026-01-01T00:00")

SILVER: Tables = {
    "Customers": [
        {"CustomerID": each, "Name": "Secret Name", "Email": "secret@example.com"}
        for each in (1, 2, 3)
    ],
    "Products": [{"ProductID": 1, "Name": "Lamp", "Category": "Home"}, {"ProductID": 2}],
    "Stores": [{"StoreID": 1, "Location": "Leeds"}],
    "Agents": [{"AgentID": each, "Name": "Secret Agent"} for each in (1, 2)],
    "OnlineTransactions": [
        {
            "OrderID": order,
            "CustomerID": customer,
            "ProductID": product,
            "DateTime": when,
            "Amount": Decimal(amount),
            "Status": status,
        }
        for order, customer, product, when, amount, status in (
            (1, 1, 1, DAY, "10.00", "Completed"),
            (2, 1, 2, at("2025-04-01T12:00"), "20.00", "Pending"),
            (3, 9, None, DAY, "30.00", "Completed"),
            (4, 1, 1, LATER, "99.00", "Completed"),
        )
    ],
    "InStoreTransactions": [
        {
            "TransactionID": 1,
            "CustomerID": 2,
            "StoreID": 1,
            "DateTime": DAY,
            "Amount": Decimal("5.00"),
        },
        {
            "TransactionID": 2,
            "CustomerID": 2,
            "StoreID": 1,
            "DateTime": LATER,
            "Amount": Decimal("9.00"),
        },
    ],
    "CustomerServiceInteractions": [
        {"InteractionID": 1, "AgentID": 1, "DateTime": DAY, "ResolutionStatus": "Resolved"},
        {"InteractionID": 2, "AgentID": 7, "DateTime": DAY, "ResolutionStatus": None},
        {"InteractionID": 3, "AgentID": 1, "DateTime": LATER, "ResolutionStatus": "Resolved"},
    ],
    "LoyaltyAccounts": [
        {"LoyaltyID": 1, "CustomerID": 1, "PointsEarned": 100, "TierLevel": "Gold"},
        {"LoyaltyID": 2, "CustomerID": None, "PointsEarned": 50},
    ],
    "LoyaltyTransactions": [
        {"LoyaltyID": 1, "DateTime": DAY, "PointsChange": -10},
        {"LoyaltyID": 8, "DateTime": DAY, "PointsChange": 4},
        {"LoyaltyID": 1, "DateTime": LATER, "PointsChange": 1000},
    ],
}


def row_where(rows: list[dict[str, Any]], **values: Any) -> dict[str, Any]:
    return next(row for row in rows if all(row[name] == value for name, value in values.items()))


def changed(table: str, column: str, by: Any, **where: Any) -> Callable[[Tables], None]:
    """A fault that adds `by` to one cell."""

    def plant(gold: Tables) -> None:
        row_where(gold[table], **where)[column] += by

    return plant


def replaced(table: str, column: str, value: Any, **where: Any) -> Callable[[Tables], None]:
    """A fault that writes `value` into one cell."""

    def plant(gold: Tables) -> None:
        row_where(gold[table], **where)[column] = value

    return plant


def dropped(table: str, **where: Any) -> Callable[[Tables], None]:
    """A fault that loses one row."""
    return lambda gold: gold[table].remove(row_where(gold[table], **where))


def doubled(table: str, **where: Any) -> Callable[[Tables], None]:
    """A fault that writes one row twice."""
    return lambda gold: gold[table].append(dict(row_where(gold[table], **where)))


@dataclass(frozen=True)
class Fault:
    """Something wrong with gold, and every (check, table, offender) that must say so.

    Faults of one `batch` touch different cells or checks, so they are planted and found together.
    """

    batch: int
    name: str
    plant: Callable[[Tables], None]
    found_by: set[tuple[str, str, str]]


TOTAL = {"DimensionType": "TOTAL", "PeriodGrain": "ALL"}
PRODUCT = {"DimensionType": "PRODUCT", "DimensionKey": "1", "PeriodGrain": "ALL"}
UNKNOWN = {"CustomerID": "UNKNOWN"}
ALL_DAY = "ALL 1900-01-01"


def _all_lose_a_partition(gold: Tables) -> None:
    for kind in ("PRODUCT", "CATEGORY", "LOCATION", "CHANNEL", "TOTAL"):
        for grain in ("ALL", "MONTH"):
            rows = [r for r in gold["AOV"] if r["DimensionType"] == kind]
            row = next(r for r in rows if r["PeriodGrain"] == grain and r["OrderCount"])
            row["OrderCount"] -= 1


FAULTS = [
    *(
        Fault(
            1,
            f"{kind} misses an amount",
            changed("AOV", "GrossAmount", -CENT, DimensionType=kind, PeriodGrain="ALL"),
            {("aov_dimensions", "AOV", f"{ALL_DAY} {kind} GrossAmount")},
        )
        for kind in ("PRODUCT", "CATEGORY", "LOCATION", "CHANNEL")
    ),
    *(
        Fault(
            1,
            f"a product has another {column}",
            changed("AOV", column, by, **PRODUCT),
            {("aov_dimensions", "AOV", f"{ALL_DAY} PRODUCT {column}")},
        )
        for column, by in (("OrderCount", 1), ("ExcludedOrders", 1), ("ExcludedAmount", CENT))
    ),
    Fault(
        1,
        "a month's product is lost",
        dropped(
            "AOV", DimensionType="PRODUCT", PeriodGrain="MONTH", DimensionKey="2", Channel="Online"
        ),
        {
            ("aov_dimensions", "AOV", f"MONTH 2025-04-01 PRODUCT {each}")
            for each in ("OrderCount", "GrossAmount", "ExcludedOrders", "ExcludedAmount")
        },
    ),
    Fault(
        2,
        "every dimension loses the same order",
        _all_lose_a_partition,
        {("aov_total", "AOV", "OrderCount")},
    ),
    Fault(
        3,
        "a whole month is lost",
        lambda gold: gold.update(AOV=[r for r in gold["AOV"] if r["PeriodStart"].month != 4]),
        {("aov_months", "AOV", each) for each in ("ExcludedOrders", "ExcludedAmount")},
    ),
    Fault(
        1,
        "spend is a cent off",
        changed("CustomerSegments", "TotalSpend", CENT, **UNKNOWN),
        {("spend", "CustomerSegments", "TotalSpend")},
    ),
    Fault(
        1,
        "an order is lost in segments",
        changed("CustomerSegments", "OrderCount", -1, **UNKNOWN),
        {("spend", "CustomerSegments", "OrderCount")},
    ),
    Fault(
        1,
        "points are lost",
        changed("CustomerSegments", "LoyaltyPoints", -1, **UNKNOWN),
        {("loyalty_points", "CustomerSegments", "LoyaltyPoints")},
    ),
    Fault(
        2,
        "points are missing",
        replaced("CustomerSegments", "LoyaltyPoints", None, **UNKNOWN),
        {("loyalty_points", "CustomerSegments", "LoyaltyPoints")},
    ),
    Fault(
        1,
        "an account is doubled",
        changed("CustomerSegments", "LoyaltyAccounts", 1, **UNKNOWN),
        {("loyalty_points", "CustomerSegments", "LoyaltyAccounts")},
    ),
    Fault(
        1,
        "the ledger is off",
        changed("CustomerSegments", "LoyaltyLedgerNet", 1, **UNKNOWN),
        {("loyalty_ledger", "CustomerSegments", "LoyaltyLedgerNet")},
    ),
    Fault(
        3,
        "UNKNOWN is lost",
        dropped("CustomerSegments", **UNKNOWN),
        {
            ("spend", "CustomerSegments", "TotalSpend"),
            ("spend", "CustomerSegments", "OrderCount"),
            ("loyalty_points", "CustomerSegments", "LoyaltyPoints"),
            ("loyalty_points", "CustomerSegments", "LoyaltyAccounts"),
            ("loyalty_ledger", "CustomerSegments", "LoyaltyLedgerNet"),
        },
    ),
    *(
        Fault(
            1,
            f"profiles disagree on {column}",
            replaced("Customer360", column, value, CustomerID="1"),
            {("customer360_agrees", "Customer360", f"1 {column}")},
        )
        for column, value in (
            ("OrderCount", 7),
            ("OnlineOrders", 7),
            ("InStoreOrders", 7),
            ("TotalSpend", Decimal("10.01")),
            ("AverageOrderValue", None),
            ("FirstOrderDate", None),
            ("LastOrderDate", LATER.date()),
            ("RecencyDays", 0),
            ("LoyaltyTier", "None"),
            ("LoyaltyAccounts", 0),
            ("LoyaltyPoints", 0),
            ("LoyaltyLedgerNet", 0),
            ("SpendTier", "High"),
            ("FrequencyTier", "None"),
            ("Segment", "Regular Customer"),
        )
    ),
    Fault(
        2,
        "a customer who never bought is lost",
        dropped("CustomerSegments", CustomerID="3"),
        {("customers_complete", "CustomerSegments", "3")},
    ),
    Fault(
        3,
        "a profile is lost",
        dropped("Customer360", CustomerID="3"),
        {("customers_complete", "Customer360", "3")},
    ),
    Fault(
        2,
        "a profile is made up",
        lambda gold: gold["Customer360"].append(
            {**gold["Customer360"][0], "CustomerID": "UNKNOWN"}
        ),
        {("customers_complete", "Customer360", "UNKNOWN")},
    ),
    *(
        Fault(
            1,
            f"a peak cell has another {column}",
            changed("PeakTimes", column, by, Channel="Online", DayOfWeek=1, HourOfDay=9),
            {("transactions", "PeakTimes", column)},
        )
        for column, by in (("TransactionCount", 1), ("CountedCount", -1), ("GrossAmount", CENT))
    ),
    Fault(
        2,
        "an empty cell is lost",
        dropped("PeakTimes", Channel="InStore", DayOfWeek=7, HourOfDay=3),
        {("peak_grid", "PeakTimes", "rows"), ("peak_grid", "PeakTimes", "cells of the grid")},
    ),
    Fault(
        3,
        "a cell lies outside the grid",
        replaced("PeakTimes", "HourOfDay", 24, Channel="InStore", DayOfWeek=7, HourOfDay=3),
        {("peak_grid", "PeakTimes", "cells of the grid")},
    ),
    Fault(
        4,
        "a cell is there twice, in place of another",
        replaced("PeakTimes", "HourOfDay", 4, Channel="InStore", DayOfWeek=7, HourOfDay=3),
        {("peak_grid", "PeakTimes", "cells of the grid"), ("keys", "PeakTimes", "InStore 7 4")},
    ),
    Fault(
        1,
        "an interaction is lost",
        changed("AgentKPIs", "TotalInteractions", -1, AgentID="UNKNOWN"),
        {("interactions", "AgentKPIs", "TotalInteractions")},
    ),
    Fault(
        1,
        "a status is lost",
        changed("AgentKPIs", "OtherStatusCount", -1, AgentID="UNKNOWN"),
        {("interactions", "AgentKPIs", "all statuses")},
    ),
    Fault(
        2,
        "an idle agent is lost",
        dropped("AgentKPIs", AgentID="2"),
        {("agents_complete", "AgentKPIs", "2")},
    ),
    Fault(
        4,
        "AOV has a row twice",
        doubled("AOV", DimensionType="PRODUCT", DimensionKey="2", PeriodGrain="ALL"),
        {
            ("keys", "AOV", f"{ALL_DAY} PRODUCT 2 Online"),
            # one row too many is also too much of what is summed
            ("aov_dimensions", "AOV", f"{ALL_DAY} PRODUCT ExcludedOrders"),
            ("aov_dimensions", "AOV", f"{ALL_DAY} PRODUCT ExcludedAmount"),
        },
    ),
    *(
        Fault(
            4, f"{table} has a row twice", doubled(table, **{key: value}), {("keys", table, value)}
        )
        for table, key, value in (
            ("CustomerSegments", "CustomerID", "3"),
            ("AgentKPIs", "AgentID", "2"),
            ("Customer360", "CustomerID", "3"),
        )
    ),
    Fault(
        3,
        "a key is missing",
        replaced("AgentKPIs", "AgentID", None, AgentID="UNKNOWN"),
        {("keys", "AgentKPIs", "NULL")},
    ),
    Fault(
        1,
        "a row is of another batch",
        replaced("PeakTimes", "BatchID", "a" * 16, Channel="Online", DayOfWeek=2, HourOfDay=2),
        {("one_batch", "PeakTimes", "BatchID")},
    ),
    Fault(
        2,
        "a row has no batch",
        replaced("AOV", "BatchID", None, **TOTAL),
        {("one_batch", "AOV", "BatchID")},
    ),
    Fault(
        1,
        "a row follows other rules",
        replaced("Customer360", "RuleVersion", "older", CustomerID="3"),
        {("one_batch", "Customer360", "RuleVersion")},
    ),
]


@pytest.fixture(scope="module")
def silver(spark: SparkSession) -> Any:
    frames = silver_frames(spark, SILVER)
    return {name: frame.coalesce(1).cache() for name, frame in frames.items()}


def right_gold() -> Tables:
    gold = expected_gold(silver_rows(SILVER), policy(), AS_OF)
    stamp = {"BatchID": BATCH, "RuleVersion": policy().rule_version}
    return {table: [{**row, **stamp} for row in rows] for table, rows in gold.items()}


def offenders(spark: SparkSession, silver: Any, gold: Tables) -> list[Any]:
    frames = {name: gold_frame(spark, name, rows).coalesce(1) for name, rows in gold.items()}
    return check_gold(silver, frames, policy(), AS_OF).collect()


def test_right_gold_has_no_offender(spark: SparkSession, silver: Any) -> None:
    assert offenders(spark, silver, right_gold()) == []


@pytest.mark.parametrize("batch", sorted({fault.batch for fault in FAULTS}))
def test_planted_faults_are_found_by_their_checks_and_by_no_other(
    spark: SparkSession, silver: Any, batch: int
) -> None:
    gold, planted = right_gold(), [fault for fault in FAULTS if fault.batch == batch]
    for fault in planted:
        fault.plant(gold)

    found = offenders(spark, silver, gold)

    named = {(row.CheckName, row.TableName, row.Offender) for row in found}
    missed = [fault.name for fault in planted if not fault.found_by <= named]
    assert missed == []
    assert named == set().union(*(fault.found_by for fault in planted))
    assert all("secret" not in str(row).lower() for row in found)


def test_points_that_wrapped_around_are_found(spark: SparkSession) -> None:
    huge = 2**63 - 1
    accounts = [
        {"LoyaltyID": n, "CustomerID": 1, "PointsEarned": huge, "TierLevel": "Gold"} for n in (1, 2)
    ]
    gold = right_gold()
    row_where(gold["CustomerSegments"], CustomerID="1")["LoyaltyPoints"] = -2  # huge + huge
    row_where(gold["Customer360"], CustomerID="1")["LoyaltyPoints"] = -2
    frames = silver_frames(spark, {**SILVER, "LoyaltyAccounts": accounts})

    found = {row.Offender: (row.Found, row.Expected) for row in offenders(spark, frames, gold)}

    assert found["LoyaltyPoints"] == ("48.00", f"{2 * huge}.00")  # UNKNOWN has the other 50


def test_every_check_is_listed_with_its_meaning_and_has_a_planted_fault() -> None:
    names = [check.name for check in CHECKS]

    assert len(set(names)) == len(names)
    assert set(names) == {check for fault in FAULTS for check, _, _ in fault.found_by}
    assert all(check.meaning.endswith(".") for check in CHECKS)


def test_first_offenders_are_few_and_say_how_many_there_are(spark: SparkSession) -> None:
    many = [("keys", "AOV", f"{n:03}", "2", "1") for n in range(100)]
    other = [("spend", "CustomerSegments", "TotalSpend", "1", "2")]
    frame = local_frame(
        spark, many + other, ", ".join(f"{name} string" for name in OFFENDER_COLUMNS)
    )

    found = sorted(tuple(row) for row in first_offenders(frame, 2).collect())

    assert found == [
        ("keys", "AOV", "000", "2", "1", 100),
        ("keys", "AOV", "001", "2", "1", 100),
        ("spend", "CustomerSegments", "TotalSpend", "1", "2", 1),
    ]
