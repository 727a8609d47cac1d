"""A row of order value is one key of gold, and says why it is not compared."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.dashboard.browsing import OpenPage, labels_of, opened
from tests.dashboard.worlds import Row, World, in_store

BY_PERIOD = "Average order value by key and period"
TAKEN = ["Unknown", "(unknown)", "All others together"]  # by keys that are no place of their own


def same_texts() -> World:
    """Locations spelled like what the page calls other keys, beside a store that nobody knows."""
    stores = dict(enumerate(TAKEN, 1))
    return World(
        {
            "Stores": [{"StoreID": n, "Location": name} for n, name in stores.items()],
            "InStoreTransactions": [
                in_store(100 * n + 10 * m + k, f"2025-0{m}-03 1{k}:00", f"{n * m}.00", store=n)
                for n in (*stores, 9)
                for m in (1, 2)
                for k in range(5)
            ],
        }
    )


@pytest.fixture(scope="module")
def same_page(publish) -> Path:
    return publish(same_texts(), "same-texts")


def choices(page: OpenPage, label: str) -> list[tuple[str, str]]:
    """What a filter offers: the value and the text of each option."""
    options = page.shown().get_by_label(label, exact=True).locator("option")
    return options.evaluate_all("all => all.map(each => [each.value, each.textContent])")


def test_keys_that_read_alike_stay_apart(browser, same_page) -> None:
    with opened(browser, same_page, "orders") as page:
        page.choose("Period", "Last month")
        rows = page.table(BY_PERIOD)
        assert sorted((row["Key"], row["Average order value (USD)"]) for row in rows) == [
            ("(unknown)", "18.00"),
            ("(unknown)", "4.00"),
            ("All others together", "6.00"),
            ("Unknown", "2.00"),
        ]
        compared = {row["Average order value (USD)"]: row["Compared"] for row in rows}
        assert compared.pop("18.00") == "stands for several"
        assert set(compared.values()) == {"yes"}
        assert len([label for label in page.labels() if "\u2192" in label]) == len(TAKEN)
        assert len(page.table("Average order value by key and month")) == 2 * len(rows)


def test_each_of_two_keys_that_read_alike_can_be_drawn(browser, same_page) -> None:
    with opened(browser, same_page, "orders") as page:
        alike = [value for value, text in choices(page, "Lines") if text == "(unknown)"]
        drawn = set()
        for value in alike:
            page.shown().get_by_label("Lines", exact=True).select_option(value=value)
            page.drawn()
            lines = (
                page.shown().locator("section.card").last.locator("[aria-roledescription=point]")
            )
            drawn.add(tuple(sorted(label.split("\n")[1] for label in labels_of(lines))))
        assert {len(labels) for labels in drawn} == {2}
        assert len(drawn) == len(alike) == 2


def test_the_lines_with_most_orders_are_of_single_keys_first(browser, publish) -> None:
    world = stays_and_goes((1, 2))
    world.silver["InStoreTransactions"] += [
        in_store(n, f"2025-01-{1 + n % 28:02} 12:00", "1.00", store=9) for n in range(40)
    ]
    with opened(browser, publish(world, "many-unknown"), "orders") as page:
        legend = page.shown().locator("section.card").last.locator(".role-legend-label text")
        texts = [text.strip("\u2068\u2069") for text in legend.all_text_contents()]
        assert texts == ["Always", "Came", "Went", "(unknown)"]


def test_lines_of_keys_that_read_alike_are_two(browser, same_page) -> None:
    with opened(browser, same_page, "orders") as page:
        legend = page.shown().locator("section.card").last.locator(".role-legend-label text")
        texts = [text.strip("\u2068\u2069") for text in legend.all_text_contents()]
        assert sorted(texts) == ["(unknown)", "(unknown) (2)", "All others together", "Unknown"]


def compared(browser, path: Path, period: str) -> dict[str, str]:
    """Why each location is compared or not."""
    with opened(browser, path, "orders") as page:
        page.choose("Period", period)
        return {row["Key"]: row["Compared"] for row in page.table(BY_PERIOD)}


def stays_and_goes(months: Sequence[int]) -> World:
    """One location of every month, one of the first alone, one of the last alone."""
    stores = {1: ("Always", months), 2: ("Went", months[:1]), 3: ("Came", months[-1:])}
    orders: list[Row] = [
        in_store(1000 * n + 10 * month + k, f"2025-{month:02}-28 1{k}:00", "5.00", store=n)
        for n, (_, found) in stores.items()
        for month in found
        for k in range(5)
    ]
    return World(
        {
            "Stores": [{"StoreID": n, "Location": name} for n, (name, _) in stores.items()],
            "InStoreTransactions": orders,
        }
    )


def test_why_a_key_is_not_compared(browser, publish) -> None:
    path = publish(stays_and_goes((1, 2)), "went-and-came")
    assert compared(browser, path, "Last month") == {
        "Always": "yes",
        "Went": "no order in this period",
        "Came": "no earlier order",
    }
    for period in ("All months", "Last 6 months"):
        names = ("Always", "Went", "Came")
        assert compared(browser, path, period) == dict.fromkeys(names, "no period before")


def test_a_relative_change_is_the_fraction_that_its_head_says(browser, same_page) -> None:
    with opened(browser, same_page, "orders") as page:
        page.choose("Period", "Last month")
        head, *rows = page.exported(BY_PERIOD)
        assert [name for name in head if "%" in name] == []
        assert {row[head.index("Relative change")] for row in rows} == {"1.0000"}
