from __future__ import annotations

from decimal import Decimal
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from c360.gold.facts import build_orders
from c360.gold.gold_run import GoldRun
from c360.gold.peak_times import build_peak_times
from tests.gold.frames import AS_OF, BATCH, Rows, assert_cells, at, cells, policy, silver_frames

RUN = GoldRun(policy(), AS_OF, BATCH)
CELL = ["Channel", "DayOfWeek", "HourOfDay"]
# Monday 3 March 2025 to Tuesday 11 March 2025: Mondays and Tuesdays twice, other days once
MONDAY, TUESDAY, NEXT_TUESDAY = "2025-03-03", "2025-03-04", "2025-03-11"


def sale(order: int, when: str, amount: str = "1.00") -> dict[str, Any]:
    return {"TransactionID": order, "DateTime": at(when), "Amount": Decimal(amount)}


def online(order: int, when: str, status: str) -> dict[str, Any]:
    return {"OrderID": order, "DateTime": at(when), "Amount": Decimal("2.00"), "Status": status}


def peaks(spark: SparkSession, rows: Rows) -> DataFrame:
    return build_peak_times(build_orders(silver_frames(spark, rows), RUN), RUN)


def test_the_grid_is_complete_whatever_the_orders_are(spark: SparkSession) -> None:
    grid = {
        (channel, day, hour)
        for channel in ("Online", "InStore")
        for day in range(1, 8)
        for hour in range(24)
    }
    for rows in ({}, {"InStoreTransactions": [sale(1, "2025-03-03T09:30")]}):
        found = peaks(spark, rows).collect()
        assert len(found) == 336
        assert {(row.Channel, row.DayOfWeek, row.HourOfDay) for row in found} == grid


def test_all_orders_are_demand_and_counted_ones_are_sales(spark: SparkSession) -> None:
    rows = {
        "OnlineTransactions": [
            online(1, f"{MONDAY}T09:00", "Completed"),
            online(2, f"{MONDAY}T09:59:59.999999", "Failed"),
        ],
        "InStoreTransactions": [sale(1, f"{NEXT_TUESDAY}T00:00")],
    }

    columns = [
        *(*CELL, "DayName", "TransactionCount", "CountedCount", "GrossAmount", "ObservedDays"),
        *("AvgPerDay", "CellRank", "CellRankPerDay", "DayRank", "HourRank", "IsPeak"),
    ]
    monday = ("Online", 1, 9, "Monday", 2, 1, Decimal("2.00"), 2, Decimal("1.0000"))
    tuesday = ("InStore", 2, 0, "Tuesday", 1, 1, Decimal("1.00"), 2, Decimal("0.5000"))
    expected = [(*monday, 1, 1, 1, 1, True), (*tuesday, 1, 1, 1, 1, True)]
    assert_cells(
        peaks(spark, rows).where("TransactionCount > 0"),
        cells(spark, "PeakTimes", columns, expected),
    )


def test_ranks_share_ties_and_count_what_lies_above(spark: SparkSession) -> None:
    moments = [
        *[f"{MONDAY}T09:00"] * 2,
        *[f"{TUESDAY}T09:00"] * 2,
        f"{MONDAY}T11:00",
        "2025-03-05T11:00",
        f"{NEXT_TUESDAY}T12:00",
    ]
    rows = {"InStoreTransactions": [sale(n, each) for n, each in enumerate(moments)]}

    columns = [*CELL, "ObservedDays", "CellRank", "CellRankPerDay", "DayRank", "HourRank", "IsPeak"]
    expected = [
        ("InStore", 1, 9, 2, 1, 1, 1, 1, True),
        ("InStore", 2, 9, 2, 1, 1, 1, 1, True),
        ("InStore", 1, 11, 2, 3, 4, 1, 2, False),
        ("InStore", 2, 12, 2, 3, 4, 1, 3, False),
        ("InStore", 3, 11, 1, 3, 1, 3, 2, False),  # one Wednesday: as many a day as the peaks
        ("InStore", 4, 11, 1, 6, 6, 4, 2, False),
    ]
    shown = "TransactionCount > 0 or (DayOfWeek = 4 and HourOfDay = 11)"
    assert_cells(
        peaks(spark, rows).where("Channel = 'InStore'").where(shown),
        cells(spark, "PeakTimes", columns, expected),
    )


def test_a_channel_without_orders_has_no_peak(spark: SparkSession) -> None:
    rows = {"InStoreTransactions": [sale(1, f"{MONDAY}T09:00")]}

    found = peaks(spark, rows).where("Channel = 'Online'").collect()

    assert {(row.CellRank, row.IsPeak) for row in found} == {(1, False)}
    # Mondays were observed, with an average of 0; the other days have none and rank last
    assert {row.DayOfWeek: row.CellRankPerDay for row in found} == {
        1: 1,
        **dict.fromkeys(range(2, 8), 25),
    }


def test_weekdays_are_observed_from_the_first_to_the_last_order_of_both_channels(
    spark: SparkSession,
) -> None:
    rows = {
        "OnlineTransactions": [online(1, "2025-03-08T23:59", "Failed")],  # a Saturday
        "InStoreTransactions": [sale(1, "2025-03-17T00:00")],  # Monday, nine days on
    }

    found = peaks(spark, rows).select("DayOfWeek", "ObservedDays").distinct().collect()

    assert dict(map(tuple, found)) == {6: 2, 7: 2, 1: 2, 2: 1, 3: 1, 4: 1, 5: 1}


def test_without_orders_no_day_was_observed_and_there_is_no_average(spark: SparkSession) -> None:
    found = peaks(spark, {}).select("ObservedDays", "AvgPerDay", "CellRankPerDay").distinct()

    assert [tuple(row) for row in found.collect()] == [(0, None, 1)]


def test_the_hour_is_the_wall_clock_whatever_the_zone_of_the_session(spark: SparkSession) -> None:
    # half past two does not exist that night in New York
    rows = {"InStoreTransactions": [sale(1, "2025-03-09T02:30")]}
    zone = spark.conf.get("spark.sql.session.timeZone")
    spark.conf.set("spark.sql.session.timeZone", "America/New_York")
    try:
        found = peaks(spark, rows).where("TransactionCount > 0").select(*CELL).collect()
    finally:
        spark.conf.set("spark.sql.session.timeZone", zone)

    assert [tuple(row) for row in found] == [("InStore", 7, 2)]
