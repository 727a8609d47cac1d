"""The views have the dashboard's grain, gold's own values, and nobody's name."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from c360.contracts.gold import GOLD_CONTRACTS
from c360.dashboard import views
from c360.dashboard.measures import parse_measures
from c360.warehouse.duckdb import DuckDBWarehouse
from tests.dashboard.shown import ask
from tests.dashboard.worlds import World, in_store, interaction, online, sample

PERSONAL = {column.name for each in GOLD_CONTRACTS for column in each.columns if column.pii}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory) -> DuckDBWarehouse:
    return sample().write(tmp_path_factory.mktemp("views") / "warehouse.duckdb")


def rows(warehouse: DuckDBWarehouse, name: str, measures) -> list[dict]:
    (view,) = [each for each in views.views(measures) if each.name == f"dashboard_{name}"]
    return warehouse.query(view.select)


def test_no_view_has_a_column_of_personal_data(measures) -> None:
    assert {"Name", "Email", "Address", "AgentName"} == PERSONAL
    for view in views.views(measures):
        names = {
            each.name for each in sqlglot.parse_one(view.select, "bigquery").find_all(exp.Column)
        }
        assert not PERSONAL & (names | set(view.column_names)), view.name


def test_no_view_divides_sums(measures) -> None:
    for view in views.views(measures):
        for ratio in sqlglot.parse_one(view.select, "bigquery").find_all(exp.Div):
            assert not list(ratio.find_all(exp.AggFunc)), view.name


def test_every_view_has_the_columns_it_says_and_a_meaning_for_each(warehouse, measures) -> None:
    for view in views.views(measures):
        (first, *_) = warehouse.query(view.select)
        assert tuple(first) == view.column_names
        assert all(column.description for column in view.columns)


def test_order_value_is_gold_by_month(warehouse, measures) -> None:
    page = Path(warehouse.path)
    found = rows(warehouse, "order_value", measures)
    gold = ask(page, "FROM customer360_gold.AOV WHERE PeriodGrain = 'MONTH'")
    assert len(found) == len(gold) > 700
    key = ("PeriodStart", "DimensionType", "DimensionKey", "Channel")
    by_key = {tuple(row[name] for name in key): row for row in gold}
    for row in found:
        assert row.items() <= by_key[tuple(row[name] for name in key)].items()


def test_months_begin_where_they_are_asked_to(warehouse) -> None:
    since = dt.date(2025, 11, 1)
    found = warehouse.query(views.recent_order_value(), {"since": since})
    assert {row["PeriodStart"] for row in found} == {since, dt.date(2025, 12, 1)}


def test_the_last_order_is_the_last_that_counts_of_anyone(tmp_path) -> None:
    failed = online(1, "2025-03-09 10:00", "5.00") | {"Status": "Failed"}
    nobody = in_store(2, "2025-03-07 10:00", "5.00", customer=7)
    known = in_store(3, "2025-03-06 10:00", "5.00")
    sources = {"OnlineTransactions": [failed], "InStoreTransactions": [known, nobody]}
    world = World({"Customers": [{"CustomerID": 1}], **sources}, as_of=dt.date(2025, 4, 1))
    warehouse = world.write(tmp_path / "w.duckdb")
    assert warehouse.query(views.last_order()) == [{"LastOrderDate": dt.date(2025, 3, 7)}]
    empty = World().write(tmp_path / "empty.duckdb")
    assert empty.query(views.last_order()) == [{"LastOrderDate": None}]


def test_segments_add_up_customers_without_the_row_of_nobody(warehouse, measures) -> None:
    found = rows(warehouse, "segments", measures)
    sums: dict[str, list] = defaultdict(lambda: [0, 0, Decimal(0), 0])
    for row in ask(Path(warehouse.path), "FROM customer360_gold.CustomerSegments"):
        known = row["CustomerID"] != "UNKNOWN"
        part = (known, known and row["OrderCount"] > 0, row["TotalSpend"], row["OrderCount"])
        sums[row["Segment"]] = [a + b for a, b in zip(sums[row["Segment"]], part, strict=True)]
    seen: dict[str, list] = defaultdict(lambda: [0, 0, Decimal(0), 0])
    for row in found:
        part = (row["Customers"], row["Buyers"], row["TotalSpend"], row["OrderCount"])
        seen[row["Segment"]] = [a + b for a, b in zip(seen[row["Segment"]], part, strict=True)]
    assert dict(seen) == dict(sums)
    assert seen["Unknown"][:2] == [0, 0]


def test_the_upper_bound_belongs_to_gold_s_lower_bound(tmp_path, measures) -> None:
    service = [
        interaction(1000 * agent + n, agent, "Resolved" if n < agent % 12 else "Escalated")
        for agent in range(1, 60)
        for n in range(1 + agent % 23)
    ]
    world = World(
        {
            "Agents": [{"AgentID": n} for n in range(1, 61)],
            "CustomerServiceInteractions": service,
        }
    )
    found = rows(world.write(tmp_path / "w.duckdb"), "agents", measures)
    for row in found:
        if row[views.HIGH] is not None:
            row[views.HIGH] = Decimal(str(row[views.HIGH]))
    judged = [row for row in found if row["TotalInteractions"]]
    assert len(judged) == 59
    assert [row[views.HIGH] for row in found if not row["TotalInteractions"]] == [None]
    mirrored = {}
    for row in judged:  # the bound of a rate is the mirror image of that of its opposite
        n, k = row["TotalInteractions"], row["ResolvedCount"]
        mirrored[n, k] = row["ResolutionRateLow95"]
        assert row["ResolutionRateLow95"] <= row["ResolutionRate"] <= row[views.HIGH] <= 1
    pairs = [
        (row[views.HIGH], 1 - mirrored[n, n - k])
        for row in judged
        for n, k in [(row["TotalInteractions"], row["ResolvedCount"])]
        if (n, n - k) in mirrored
    ]
    assert len(pairs) > 10
    assert all(abs(high - low) <= Decimal("0.0001") for high, low in pairs)


def test_the_ledger_is_that_of_the_published_run_only(tmp_path, measures) -> None:
    world = sample()
    world.later_runs = [
        {"RunID": "r2", "Layer": "silver", "TableName": "Stores", "Status": "FAILED"}
    ]
    found = rows(world.write(tmp_path / "w.duckdb"), "ledger", measures)
    assert len(found) == 14
    assert {row["Status"] for row in found} == {"SUCCESS"}


def test_a_word_of_a_measure_cannot_leave_its_quotes(warehouse) -> None:
    word = "x') OR TRUE --\\'"
    text = (
        "version: 1\nmeasures:\n  N: {table: CustomerSegments, title: T, numerator: rows, "
        f'but_for: {{Segment: ["{word.replace(chr(92), chr(92) * 2)}"]}}, format: count, '
        "description: D.}"
    )
    found = rows(warehouse, "segments", parse_measures(text, "m.yaml"))
    (total,) = ask(
        Path(warehouse.path), "SELECT count(*) AS n FROM customer360_gold.CustomerSegments"
    )
    assert sum(row["N"] for row in found) == total["n"]
