"""D1: every number on the page is that of the gold tables, cell by cell."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dashboard.browsing import OpenPage, opened
from tests.dashboard.shown import (
    CHANNELS,
    NOTHING,
    ask,
    average,
    count,
    day,
    money,
    month,
    percent,
    rate,
    ratio,
)
from tests.dashboard.worlds import refused, single_month

PSEUDO = {
    "ONLINE": "Online (no location)",
    "IN_STORE_UNATTRIBUTED": "In store (not by product)",
    "UNKNOWN": "(unknown)",
}
DIMENSIONS = {"Location": "LOCATION", "Category": "CATEGORY", "Product": "PRODUCT"}
SUMS = "sum(OrderCount)::INT AS orders, sum(GrossAmount) AS amount, sum(ExcludedOrders)::INT AS no"


@pytest.fixture(scope="module")
def page(browser, sample_page) -> Iterator[OpenPage]:
    with opened(browser, sample_page) as found:
        yield found


def by(rows: list[dict[str, str]], *heads: str) -> dict[tuple[str, ...], dict[str, str]]:
    """Rows by what they are about; no two may be about the same."""
    found = {tuple(row[head] for head in heads): row for row in rows}
    assert len(found) == len(rows)
    return found


def key_name(kind: str, row: dict[str, Any]) -> str:
    key = row["DimensionKey"]
    if key in PSEUDO:
        return PSEUDO[key]
    return f"{row['DimensionName']} ({key})" if kind == "PRODUCT" else key


def test_the_tiles_are_the_totals(page: OpenPage, sample_page: Path) -> None:
    (total,) = ask(
        sample_page, "FROM customer360_gold.AOV WHERE DimensionKey = 'ALL' AND PeriodGrain = 'ALL'"
    )
    (people,) = ask(
        sample_page,
        "SELECT count(*) FILTER (CustomerID <> 'UNKNOWN') AS customers, count(*) FILTER "
        "(CustomerID <> 'UNKNOWN' AND OrderCount > 0) AS buyers "
        "FROM customer360_gold.CustomerSegments",
    )
    (service,) = ask(
        sample_page,
        "SELECT sum(ResolvedCount)::INT AS resolved, sum(TotalInteractions)::INT AS total "
        "FROM customer360_gold.AgentKPIs",
    )
    expected = {
        "Revenue": f"{money(total['GrossAmount'])} USD",
        "Orders": count(total["OrderCount"]),
        "AverageOrderValue": f"{money(total['AverageOrderValue'])} USD",
        "Buyers": count(people["buyers"]),
        "ResolutionRate": rate(service["resolved"], service["total"]),
    }
    samples = {
        "Revenue": f"from {count(total['OrderCount'])} counted orders",
        "Orders": f"and {count(total['ExcludedOrders'])} orders that do not count",
        "AverageOrderValue": f"over {count(total['OrderCount'])} counted orders",
        "Buyers": f"of {count(people['customers'])} customers",
        "ResolutionRate": f"of {count(service['total'])} interactions",
    }
    for name, value in expected.items():
        tile = page.page.locator(f"[data-measure={name}]")
        assert tile.locator(".value").inner_text().replace("\u00a0", " ") == value
        assert tile.locator(".sample").first.inner_text() == samples[name]
        assert len(tile.locator(".means").inner_text()) > 20


def test_revenue_by_month_and_channel(page: OpenPage, sample_page: Path) -> None:
    shown = by(page.table("Revenue and orders by month and channel"), "Month", "Channel")
    rows = ask(
        sample_page,
        "FROM customer360_gold.AOV WHERE PeriodGrain = 'MONTH' AND DimensionType = 'CHANNEL'",
    )
    assert shown == {
        (month(row["PeriodStart"]), CHANNELS[row["Channel"]]): {
            "Month": month(row["PeriodStart"]),
            "Channel": CHANNELS[row["Channel"]],
            "Revenue (USD)": money(row["GrossAmount"]),
            "Counted orders": count(row["OrderCount"]),
            "Average order value (USD)": money(row["AverageOrderValue"]),
            "Orders that do not count": count(row["ExcludedOrders"]),
        }
        for row in rows
    }


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_order_value_of_every_month(page: OpenPage, sample_page: Path, dimension: str) -> None:
    page.click("tab", "Order value")
    page.choose("Dimension", dimension)
    kind = DIMENSIONS[dimension]
    rows = ask(
        sample_page,
        f"SELECT DimensionKey, any_value(DimensionName) AS DimensionName, PeriodStart, {SUMS} "
        f"FROM customer360_gold.AOV WHERE PeriodGrain = 'MONTH' AND DimensionType = '{kind}' "
        "GROUP BY DimensionKey, PeriodStart",
    )
    shown = by(page.table("Average order value by key and month"), "Key", "Month")
    assert len(rows) > 100
    assert shown == {
        (key_name(kind, row), month(row["PeriodStart"])): {
            "Key": key_name(kind, row),
            "Month": month(row["PeriodStart"]),
            "Average order value (USD)": average(row["amount"], row["orders"]),
            "Counted orders": count(row["orders"]),
            "Revenue (USD)": money(row["amount"]),
            "Orders that do not count": count(row["no"]),
        }
        for row in rows
    }


@pytest.mark.parametrize("channel", ["Both channels", *CHANNELS.values()])
def test_order_value_of_all_months_is_gold_s_own(
    page: OpenPage, sample_page: Path, channel: str
) -> None:
    page.click("tab", "Order value")
    page.choose("Dimension", "Location")
    page.choose("Channel", channel)
    page.choose("Period", "All months")
    rows = ask(
        sample_page,
        "FROM customer360_gold.AOV WHERE PeriodGrain = 'ALL' AND DimensionType = 'LOCATION'",
    )
    rows = [row for row in rows if channel in ("Both channels", CHANNELS[row["Channel"]])]
    heads = ("Average order value (USD)", "Counted orders", "Revenue (USD)")
    shown = by(page.table("Average order value by key and period"), "Key")
    assert rows
    assert {key: tuple(row[head] for head in heads) for (key,), row in shown.items()} == {
        key_name("LOCATION", row): (
            money(row["AverageOrderValue"]),
            count(row["OrderCount"]),
            money(row["GrossAmount"]),
        )
        for row in rows
    }
    page.choose("Channel", "Both channels")


def test_a_change_is_the_ratio_of_sums_of_two_periods(page: OpenPage, sample_page: Path) -> None:
    page.click("tab", "Order value")
    page.choose("Dimension", "Category")
    page.choose("Period", "Last 6 months")
    rows = ask(
        sample_page,
        f"SELECT DimensionKey, PeriodStart >= '2025-07-01' AS late, {SUMS} FROM "
        "customer360_gold.AOV WHERE PeriodGrain = 'MONTH' AND DimensionType = 'CATEGORY' "
        "GROUP BY ALL",
    )
    halves: dict[str, dict[bool, dict[str, Any]]] = defaultdict(dict)
    for row in rows:
        halves[key_name("CATEGORY", row)][row["late"]] = row
    shown = by(page.table("Average order value by key and period"), "Key")
    assert {key for (key,) in shown} == set(halves)
    for key, half in halves.items():
        row = shown[(key,)]
        early, late = (ratio(half[each]["amount"], half[each]["orders"]) for each in (False, True))
        assert early is not None
        assert late is not None
        assert row["Average order value (USD)"] == money(late)
        assert row["Before (USD)"] == money(early)
        assert row["Change (USD)"] == money(late - early)
        assert row["Relative change"] == percent(ratio(late - early, early, 4))
        assert row["Orders before"] == count(half[False]["orders"])


def test_segments_tiers_and_spend(page: OpenPage, sample_page: Path) -> None:
    page.click("tab", "Customers")
    groups = {
        "Segments": ("Segment",),
        "Customers and spend by segment and loyalty tier": ("Segment", "LoyaltyTier"),
        "Customers by spend tier and frequency tier": ("SpendTier", "FrequencyTier"),
    }
    heads = {
        "Segment": "Segment",
        "LoyaltyTier": "Loyalty tier",
        "SpendTier": "Spend tier",
        "FrequencyTier": "Frequency tier",
    }
    for caption, columns in groups.items():
        known = "WHERE CustomerID <> 'UNKNOWN'" if "SpendTier" in columns else ""
        rows = ask(
            sample_page,
            f"SELECT {', '.join(columns)}, count(*) FILTER (CustomerID <> 'UNKNOWN') AS customers, "
            "count(*) FILTER (CustomerID <> 'UNKNOWN' AND OrderCount > 0) AS buyers, "
            "sum(TotalSpend) AS spend, sum(OrderCount)::INT AS orders, "
            f"sum(LoyaltyPoints)::BIGINT AS points FROM customer360_gold.CustomerSegments {known} "
            "GROUP BY ALL",
        )
        shown = by(page.table(caption), *(heads[column] for column in columns))
        assert len(shown) == len(rows) > 4
        for row in rows:
            cells = shown[tuple(row[column] for column in columns)]
            assert cells["Spend (USD)"] == money(row["spend"])
            assert cells["Customers"] == count(row["customers"])
            assert cells["Buyers"] == count(row["buyers"])
            assert cells["Orders of customers"] == count(row["orders"])
            assert cells["Spend per order (USD)"] == average(row["spend"], row["orders"])
            assert cells["Loyalty points"] == count(row["points"])


def test_the_threshold_of_high_spend(page: OpenPage, sample_page: Path) -> None:
    page.click("tab", "Customers")
    ((threshold,),) = [
        tuple(row.values())
        for row in ask(
            sample_page, "SELECT DISTINCT SpendThreshold FROM customer360_gold.CustomerSegments"
        )
    ]
    shown = page.shown().get_by_text("High spend begins at").inner_text()
    assert threshold.as_tuple().exponent == -4
    assert threshold != round(threshold, 2)
    assert f"begins at {threshold.normalize():,}\u00a0USD" in shown


def test_the_share_of_each_segment_is_of_all_spend(page: OpenPage, sample_page: Path) -> None:
    page.click("tab", "Customers")
    rows = ask(
        sample_page,
        "SELECT Segment, sum(TotalSpend) AS spend, sum(sum(TotalSpend)) OVER () AS whole "
        "FROM customer360_gold.CustomerSegments GROUP BY Segment",
    )
    shown = {row["Segment"]: row["Share of spend"] for row in page.table("Segments")}
    assert shown == {row["Segment"]: rate(row["spend"], row["whole"]) for row in rows}


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(
    ("head", "key"), [("Hour", "lpad(HourOfDay::VARCHAR, 2, '0') || ':00'"), ("Day", "DayName")]
)
def test_peak_times_by_hour_and_by_weekday(
    page: OpenPage, sample_page: Path, channel: str, head: str, key: str
) -> None:
    page.click("tab", "Peak times")
    rows = ask(
        sample_page,
        f"SELECT {key} AS name, sum(TransactionCount)::INT AS orders "
        f"FROM customer360_gold.PeakTimes WHERE Channel = '{channel}' GROUP BY ALL",
    )
    caption = f"{CHANNELS[channel]}: orders by {'hour' if head == 'Hour' else 'weekday'}"
    shown = {row[head]: row["Orders placed"] for row in page.table(caption)}
    assert shown == {row["name"]: count(row["orders"]) for row in rows}


@pytest.mark.parametrize("channel", CHANNELS)
def test_peak_times(page: OpenPage, sample_page: Path, channel: str) -> None:
    page.click("tab", "Peak times")
    rows = ask(sample_page, f"FROM customer360_gold.PeakTimes WHERE Channel = '{channel}'")
    shown = by(page.table(f"{CHANNELS[channel]}: orders by weekday and hour"), "Day", "Hour")
    assert len(shown) == 168
    assert shown == {
        (row["DayName"], f"{row['HourOfDay']:02}:00"): {
            "Day": row["DayName"],
            "Hour": f"{row['HourOfDay']:02}:00",
            "Orders placed": count(row["TransactionCount"]),
            "Orders per day": f"{row['AvgPerDay']:,.4f}",
            "Counted orders": count(row["CountedCount"]),
            "Revenue (USD)": money(row["GrossAmount"]),
            "Days observed": count(row["ObservedDays"]),
            "Rank": count(row["CellRank"]),
            "Rank per day": count(row["CellRankPerDay"]),
        }
        for row in rows
    }


def test_agents(page: OpenPage, sample_page: Path) -> None:
    page.click("tab", "Agents")
    high = "least(1, (p + z*z/(2*n) + z*sqrt((p*(1 - p) + z*z/(4*n)) / n)) / (1 + z*z/n)) AS high"
    rows = ask(
        sample_page,
        f"SELECT *, {high} FROM (SELECT *, 1.959964::DOUBLE AS z, TotalInteractions::DOUBLE AS n, "
        "ResolvedCount / nullif(TotalInteractions, 0) AS p FROM customer360_gold.AgentKPIs)",
    )
    shown = by(page.table("Agents"), "Agent")
    assert len(shown) == len(rows)
    for row in rows:
        known = row["AgentID"] != "UNKNOWN"
        name = f"{row['AgentName']} ({row['AgentID']})" if known else "No known agent"
        cells = shown[(name,)]
        assert cells["Resolution rate"] == percent(row["ResolutionRate"])
        assert cells["Low"] == percent(row["ResolutionRateLow95"])
        assert cells["High"] == percent(ratio(row["high"], 1, 4) if row["n"] else None)
        assert cells["Department"] == (row["Department"] or "(none)")
        assert cells["Shift"] == (row["Shift"] or "(none)")
        assert cells["Interactions"] == count(row["TotalInteractions"])
        assert cells["Resolved"] == count(row["ResolvedCount"])
        assert cells["Resolution rate of closed"] == percent(row["ClosedResolutionRate"])
        assert cells["Escalation rate"] == percent(row["EscalationRate"])
        assert cells["Pending rate"] == percent(row["PendingRate"])
        assert cells["Customers served"] == count(row["CustomersServed"])
        assert cells["Rank in department"] == count(row["RankInDepartment"])


def test_departments_are_ratios_of_sums(page: OpenPage, sample_page: Path) -> None:
    page.click("tab", "Agents")
    rows = ask(
        sample_page,
        "SELECT CASE AgentID WHEN 'UNKNOWN' THEN 'No known agent' ELSE "
        "coalesce(Department, '(none)') END AS name, sum(ResolvedCount)::INT AS resolved, "
        "sum(EscalatedCount)::INT AS escalated, sum(PendingCount)::INT AS pending, "
        "sum(TotalInteractions)::INT AS total FROM customer360_gold.AgentKPIs GROUP BY ALL",
    )
    shown = by(page.table("Departments"), "Department")
    assert len(shown) == len(rows) > 3
    for row in rows:
        cells = shown[(row["name"],)]
        assert cells["Interactions"] == count(row["total"])
        assert cells["Resolution rate"] == rate(row["resolved"], row["total"])
        closed = row["resolved"] + row["escalated"]
        assert cells["Resolution rate of closed"] == rate(row["resolved"], closed)
        assert cells["Pending rate"] == rate(row["pending"], row["total"])
        assert cells["Escalation rate"] == rate(row["escalated"], row["total"])
        assert cells["Resolved"] == count(row["resolved"])


def test_the_ledger_its_files_and_reasons(page: OpenPage, sample_page: Path) -> None:
    page.click("tab", "Data quality")
    ledger = by(page.table("Ledger"), "Table")
    rows = ask(
        sample_page,
        "SELECT * EXCLUDE (StartedAt, FinishedAt) FROM customer360_audit.LoadAudit "
        "WHERE Layer = 'silver'",
    )
    assert len(ledger) == len(rows) == 9
    for row in rows:
        cells = ledger[(row["TableName"],)]
        assert cells["Records"] == count(row["RecordsRead"])
        assert cells["Accepted"] == count(row["Accepted"])
        assert cells["Rejected"] == count(row["Rejected"])
        assert cells["Duplicate"] == count(row["Duplicates"])
        assert cells["Conflicting"] == count(row["ConflictingDuplicates"])
        assert cells["Share rejected"] == rate(row["Rejected"], row["RecordsRead"])
        assert cells["Rows"] == count(row["RowsInTable"])
        assert cells["Unknown references"] == count(row["MissingReferences"])
    files = by(page.table("Source files"), "File")
    for row in (found := ask(sample_page, "FROM customer360_audit.LoadFiles")):
        cells = files[(row["Path"],)]
        for head in ("Records", "Accepted", "Rejected", "Duplicates", "Bytes"):
            assert cells[head] == count(row[head]), head
        assert (cells["Table"], cells["Outcome"]) == (row["TableName"], row["Outcome"])
    assert len(files) == len(found)
    reasons = by(page.table("Reasons"), "Table", "Column", "Reason", "What happened")
    counted: dict[tuple[str, ...], int] = defaultdict(int)
    for row in ask(sample_page, "FROM customer360_audit.LoadReasons"):
        counted[row["TableName"], row["ColumnName"], row["Reason"], row["Action"]] += row["Records"]
    assert {key: row["Records"] for key, row in reasons.items()} == {
        key: count(records) for key, records in counted.items()
    }


def test_the_last_runs(browser, publish) -> None:
    world = single_month()
    world.later_runs = [refused("Customers: 40 % of the records are rejected")]
    path = publish(world, "two-runs")
    rows = ask(
        path,
        "SELECT RunID, any_value(BatchID) AS batch, max(a.AsOf) AS day, "
        "epoch(max(FinishedAt)) AS moment, max(Message) AS message, "
        "bool_and(Status = 'SUCCESS') AS well "
        "FROM customer360_audit.LoadAudit a GROUP BY RunID ORDER BY max(FinishedAt) DESC",
    )
    with opened(browser, path) as page:
        page.click("tab", "Data quality")
        shown = page.table("Last runs")
    assert [row["well"] for row in rows] == [False, True]
    assert shown == [
        {
            "Run": row["RunID"],
            "Status": "SUCCESS" if row["well"] else "REFUSED",
            "On this page": "yes" if row["well"] else "no",
            "Batch": row["batch"] or NOTHING,
            "As of": day(row["day"]),
            "Finished": f"{dt.datetime.fromtimestamp(row['moment'], dt.UTC):%-d %b %Y, %H:%M} UTC",
            "Message": row["message"] or NOTHING,
        }
        for row in rows
    ]


def test_charts_draw_the_numbers_of_their_tables(page: OpenPage, sample_page: Path) -> None:
    page.click("tab", "Overview")
    rows = ask(
        sample_page,
        "FROM customer360_gold.AOV WHERE PeriodGrain = 'MONTH' AND DimensionType = 'CHANNEL'",
    )
    expected = {
        f"{month(row['PeriodStart'])}, {CHANNELS[row['Channel']]} Revenue "
        f"{money(row['GrossAmount'])} USD {count(row['OrderCount'])} counted orders"
        for row in rows
    }
    shown = {label.replace("\n", " ").replace("\u00a0", " ") for label in page.labels()}
    assert len(expected) == 24
    assert expected <= shown
