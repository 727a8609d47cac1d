"""What belongs to no known customer or agent is told apart from tiers and from agents' rates."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dashboard.browsing import opened
from tests.dashboard.worlds import World, in_store, interaction

CUSTOMER = {"CustomerID": 1, "Name": "Ann"}
STORE = {"StoreID": 1, "Location": "Oslo"}
AGENT = {"AgentID": 1, "Name": "Bo", "Department": "Sales", "Shift": "Day"}


def with_nobody() -> World:
    """One known customer without an account, and spend and interactions of nobody known."""
    known = [in_store(1, "2025-03-01 17:00", "10.00"), in_store(2, "2025-03-02 17:00", "10.00")]
    nobody = in_store(3, "2025-03-03 17:00", "70.00", customer=9)
    service = [interaction(n, 1, "Resolved" if n % 2 else "Escalated") for n in range(6)]
    strays = [interaction(n, 9, "Escalated") for n in range(10, 12)]
    return World(
        {
            **{"Customers": [CUSTOMER], "Stores": [STORE], "Agents": [AGENT]},
            "InStoreTransactions": [*known, nobody],
            "CustomerServiceInteractions": [*service, *strays],
        }
    )


def everyone_known() -> World:
    """The same without spend and interactions of nobody known."""
    world = with_nobody()
    for table, known in (("InStoreTransactions", 2), ("CustomerServiceInteractions", 6)):
        world.silver[table] = world.silver[table][:known]
    return world


@pytest.fixture(scope="module")
def nobody_page(publish) -> Path:
    return publish(with_nobody(), "nobody")


def test_a_tier_leaves_out_the_spend_of_nobody_and_says_so(browser, nobody_page) -> None:
    said = "What belongs to no known customer has no tier, and is left out."
    with opened(browser, nobody_page, "customers") as page:
        assert "70.00 USD (77.78 %) belong to no known customer." in page.answer()
        assert said not in page.answer()
        page.choose("Loyalty tier", "No account")
        assert said in page.answer()
        assert "with 20.00 USD (100.00 % of 20.00 USD) from 1 customer" in page.answer()
        (row,) = page.table("Segments")
        assert (row["Spend (USD)"], row["Customers"]) == ("20.00", "1")
        (row,) = page.table("Customers and spend by segment and loyalty tier")
        assert row["Spend (USD)"] == "20.00"


def test_where_everyone_is_known_nothing_is_left_out_of_a_tier(browser, publish) -> None:
    with opened(browser, publish(everyone_known(), "known"), "customers") as page:
        page.choose("Loyalty tier", "No account")
        assert "no known" not in page.answer()


def test_tiers_stand_by_rank_then_those_without_one_and_no_account_last(browser, publish) -> None:
    tiers = ["Silver", None, "Copper", "Bronze", "Amber"]
    accounts = [
        {"LoyaltyID": n, "CustomerID": n, "PointsEarned": 1, "TierLevel": tier}
        for n, tier in enumerate(tiers, 1)
    ]
    people = [{"CustomerID": n, "Name": "Ann"} for n in range(1, 7)]
    world = World({"Customers": people, "LoyaltyAccounts": accounts})
    with opened(browser, publish(world, "tiers"), "customers") as page:
        options = page.shown().get_by_label("Loyalty tier", exact=True).locator("option")
        assert options.all_text_contents() == [
            *("All tiers", "Bronze", "Silver", "Amber", "Copper"),
            *("Account without a tier", "No account"),
        ]


def test_nobody_alone_makes_no_tier_to_choose(browser, publish) -> None:
    world = World({"InStoreTransactions": [in_store(1, "2025-03-01 17:00", "10.00")]})
    with opened(browser, publish(world, "only-nobody"), "customers") as page:
        tiers = page.shown().get_by_label("Loyalty tier", exact=True).locator("option")
        assert tiers.all_text_contents() == ["All tiers"]


def test_agents_are_judged_by_the_rate_of_known_agents_and_that_is_said(
    browser, nobody_page
) -> None:
    with opened(browser, nobody_page) as page:
        tile = page.page.locator("[data-measure=ResolutionRate]")
        assert tile.locator(".value").inner_text() == "37.50 %"
        page.click("tab", "Agents")
        for department in ("All departments", "Sales"):
            page.choose("Department", department)
            assert (
                "below the rate of all known agents in the choice (50.00 % of 6 interactions)"
                in page.answer()
            )
            assert "2 interactions name no known agent: that rate leaves them out." in page.answer()
            meaning = page.shown().locator("section.card .means").first.inner_text()
            assert "the rate of all known agents in the choice (50.00 %)" in (
                meaning.replace("\u00a0", " ")
            )


def test_where_every_agent_is_known_none_is_left_out(browser, publish) -> None:
    with opened(browser, publish(everyone_known(), "known-agents"), "agents") as page:
        assert "(50.00 % of 6 interactions)" in page.answer()
        assert "no known" not in page.answer()
