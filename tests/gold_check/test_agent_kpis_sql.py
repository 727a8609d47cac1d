"""agent_kpis.sql against cases calculated by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from c360.registry.specs import ResolutionStatuses
from tests.gold_check.silver import POLICY, Silver


def agent(silver: Silver, agent_id: int, outcomes: str = "", department: str | None = "Care"):
    """One agent with an interaction for each letter: Resolved, Escalated, Pending, Other."""
    names = {"R": "Resolved", "E": "Escalated", "P": "Pending", "O": "Lost", "N": None}
    silver.add("Agents", AgentID=agent_id, Name="Ann", Department=department, Shift="Day")
    for outcome in outcomes:
        silver.contact(names[outcome], AgentID=agent_id)


def test_an_agent_without_interactions_has_zeros_and_nulls(silver: Silver) -> None:
    agent(silver, 1)
    assert silver.check("AgentKPIs") == {
        "1": {
            "AgentID": "1",
            "AgentName": "Ann",
            "Department": "Care",
            "Shift": "Day",
            "TotalInteractions": 0,
            "ResolvedCount": 0,
            "EscalatedCount": 0,
            "PendingCount": 0,
            "OtherStatusCount": 0,
            "CustomersServed": 0,
            "ResolutionRate": None,
            "ClosedResolutionRate": None,
            "EscalationRate": None,
            "PendingRate": None,
            "ResolutionRateLow95": None,
            "MeetsMinimum": False,
            "RankInDepartment": None,
            "FirstInteraction": None,
            "LastInteraction": None,
        }
    }


def test_rates_are_fractions_rounded_half_up(silver: Silver) -> None:
    agent(silver, 1, "R" + "E" * 2 + "P" * 13 + "N" * 16)  # 1/32 = 0.03125
    row = silver.check("AgentKPIs")["1"]
    assert (row["TotalInteractions"], row["OtherStatusCount"]) == (32, 16)
    assert row["ResolutionRate"] == Decimal("0.0313")
    assert row["ClosedResolutionRate"] == Decimal("0.3333")
    assert row["EscalationRate"] == Decimal("0.0625")
    assert row["PendingRate"] == Decimal("0.4063")


def test_nothing_closed_has_no_closed_rate(silver: Silver) -> None:
    agent(silver, 1, "PO")
    row = silver.check("AgentKPIs")["1"]
    assert (row["ResolutionRate"], row["ClosedResolutionRate"]) == (0, None)


@pytest.mark.parametrize(
    ("outcomes", "bound"),
    [
        # p = 0.8, n = 10: c = 0.992073, m = 0.313617, (c - m) / 1.384146 = 0.490162
        ("R" * 8 + "P" * 2, "0.4902"),
        # p = 1, n = 5: c = m + 1, so 1 / (1 + 3.841459 / 5) = 0.565518
        ("R" * 5, "0.5655"),
        ("E" * 7, "0.0000"),
        ("R", "0.2065"),
    ],
)
def test_the_lower_bound_is_wilson_s(silver: Silver, outcomes: str, bound: str) -> None:
    agent(silver, 1, outcomes)
    assert silver.check("AgentKPIs")["1"]["ResolutionRateLow95"] == Decimal(bound)


def test_statuses_are_those_of_the_policy_trimmed_and_case_folded(silver: Silver) -> None:
    silver.add("Agents", AgentID=1)
    for status in (" solved", "SOLVED", "Resolved", "up", "waiting"):
        silver.contact(status, AgentID=1)
    words = ResolutionStatuses(("Solved",), ("Up", "Out"), ())
    row = silver.check("AgentKPIs", replace(POLICY, resolution_statuses=words))["1"]
    counts = ("ResolvedCount", "EscalatedCount", "PendingCount", "OtherStatusCount")
    assert [row[name] for name in counts] == [2, 1, 0, 2]


def test_agents_rank_in_their_department_from_the_minimum_on(silver: Silver) -> None:
    agent(silver, 1, "RRRRP")
    agent(silver, 2, "RRRRRRRRPP")  # the same rate
    agent(silver, 3, "RRRRPP")
    agent(silver, 4, "RRRR")  # one too few
    agent(silver, 5, "PPPPP", department="Sales")
    agent(silver, 6, "RPPPP", department=None)
    agent(silver, 7, "PPPPP", department=None)
    found = silver.check("AgentKPIs")
    ranks = {key: row["RankInDepartment"] for key, row in found.items()}
    assert ranks == {"1": 1, "2": 1, "3": 3, "4": None, "5": 1, "6": 1, "7": 2}
    assert [key for key, row in sorted(found.items()) if not row["MeetsMinimum"]] == ["4"]
    lower = silver.check("AgentKPIs", replace(POLICY, min_interactions=4))
    assert (lower["4"]["RankInDepartment"], lower["1"]["RankInDepartment"]) == (1, 2)


def test_interactions_of_no_known_agent_are_the_row_unknown(silver: Silver) -> None:
    agent(silver, 1)
    for _ in range(4):
        silver.contact("Resolved", AgentID=2)
    silver.contact("Pending")
    row = silver.check("AgentKPIs")["UNKNOWN"]
    assert row["TotalInteractions"] == 5
    assert row["ResolutionRate"] == Decimal("0.8000")
    for name in ("AgentName", "Department", "Shift", "RankInDepartment"):
        assert row[name] is None
    assert row["MeetsMinimum"] is False


def test_unknown_takes_no_place_among_agents_without_a_department(silver: Silver) -> None:
    agent(silver, 1, "RPPPP", department=None)
    for _ in range(5):
        silver.contact("Resolved")
    assert silver.check("AgentKPIs")["1"]["RankInDepartment"] == 1


def test_customers_served_are_distinct_known_or_not(silver: Silver) -> None:
    silver.add("Agents", AgentID=1)
    silver.customers(1)
    for customer in (1, 1, 9):
        silver.contact("Resolved", AgentID=1, CustomerID=customer)
    silver.contact("Resolved", AgentID=1)
    assert silver.check("AgentKPIs")["1"]["CustomersServed"] == 2


def test_interactions_after_the_as_of_date_are_left_out(silver: Silver) -> None:
    silver.add("Agents", AgentID=1)
    for at in ("2025-01-03 08:00:00", "2025-01-31 23:59:59", "2025-02-01 00:00:00"):
        silver.contact("Resolved", AgentID=1, at=at)
    row = silver.check("AgentKPIs")["1"]
    assert row["TotalInteractions"] == 2
    assert row["FirstInteraction"] == dt.datetime(2025, 1, 3, 8)
    assert row["LastInteraction"] == dt.datetime(2025, 1, 31, 23, 59, 59)
