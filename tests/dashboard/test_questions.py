"""D4: five questions of an analyst, each answered within two clicks, and as SQL answers them."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dashboard.browsing import OpenPage, opened

MOST_CLICKS = 2
OPENED = dt.datetime(2026, 1, 1, 9, 0, tzinfo=dt.UTC)  # the day after the last order


def ask(page: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(page.with_name("warehouse.duckdb")), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def money(value: Decimal) -> str:
    return f"{value:,.2f} USD"


@pytest.fixture
def page(browser, sample_page):
    with opened(browser, sample_page, at=OPENED) as found:
        yield found
        assert found.clicks <= MOST_CLICKS


def test_which_locations_average_order_fell_most(page: OpenPage, sample_page: Path) -> None:
    page.click("tab", "Order value")

    ((key, before, now, orders_before, orders),) = ask(
        sample_page,
        """
        WITH windows AS (
          SELECT DimensionKey AS k, PeriodStart >= '2025-10-01' AS late,
                 sum(GrossAmount) AS amount, sum(OrderCount)::INT AS n
          FROM customer360_gold.AOV
          WHERE PeriodGrain = 'MONTH' AND DimensionType = 'LOCATION'
            AND PeriodStart >= '2025-07-01' AND DimensionKey NOT IN ('ONLINE', 'UNKNOWN')
          GROUP BY ALL)
        SELECT a.k, b.amount / b.n, a.amount / a.n, b.n, a.n
        FROM windows AS a JOIN windows AS b ON a.k = b.k AND a.late AND NOT b.late
        WHERE a.n >= 5 AND b.n >= 5
        ORDER BY round(a.amount / a.n, 2) - round(b.amount / b.n, 2) LIMIT 1
        """,
    )
    cents = [Decimal(str(each)).quantize(Decimal("0.01"), ROUND_HALF_UP) for each in (before, now)]
    assert (
        f"The location whose average order fell most: {key}, from {money(cents[0])} to "
        f"{money(cents[1])}" in page.answer()
    )
    assert f"on {orders_before} orders and then {orders} orders" in page.answer()


@pytest.mark.parametrize(("channel", "name"), [("InStore", "In store"), ("Online", "Online")])
def test_which_hour_to_staff(page: OpenPage, sample_page: Path, channel: str, name: str) -> None:
    page.click("tab", "Peak times")
    page.choose("Channel", name)

    rows = ask(
        sample_page,
        "SELECT DayName || ' ' || lpad(HourOfDay::VARCHAR, 2, '0') || ':00', TransactionCount "
        f"FROM customer360_gold.PeakTimes WHERE Channel = '{channel}' AND TransactionCount = "
        "(SELECT max(TransactionCount) FROM customer360_gold.PeakTimes WHERE Channel = "
        f"'{channel}') ORDER BY DayOfWeek, HourOfDay",
    )
    assert page.answer().startswith(f"{name}: busiest {', '.join(when for when, _ in rows)}")
    assert f"with {rows[0][1]} orders placed" in page.answer()
    following = ask(
        sample_page,
        "SELECT DayName || ' ' || lpad(HourOfDay::VARCHAR, 2, '0') || ':00', TransactionCount "
        f"FROM customer360_gold.PeakTimes WHERE Channel = '{channel}' AND CellRank = "
        f"{len(rows) + 1} ORDER BY DayOfWeek, HourOfDay",
    )
    assert following
    hours = ", ".join(when for when, _ in following)
    assert f" Next: {hours}, with {following[0][1]}." in page.answer()


def test_which_segment_earns_most(page: OpenPage, sample_page: Path) -> None:
    page.click("tab", "Customers")

    ((segment, spend, customers, orders),) = ask(
        sample_page,
        "SELECT Segment, sum(TotalSpend), count(*), sum(OrderCount)::INT "
        "FROM customer360_gold.CustomerSegments WHERE Segment <> 'Unknown' "
        "GROUP BY ALL ORDER BY 2 DESC LIMIT 1",
    )
    assert f"The segment that earns most: {segment}, with {money(spend)}" in page.answer()
    assert f"from {customers} customers and {orders} orders." in page.answer()


def test_which_agents_need_help_and_is_that_signal_or_noise(
    page: OpenPage, sample_page: Path
) -> None:
    page.click("tab", "Agents")

    agents = ask(
        sample_page,
        """
        WITH known AS (
          SELECT *, ResolvedCount / TotalInteractions AS p, 1.959964 AS z,
                 (SELECT sum(ResolvedCount) / sum(TotalInteractions)
                  FROM customer360_gold.AgentKPIs WHERE AgentID <> 'UNKNOWN') AS overall
          FROM customer360_gold.AgentKPIs WHERE MeetsMinimum)
        SELECT AgentName || ' (' || AgentID || ')', p < overall,
               (p + z*z/(2*TotalInteractions)
                + z * sqrt((p*(1-p) + z*z/(4*TotalInteractions)) / TotalInteractions))
               / (1 + z*z/TotalInteractions) < overall
        FROM known
        """,
    )
    signal = [name for name, _, clearly in agents if clearly]
    noise = [name for name, low, clearly in agents if low and not clearly]
    assert signal, "the sample has an agent whose rate is no chance"
    assert f"Signal: {len(signal)} agent" in page.answer()
    assert all(name in page.answer() for name in signal)
    assert f"Noise: {len(noise)} more agents lie below it" in page.answer()
    assert f"Of {len(agents)} agents judged" in page.answer()


def test_can_i_trust_todays_numbers(page: OpenPage, sample_page: Path) -> None:
    ((batches, published),) = ask(
        sample_page,
        "SELECT count(DISTINCT BatchID), max(BatchID) FROM (SELECT BatchID FROM "
        "customer360_gold.AOV UNION ALL SELECT BatchID FROM customer360_gold.PeakTimes "
        "UNION ALL SELECT BatchID FROM customer360_gold.CustomerSegments UNION ALL SELECT "
        "BatchID FROM customer360_gold.AgentKPIs UNION ALL SELECT BatchID FROM "
        "customer360_gold.Customer360)",
    )
    ((records, accepted, rejected, duplicates),) = ask(
        sample_page,
        "SELECT sum(RecordsRead), sum(Accepted), sum(Rejected), sum(Duplicates) FROM "
        "customer360_audit.LoadAudit WHERE Layer = 'silver'",
    )
    assert (batches, records) == (1, accepted + rejected + duplicates)
    assert page.answer().startswith("These numbers can be trusted")

    page.click("tab", "Data quality")

    verdicts = page.shown().locator(".verdicts").inner_text()
    assert f"All gold tables carry batch {published}" in verdicts
    assert (
        f"{records:,} records = {accepted:,} accepted + {rejected} rejected + {duplicates} "
        "duplicate" in verdicts
    )
