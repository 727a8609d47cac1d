"""Axes are read as they are meant: months in their order, whole counts, and a unit on each."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.dashboard.browsing import PHONE, OpenPage, opened
from tests.dashboard.worlds import World, in_store, online

STORES = [{"StoreID": 1, "Location": "Oslo"}, {"StoreID": 2, "Location": "Bergen"}]


def axis(figure: Any, where: str) -> str:
    """What the horizontal (X) or vertical (Y) axis of a figure says to screen readers."""
    (said,) = {
        label
        for label in figure.locator('[aria-roledescription="axis"]').evaluate_all(
            "all => all.map(axis => axis.getAttribute('aria-label'))"
        )
        if label.startswith(f"{where}-axis")
    }
    return said


def ticks(figure: Any, where: str) -> list[str]:
    """The labels of the ticks of one axis, as they are drawn."""
    group = figure.locator(f'[aria-roledescription="axis"][aria-label^="{where}-axis"]')
    texts = group.locator(".role-axis-label text").all_text_contents()
    return [text.replace("\u2212", "-") for text in texts if text]


def figure(page: OpenPage, title: str) -> Any:
    return page.shown().locator("section.card", has=page.page.locator(f'h3:text-is("{title}")'))


def late_and_early() -> World:
    """Most orders are of Oslo, which opened in March; Bergen sold from January on, not in April."""
    oslo = [in_store(n, f"2025-0{3 + n % 3}-10 12:00", "40.00", store=1) for n in range(18)]
    bergen = [in_store(100 + n, f"2025-0{n}-10 12:00", "90.00", store=2) for n in (1, 2, 3, 5)]
    return World({"Stores": STORES, "InStoreTransactions": [*oslo, *bergen]})


@pytest.fixture(scope="module")
def late_page(publish):
    return publish(late_and_early(), "late")


def test_months_stand_in_their_order_whoever_sold_first(browser, late_page) -> None:
    with opened(browser, late_page, "orders") as page:
        trend = figure(page, "Average order value by location and month")
        assert ticks(trend, "X") == ["Jan 2025", "Feb 2025", "Mar 2025", "Apr 2025", "May 2025"]


def test_a_month_without_an_order_parts_the_line(browser, late_page) -> None:
    with opened(browser, late_page, "orders") as page:
        page.choose("Lines", "Bergen")
        trend = figure(page, "Average order value by location and month")
        assert len(ticks(trend, "X")) == 5
        (line,) = trend.locator(".mark-line path").all()
        drawn = line.get_attribute("d") or ""
        assert len(re.findall("M", drawn)) == 2, drawn
        assert sum("Bergen" in label for label in page.labels() if "2025" in label) == 4


def test_counts_have_whole_ticks_and_amounts_below_one_are_no_thousandths(browser, publish) -> None:
    few = World({"OnlineTransactions": [online(1, "2025-03-03 17:00", "0.90")]})
    with opened(browser, publish(few, "few")) as page:
        revenue = ticks(figure(page, "Revenue by month"), "Y")
        assert revenue[0] == "0"
        assert all(0 <= float(tick) <= 1 for tick in revenue)
        page.click("tab", "Peak times")
        assert ticks(figure(page, "Online: by hour"), "Y") == ["0", "1"]


def test_every_axis_of_a_number_says_what_it_measures_and_in_which_unit(
    browser, sample_page
) -> None:
    titles = {
        "Overview": {
            "Revenue by month": "Revenue (USD)",
            "Average order value by month": "Average order value (USD)",
        },
        "Order value": {
            "Change of average order value by location": "Change (USD)",
            "Average order value by location and month": "Average order value (USD)",
        },
        "Customers": {"Spend by segment": "Spend (USD)"},
        "Peak times": {"Online: by hour": "Orders placed", "In store: by weekday": "Orders placed"},
        "Agents": {
            "Resolution rate by agent": "Resolution rate",
            "Work load by department": "Interactions",
        },
        "Data quality": {"Why records were rejected": "Reasons of rejection"},
    }
    with opened(browser, sample_page) as page:
        for part, found in titles.items():
            page.click("tab", part)
            for title, said in found.items():
                drawn = figure(page, title).locator(".role-axis-title text").all_text_contents()
                assert drawn == [said], title
        page.click("tab", "Customers")
        page.choose("Measure", "Customers")
        drawn = figure(page, "Customers by segment").locator(".role-axis-title text")
        assert drawn.all_text_contents() == ["Customers"]


def test_a_map_says_what_its_strongest_colour_stands_for(browser, sample_page) -> None:
    with opened(browser, sample_page, "peaks") as page:
        for measure in ("Orders placed", "Revenue"):
            page.choose("Measure", measure)
            title = f"Online: {measure.lower()} by weekday and hour"
            head = measure + (" (USD)" if measure == "Revenue" else "")
            cells = [row[head] for row in page.table("Online: orders by weekday and hour")]
            most = max(cells, key=lambda text: float(text.replace(",", "")))
            meaning = figure(page, title).locator(".means").inner_text().replace("\u00a0", " ")
            assert re.search(rf"the more, up to {most}( USD)?;", meaning)


def test_parts_lie_on_each_other_in_the_order_of_the_legend(browser, sample_page) -> None:
    with opened(browser, sample_page, "agents") as page:
        load = figure(page, "Work load by department")
        (legend,) = load.locator('[aria-roledescription="legend"]').all()
        assert "Resolved, Escalated, Pending, Other" in (legend.get_attribute("aria-label") or "")
        left = {}
        for mark in load.locator('[aria-roledescription="bar"]').all():
            label, box = mark.get_attribute("aria-label") or "", mark.bounding_box()
            if "Returns" in label and box is not None:
                left[label.split("\n")[1].split(":")[0]] = box["x"]
        assert sorted(left, key=left.get) == ["Resolved", "Escalated", "Pending", "Other"]


def test_on_a_phone_every_department_and_every_line_is_named_in_full(browser, sample_page) -> None:
    with opened(browser, sample_page, "agents", viewport=PHONE) as page:
        named = ticks(figure(page, "Work load by department"), "Y")
        assert len(named) == 5
        assert not any("\u2026" in name for name in named)
        page.click("tab", "Customers")
        segments = ticks(figure(page, "Spend by segment"), "Y")
        assert "High-Value Customer" in {name.strip("\u2068\u2069") for name in segments}
        page.click("tab", "Order value")
        trend = figure(page, "Average order value by location and month")
        edge = trend.locator(".chart").bounding_box()
        names = trend.locator(".role-legend-label text").all()
        assert len(names) == 5
        for name in names:
            box = name.bounding_box()
            assert box is not None
            assert edge is not None
            assert box["x"] + box["width"] <= edge["x"] + edge["width"]
