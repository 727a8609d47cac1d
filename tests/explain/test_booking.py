"""One row of silver is booked on exactly the rows of gold that docs/gold.md gives it."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from c360.explain.booking import Order, interaction_rows, is_listed, loyalty_rows, order_rows
from tests.support.specs import registry

SUNDAY = dt.datetime(2025, 1, 5, 10, 59)
ONLINE = Order(at=SUNDAY, is_counted=True, customer="1", product="100", category="Toys")
IN_STORE = Order(at=SUNDAY, is_counted=True, customer="UNKNOWN", location="Rome")
POLICY = registry().policy


def booked(order: Order) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Measures by table and key."""
    return {(row.table, *dict(row.key).values()): row.measures for row in order_rows(order)}


def test_an_online_order_has_a_product_and_a_category() -> None:
    month = {key[3:] for key in booked(ONLINE) if key[:3] == ("AOV", "MONTH", "2025-01-01")}
    ever = {key[3:] for key in booked(ONLINE) if key[:3] == ("AOV", "ALL", "1900-01-01")}
    assert month == ever == {
        ("PRODUCT", "100", "Online"),
        ("CATEGORY", "Toys", "Online"),
        ("LOCATION", "ONLINE", "Online"),
        ("CHANNEL", "Online", "Online"),
        ("TOTAL", "ALL", "All"),
    }  # fmt: skip


def test_an_order_in_a_store_has_a_location() -> None:
    assert {key[3:] for key in booked(IN_STORE) if key[:2] == ("AOV", "ALL")} == {
        ("PRODUCT", "IN_STORE_UNATTRIBUTED", "InStore"),
        ("CATEGORY", "IN_STORE_UNATTRIBUTED", "InStore"),
        ("LOCATION", "Rome", "InStore"),
        ("CHANNEL", "InStore", "InStore"),
        ("TOTAL", "ALL", "All"),
    }


def test_the_cell_of_peak_times_is_iso_weekday_and_hour() -> None:
    counted = ("TransactionCount", "CountedCount", "GrossAmount")
    assert booked(ONLINE)["PeakTimes", "Online", "7", "10"] == counted


def test_an_order_that_does_not_count_is_demand_and_excluded() -> None:
    rows = booked(dataclasses.replace(ONLINE, is_counted=False))
    assert rows["PeakTimes", "Online", "7", "10"] == ("TransactionCount",)
    assert rows["Customer360", "1"] == ("ExcludedOrders",)
    assert ("CustomerSegments", "1") not in rows
    of_aov = {measures for key, measures in rows.items() if key[0] == "AOV"}
    assert of_aov == {("ExcludedOrders", "ExcludedAmount")}


def test_an_unknown_customer_has_a_segment_row_and_no_profile() -> None:
    rows = booked(IN_STORE)
    assert rows["CustomerSegments", "UNKNOWN"] == ("OrderCount", "InStoreOrders", "TotalSpend")
    assert not [key for key in rows if key[0] == "Customer360"]
    assert [row.table for row in loyalty_rows("UNKNOWN", "LoyaltyPoints")] == ["CustomerSegments"]


@pytest.mark.parametrize(
    ("status", "of_agent", "of_customer"),
    [
        (" resolved", "ResolvedCount", ("ResolvedInteractions",)),
        ("ESCALATED", "EscalatedCount", ("EscalatedInteractions",)),
        ("Pending", "PendingCount", ("PendingInteractions",)),
        ("Lost", "OtherStatusCount", ()),
        (None, "OtherStatusCount", ()),
    ],
)
def test_an_interaction_counts_by_how_it_ended(
    status: str | None, of_agent: str, of_customer: tuple[str, ...]
) -> None:
    agent, profile = interaction_rows("300", "1", status, POLICY)
    assert (agent.table, agent.measures) == ("AgentKPIs", ("TotalInteractions", of_agent))
    assert (profile.table, profile.measures) == ("Customer360", ("Interactions", *of_customer))


@pytest.mark.parametrize(
    ("word", "listed"),
    [("completed", True), (" COMPLETED ", True), ("Complete", False), ("", False), (None, False)],
)
def test_words_are_compared_trimmed_and_case_folded(word: str | None, listed: bool) -> None:
    assert is_listed(word, ["Completed"]) == listed
