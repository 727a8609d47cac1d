"""D3: little or nothing was published, and the page still says what is so."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from unittest import mock

import pytest

from c360.dashboard.build import build_page
from c360.warehouse.duckdb import DuckDBWarehouse
from tests.dashboard.browsing import OpenPage, opened
from tests.dashboard.worlds import POLICY, World, in_store, online, refused, single_month

PARTS = ["Overview", "Order value", "Customers", "Peak times", "Agents", "Data quality"]


def require_no_blank_chart(page: OpenPage) -> None:
    """Each part has something to read; each chart has marks, or says why it has none."""
    for part in PARTS:
        page.click("tab", part)
        assert len(page.shown().inner_text()) > 100, part
        for card in page.shown().locator("section.card:visible").all():
            chart, hole = card.locator(".chart"), card.locator(".empty")
            if not chart.count():
                continue
            if hole.is_visible():
                assert len(hole.inner_text()) > 15
                assert not chart.is_visible()
            else:
                assert card.locator('[role="graphics-symbol"]').count() > 2
        assert "NaN" not in page.shown().inner_text()
        assert "undefined" not in page.shown().inner_text()
        assert "Infinity" not in page.shown().inner_text()


def test_a_warehouse_that_was_never_published_to(browser, tmp_path, measures, library) -> None:
    out = tmp_path / "page.html"
    with mock.patch("vl_convert.javascript_bundle", return_value=library):
        build_page(
            DuckDBWarehouse(tmp_path / "none.duckdb", lock_timeout=5), POLICY, measures, out, {}
        )
    assert not (tmp_path / "none.duckdb").exists()
    with opened(browser, out) as page:
        assert "No numbers yet. Next: c360 run, and then c360 dashboard again." in page.answer()
        assert page.page.locator("#stamp").inner_text() == "Nothing published yet"
        require_no_blank_chart(page)


def test_only_a_refused_run(browser, tmp_path, measures, library, publish) -> None:
    world = World(later_runs=[refused("Customers: 40 % of the records are rejected")])
    warehouse = world.write(tmp_path / "w.duckdb")
    head = dataclasses.replace(warehouse.read_head(), epoch=0, run_id=None, batch_id=None)
    out = tmp_path / "page.html"
    with (
        mock.patch("vl_convert.javascript_bundle", return_value=library),
        mock.patch.object(DuckDBWarehouse, "read_head", return_value=head),
    ):
        build_page(warehouse, POLICY, measures, out, {})
    with opened(browser, out) as page:
        assert "40 % of the records are rejected" in page.answer()
        require_no_blank_chart(page)


def test_tables_without_a_row(browser, publish) -> None:
    with opened(browser, publish(World(), "no-rows", with_customers=True)) as page:
        for part, words in {
            "Order value": "There is no order yet.",
            "Customers": "There is no customer in this choice.",
            "Peak times": "no transaction yet, so there is no busiest hour",
            "Agents": "There is no agent in this choice.",
        }.items():
            page.click("tab", part)
            assert words in page.answer()
        require_no_blank_chart(page)
        page.click("tab", "Customer look-up")
        assert "There is no customer yet." in page.shown().inner_text()


def test_a_single_month_has_nothing_to_compare_with(browser, publish) -> None:
    with opened(browser, publish(single_month(), "one-month")) as page:
        require_no_blank_chart(page)
        page.click("tab", "Order value")
        assert "There is 1 month of orders, too few to compare" in page.answer()
        assert "Mar 2025 is not whole: counted orders reach to 7 Mar 2025." in page.answer()
        page.choose("Period", "All months")
        assert "All months have no period before them" in page.answer()
        assert "All locations together, everything up to 7 Mar 2025: 4.50 USD" in page.answer()
        (row,) = page.table("Average order value by key and period")
        assert (row["Key"], row["Average order value (USD)"]) == ("Oslo", "4.50")
        assert row["Change (USD)"] == "\u2013"


def test_no_agent_with_enough_interactions_is_judged(browser, publish) -> None:
    with opened(browser, publish(single_month(), "few-interactions")) as page:
        page.click("tab", "Agents")
        assert "None of 1 agent has 5 interactions or more, so none can be judged" in page.answer()
        (row,) = page.table("Agents")
        assert (row["Against all"], row["Interactions"]) == ("too few to judge", "4")
        assert page.page.locator("#part-agents .empty").first.is_visible()


def test_missing_locations_products_and_customers_are_unknown(browser, publish) -> None:
    orders = [in_store(n, f"2025-0{1 + n % 2}-03 17:00", "10.00", store=9) for n in range(12)]
    bought = [online(n, f"2025-0{1 + n % 2}-04 20:00", "5.00", product=9) for n in range(12)]
    world = World({"InStoreTransactions": orders, "OnlineTransactions": bought})
    with opened(browser, publish(world, "unknown")) as page:
        require_no_blank_chart(page)
        page.click("tab", "Order value")
        page.choose("Period", "Last month")
        assert "Nothing to compare: no key has 5 counted orders" in page.answer()
        rows = {row["Key"]: row for row in page.table("Average order value by key and period")}
        assert rows["(unknown)"]["Revenue (USD)"] == "60.00"
        assert rows["(unknown)"]["Compared"] == "stands for several"
        page.click("tab", "Customers")
        assert "180.00 USD (100.00 % of 180.00 USD)" not in page.answer()
        page.click("tab", "Data quality")
        assert "100.00 % of revenue (180.00 USD) belong to no known customer" in (
            page.shown().inner_text().replace("\u00a0", " ")
        )


def test_hours_that_tie_are_all_named(browser, publish) -> None:
    orders = [
        in_store(n, f"2025-03-{n:02} {h:02}:00", "10.00") for n, h in ((3, 9), (5, 17), (6, 17))
    ]
    with opened(browser, publish(World({"InStoreTransactions": orders}), "ties")) as page:
        page.click("tab", "Peak times")
        assert (
            "In store: busiest Monday 09:00, Wednesday 17:00, Thursday 17:00 (3 hours tie), "
            "with 1 order placed each." in page.answer()
        )
        labels = page.labels()
        assert sum("rank 1" in label for label in labels) == 3


def test_a_month_without_any_order_is_shown_as_one_without(browser, publish) -> None:
    orders = [in_store(1, "2025-01-03 17:00", "10.00"), in_store(2, "2025-03-03 17:00", "30.00")]
    with opened(browser, publish(World({"InStoreTransactions": orders}), "gap")) as page:
        rows = page.table("Revenue and orders by month and channel")
        assert [(row["Month"], row["Revenue (USD)"]) for row in rows] == [
            ("Jan 2025", "10.00"),
            ("Feb 2025", "0.00"),
            ("Mar 2025 (part)", "30.00"),
        ]
        assert rows[1]["Average order value (USD)"] == "\u2013"


def test_a_cut_of_the_months_is_said_where_there_is_one(browser, publish) -> None:
    days = [f"20{year:02}-{month:02}-28 12:00" for year in range(22, 26) for month in range(1, 13)]
    orders = [in_store(n, when, f"{n}.00") for n, when in enumerate(days, 1)]
    for count, note in ((48, "The last 36 months."), (36, None)):
        world = World({"InStoreTransactions": orders[-count:]})
        with opened(browser, publish(world, f"months-{count}")) as page:
            page.choose("Channel", "In store")  # what is said outlives a change of filter
            assert len(page.table("Revenue and orders by month and channel")) == 36
            said = page.shown().locator("section.card .means").all_inner_texts()
            page.click("tab", "Order value")
            page.choose("Period", "All months")
            average = sum(range(49 - count, 49)) / count
            assert f"everything up to 28 Dec 2025: {average:.2f} USD" in page.answer()
            said += page.shown().locator("section.card .means").all_inner_texts()[1:]
            assert len(said) == 3
            assert [("The last" in each, bool(note) and note in each) for each in said] == [
                (bool(note), bool(note))
            ] * 3


@pytest.mark.parametrize("as_of", [None, "2025-04-15"])
@pytest.mark.parametrize(("last", "months"), [(31, {"Mar 2025"}), (7, {"Mar 2025 (part)"})])
def test_a_month_is_whole_once_orders_reach_its_end(browser, publish, as_of, last, months) -> None:
    world = single_month()
    world.as_of = as_of and dt.date.fromisoformat(as_of)
    world.silver["InStoreTransactions"].append(in_store(99, f"2025-03-{last:02} 18:00", "1.00"))
    with opened(browser, publish(world, f"until-{last}")) as page:
        rows = page.table("Revenue and orders by month and channel")
        assert {row["Month"] for row in rows} == months


def test_the_folder_of_a_page_has_the_page_only(publish) -> None:
    page: Path = publish(single_month(), "alone")
    assert sorted(each.name for each in page.parent.iterdir()) == ["page.html", "warehouse.duckdb"]
