"""Can the numbers be trusted, and are they of today: the page says what it knows, and no more."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.dashboard.browsing import OpenPage, opened
from tests.dashboard.worlds import World, online, refused, single_month

AHEAD = dt.date(2990, 1, 1)  # an --as-of that no clock of a test has reached
NEXT_DAY = dt.datetime(2025, 3, 8, 9, 0, tzinfo=dt.UTC)  # after the last order of `single_month`


def verdict(page: OpenPage, words: str) -> tuple[str, str]:
    """The badge and the text of the verdict that has these words."""
    page.click("tab", "Data quality")
    (said,) = page.shown().locator(".verdicts li", has_text=words).all()
    badge, text = said.locator("span").all_inner_texts()
    return badge, text.replace("\u00a0", " ")


def test_a_fresh_sound_publication_can_be_trusted(browser, publish) -> None:
    with opened(browser, publish(single_month(), "sound"), at=NEXT_DAY) as page:
        assert page.answer().startswith("These numbers can be trusted")
        assert "The last counted order is of 7 Mar 2025. As of 7 Mar 2025; " in page.answer()
        assert verdict(page, "batch")[0] == "Holds"
        assert verdict(page, "the same revenue") == (
            "Holds",
            "Orders, customers and peak times have the same revenue: 31.50 USD.",
        )


@pytest.mark.parametrize(("days", "fresh"), [(-2, False), (-1, True), (0, True), (31, True)])
def test_how_far_orders_may_lie_from_the_day_on_which_the_page_is_opened(
    browser, publish, days, fresh
) -> None:
    opening = dt.datetime(2025, 3, 7, 12, 0, tzinfo=dt.UTC) + dt.timedelta(days=days)
    with opened(browser, publish(single_month(), f"days{days}"), at=opening) as page:
        assert ("can be trusted" in page.answer()) == fresh
        badge, text = verdict(page, "As of")
        assert badge == ("Holds" if fresh else "Note")
        assert ("2 days after you opened this page" in text) == (days == -2)


def test_numbers_of_long_ago_are_not_called_today_s(browser, publish) -> None:
    opening = NEXT_DAY + dt.timedelta(days=40)
    with opened(browser, publish(single_month(), "old"), at=opening) as page:
        assert page.answer().startswith(
            "These numbers belong together, but are not today\u2019s. "
            "The last counted order is of 7 Mar 2025, 41 days before you opened this page."
        )
        assert "trusted" not in page.answer()


def test_a_later_refused_run_is_said_beside_the_numbers(browser, publish) -> None:
    world = single_month()
    world.later_runs = [refused("Stores: no file.")]
    with opened(browser, publish(world, "refused-later"), at=NEXT_DAY) as page:
        told = "was refused: Stores: no file. What you see is the publication before it."
        assert page.answer().startswith("These numbers belong together, but are not today\u2019s.")
        assert told in page.answer()
        assert told in verdict(page, "was refused")[1]


def test_gold_of_another_batch_is_not_to_be_trusted(browser, publish) -> None:
    world = single_month()
    world.batch = "c" * 16
    with opened(browser, publish(world, "mixed")) as page:
        assert page.answer().startswith("Do not use these numbers yet.")
        assert "carry another batch than the published one" in page.answer()


def test_a_ledger_that_does_not_close_is_not_to_be_trusted(browser, publish) -> None:
    world = single_month()
    figures = {"RecordsRead": 9, "Accepted": 7, "Rejected": 1, "Duplicates": 0}
    world.load_audit = [{"TableName": "Stores", "MissingReferences": 0, **figures}]
    with opened(browser, publish(world, "open-ledger")) as page:
        assert page.answer().startswith("Do not use these numbers yet.")
        assert "The ledger of Stores does not close." in page.answer()


def test_without_a_ledger_no_record_is_called_accounted_for(browser, publish) -> None:
    world = single_month()
    world.load_audit = []
    with opened(browser, publish(world, "no-ledger"), at=NEXT_DAY) as page:
        assert page.answer().startswith("Do not use these numbers yet. The audit has no ledger")


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            "DELETE FROM customer360_gold.AgentKPIs",
            "AgentKPIs have not as many rows as the run wrote",
        ),
        (
            "UPDATE customer360_gold.CustomerSegments SET TotalSpend = TotalSpend + 1",
            "Revenue is not the same in all tables: AOV 31.50 USD, CustomerSegments 32.50 USD, "
            "PeakTimes 31.50 USD. Compare with c360 verify.",
        ),
    ],
)
def test_gold_that_somebody_changed_is_not_to_be_trusted(browser, publish, statement, told) -> None:
    world = single_month()
    world.meddling = (statement,)
    with opened(browser, publish(world, "meddled"), at=NEXT_DAY) as page:
        assert page.answer().replace("\u00a0", " ").startswith("Do not use these numbers yet.")
        assert told in page.answer().replace("\u00a0", " ")


def test_orders_that_end_before_as_of_are_not_fresh(browser, publish) -> None:
    world = single_month()
    world.as_of = AHEAD
    with opened(browser, publish(world, "ahead")) as page:
        assert "not today\u2019s. The last counted order is of 7 Mar 2025, " in page.answer()
        (month,) = page.table("Revenue and orders by month and channel")
        assert month["Month"] == "Mar 2025 (part)"
        badge, text = verdict(page, "As of")
        assert badge == "Note"
        assert "As of 1 Jan 2990; published" in text


def test_no_counted_order_is_nothing_fresh(browser, publish) -> None:
    world = World({"OnlineTransactions": [online(1, "2025-03-03 17:00", "9.00")]}, as_of=AHEAD)
    world.silver["OnlineTransactions"][0] |= {"Status": "Failed"}
    world.load_audit = single_month().load_audit
    with opened(browser, publish(world, "none-counts")) as page:
        assert "There is no counted order. As of 1 Jan 2990" in page.answer()
        assert verdict(page, "As of")[0] == "Note"
