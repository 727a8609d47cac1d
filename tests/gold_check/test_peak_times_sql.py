"""peak_times.sql against cases calculated by hand."""

from __future__ import annotations

from decimal import Decimal

from tests.gold_check.silver import Silver

MONDAY, TUESDAY, SUNDAY = 1, 2, 7


def test_every_cell_of_both_channels_is_there(silver: Silver) -> None:
    silver.in_store("1.00")
    assert set(silver.check("PeakTimes")) == {
        (channel, day, hour)
        for channel in ("Online", "InStore")
        for day in range(1, 8)
        for hour in range(24)
    }


def test_sunday_is_the_seventh_day_and_the_hour_is_the_clock_s(silver: Silver) -> None:
    silver.in_store("1.00", at="2025-01-05 23:59:59")
    found = silver.check("PeakTimes")
    filled = [key for key, row in found.items() if row["TransactionCount"]]
    assert filled == [("InStore", SUNDAY, 23)]
    names = {day: found["Online", day, 0]["DayName"] for day in range(1, 8)}
    assert list(names.values()) == [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ]


def test_all_orders_are_demand_and_counted_ones_are_money(silver: Silver) -> None:
    silver.online("5.00", at="2025-01-06 09:00:00")
    silver.online("9.00", at="2025-01-06 09:30:00", status="Failed")
    row = silver.check("PeakTimes")["Online", MONDAY, 9]
    assert (row["TransactionCount"], row["CountedCount"], row["GrossAmount"]) == (2, 1, 5)


def test_observed_days_count_the_weekday_between_the_first_and_last_transaction(
    silver: Silver,
) -> None:
    silver.online("1.00", at="2025-01-06 09:00:00", status="Failed")  # a Monday
    silver.in_store("1.00", at="2025-01-20 09:00:00")  # the Monday two weeks later
    silver.in_store("1.00", at="2025-02-03 09:00:00")  # after as_of
    found = silver.check("PeakTimes")
    assert found["Online", MONDAY, 0]["ObservedDays"] == 3
    assert found["InStore", TUESDAY, 0]["ObservedDays"] == 2
    assert found["Online", MONDAY, 9]["AvgPerDay"] == Decimal("0.3333")
    assert found["Online", TUESDAY, 9]["AvgPerDay"] == 0


def test_the_average_per_day_is_rounded_half_up(silver: Silver) -> None:
    # 32 Mondays from 2024-06-17 to 2025-01-20, one order: 1/32 = 0.03125.
    silver.online("1.00", at="2024-06-17 09:00:00")
    silver.online("1.00", at="2025-01-20 10:00:00")
    row = silver.check("PeakTimes")["Online", MONDAY, 9]
    assert (row["ObservedDays"], row["AvgPerDay"]) == (32, Decimal("0.0313"))


def test_without_orders_nothing_is_a_peak_and_all_cells_tie(silver: Silver) -> None:
    found = silver.check("PeakTimes").values()
    assert {row["ObservedDays"] for row in found} == {0}
    assert {row["AvgPerDay"] for row in found} == {None}
    for rank in ("CellRank", "CellRankPerDay", "DayRank", "HourRank"):
        assert {row[rank] for row in found} == {1}
    assert not any(row["IsPeak"] for row in found)


def test_ranks_are_shared_by_ties_and_made_in_each_channel(silver: Silver) -> None:
    # Monday 9: 2, Monday 10: 2, Tuesday 9: 1 in store; a single order online.
    for hour in (9, 9, 10, 10):
        silver.in_store("1.00", at=f"2025-01-06 {hour:02}:00:00")
    silver.in_store("1.00", at="2025-01-07 09:00:00")
    silver.online("1.00", at="2025-01-07 09:00:00")
    found = silver.check("PeakTimes")
    cells = [(MONDAY, 9), (MONDAY, 10), (TUESDAY, 9), (TUESDAY, 10)]
    assert [found["InStore", *cell]["CellRank"] for cell in cells] == [1, 1, 3, 4]
    assert [found["InStore", *cell]["IsPeak"] for cell in cells] == [True, True, False, False]
    assert [found["InStore", day, 0]["DayRank"] for day in (MONDAY, TUESDAY, SUNDAY)] == [1, 2, 3]
    assert [found["InStore", MONDAY, hour]["HourRank"] for hour in (9, 10, 11)] == [1, 2, 3]
    assert found["Online", TUESDAY, 9]["IsPeak"]
    assert found["Online", TUESDAY, 0]["DayRank"] == 1


def test_the_rank_per_day_follows_the_average_and_not_the_sum(silver: Silver) -> None:
    # Monday to the next Monday: two Mondays with 3 orders, one Tuesday with 2.
    for at in ("2025-01-06 09:00:00", "2025-01-13 09:00:00", "2025-01-13 09:00:00"):
        silver.in_store("1.00", at=at)
    for _ in range(2):
        silver.in_store("1.00", at="2025-01-07 09:00:00")
    found = silver.check("PeakTimes")
    monday, tuesday = found["InStore", MONDAY, 9], found["InStore", TUESDAY, 9]
    assert (monday["CellRank"], monday["CellRankPerDay"]) == (1, 2)
    assert (tuesday["CellRank"], tuesday["CellRankPerDay"]) == (2, 1)


def test_equal_averages_of_different_windows_share_a_rank(silver: Silver) -> None:
    # Two Mondays with 2 orders and one Tuesday with 1; then weekdays that were never observed.
    for at in ("2025-01-06 09:00:00", "2025-01-13 09:00:00", "2025-01-07 09:00:00"):
        silver.in_store("1.00", at=at)
    found = silver.check("PeakTimes")
    assert found["InStore", MONDAY, 9]["CellRankPerDay"] == 1
    assert found["InStore", TUESDAY, 9]["CellRankPerDay"] == 1
    assert found["InStore", SUNDAY, 9]["CellRankPerDay"] == 3


def test_a_day_that_was_never_observed_ranks_last(silver: Silver) -> None:
    silver.in_store("1.00", at="2025-01-06 09:00:00")
    found = silver.check("PeakTimes")
    assert found["InStore", MONDAY, 10]["CellRankPerDay"] == 2
    assert found["InStore", TUESDAY, 9]["AvgPerDay"] is None
    assert found["InStore", TUESDAY, 9]["CellRankPerDay"] == 25
