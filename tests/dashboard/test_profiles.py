"""D1: the card of a customer in the look-up says what Customer360 has, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.dashboard.browsing import OpenPage, opened
from tests.dashboard.shown import CHANNELS, NOTHING, ask, count, day, money

TIERS = {"None": "No account", "Unknown": "Account without a tier"}
# The customers who have most, least and none of what a card can show.
KINDS = {
    "spent most": "ORDER BY TotalSpend DESC, CustomerID",
    "never bought": "WHERE OrderCount = 0 ORDER BY CustomerID",
    "bought once": "WHERE OrderCount = 1 ORDER BY CustomerID",
    "had orders cancelled": "WHERE ExcludedOrders > 0 ORDER BY ExcludedOrders DESC, CustomerID",
    "complained most": "ORDER BY Interactions DESC, CustomerID",
    "has no tier": "WHERE LoyaltyTier = 'None' ORDER BY CustomerID",
    "has most points": "ORDER BY LoyaltyPoints DESC NULLS LAST, CustomerID",
}


@pytest.fixture(scope="module")
def page(browser, sample_page) -> Iterator[OpenPage]:
    with opened(browser, sample_page) as found:
        yield found


def plural(number: int, noun: str) -> str:
    return f"{count(number)} {noun}{'' if number == 1 else 's'}"


def profile(row: dict[str, Any]) -> dict[str, str]:
    """The card of one customer of Customer360."""
    liked = (row["FavouriteChannel"], row["FavouriteCategory"], row["FavouriteLocation"])
    return {
        "Customer": row["CustomerID"],
        "E-mail": row["Email"] or NOTHING,
        "Address": row["Address"] or NOTHING,
        "Segment": row["Segment"],
        "Loyalty tier": TIERS.get(row["LoyaltyTier"], row["LoyaltyTier"]),
        "Loyalty points": count(row["LoyaltyPoints"]),
        "Spend": f"{money(row['TotalSpend'])} USD in {plural(row['OrderCount'], 'counted order')}",
        "Average order": dollars(row["AverageOrderValue"]),
        "Last order": day(row["LastOrderDate"]),
        "Orders that do not count": count(row["ExcludedOrders"]),
        "Favourites": ", ".join(CHANNELS.get(each, each) for each in liked if each) or NOTHING,
        "Interactions": f"{count(row['Interactions'])}, of those "
        f"{count(row['ResolvedInteractions'])} resolved",
    }


def dollars(value: Decimal | None) -> str:
    return NOTHING if value is None else f"{money(value)} USD"


@pytest.mark.parametrize("kind", KINDS)
def test_one_customer_s_profile(page: OpenPage, sample_page: Path, kind: str) -> None:
    page.click("tab", "Customer look-up")
    (row,) = ask(sample_page, f"FROM customer360_gold.Customer360 {KINDS[kind]} LIMIT 1")
    page.shown().get_by_label("Number, name or e-mail").fill(row["CustomerID"])
    card = page.shown().locator("article").first
    titles, texts = (
        [text.replace("\u00a0", " ") for text in card.locator(tag).all_inner_texts()]
        for tag in ("dt", "dd")
    )
    assert card.locator("h3").inner_text() == (row["Name"] or "(no name)")
    assert dict(zip(titles, texts, strict=True)) == profile(row)
