from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from c360.gold.agent_kpis import build_agent_kpis
from c360.gold.facts import build_interactions
from c360.gold.gold_run import GoldRun
from tests.gold.frames import AS_OF, BATCH, Rows, assert_cells, at, cells, policy, silver_frames

MINIMUM = 2
RUN = GoldRun(policy(min_interactions=MINIMUM), AS_OF, BATCH)


def kpis(spark: SparkSession, rows: Rows, run: GoldRun = RUN) -> DataFrame:
    silver = silver_frames(spark, rows)
    return build_agent_kpis(build_interactions(silver, run), silver["Agents"], run)


def calls(agent: int | None, *statuses: str | None, customer: int | None = 1) -> list[Any]:
    return [
        {
            "AgentID": agent,
            "CustomerID": customer,
            "ResolutionStatus": each,
            "DateTime": at(f"2025-03-0{n + 1}T08:00"),
        }
        for n, each in enumerate(statuses)
    ]


def test_rates_are_fractions_of_all_and_of_closed_interactions(spark: SparkSession) -> None:
    rows = {
        "Agents": [{"AgentID": 1, "Name": "Ann", "Department": "Care", "Shift": "Day"}],
        "CustomerServiceInteractions": calls(
            1, "Resolved", "RESOLVED ", "Escalated", "Pending", "Closed", None
        ),
    }

    columns = [
        *("AgentID", "AgentName", "Department", "Shift", "TotalInteractions", "ResolvedCount"),
        *("EscalatedCount", "PendingCount", "OtherStatusCount", "CustomersServed"),
        *("ResolutionRate", "ClosedResolutionRate", "EscalationRate", "PendingRate"),
        *("ResolutionRateLow95", "MeetsMinimum", "RankInDepartment"),
        *("FirstInteraction", "LastInteraction"),
    ]
    rates = [Decimal(each) for each in ("0.3333", "0.6667", "0.1667", "0.1667", "0.0968")]
    moments = (dt.datetime(2025, 3, 1, 8), dt.datetime(2025, 3, 6, 8))
    expected = [("1", "Ann", "Care", "Day", 6, 2, 1, 1, 2, 1, *rates, True, 1, *moments)]
    assert_cells(kpis(spark, rows), cells(spark, "AgentKPIs", columns, expected))


def test_an_agent_without_interactions_has_counts_of_0_and_no_rate(spark: SparkSession) -> None:
    rows = {"Agents": [{"AgentID": 1}]}

    columns = [
        *("AgentID", "TotalInteractions", "CustomersServed", "ResolutionRate"),
        *("ClosedResolutionRate", "EscalationRate", "PendingRate", "ResolutionRateLow95"),
        *("MeetsMinimum", "RankInDepartment", "FirstInteraction"),
    ]
    expected = [("1", 0, 0, None, None, None, None, None, False, None, None)]
    assert_cells(kpis(spark, rows), cells(spark, "AgentKPIs", columns, expected))


def test_nothing_closed_gives_no_closed_rate(spark: SparkSession) -> None:
    rows = {"Agents": [{"AgentID": 1}], "CustomerServiceInteractions": calls(1, "Pending", None)}

    columns = ["AgentID", "ResolutionRate", "ClosedResolutionRate"]
    expected = [("1", Decimal("0.0000"), None)]
    assert_cells(kpis(spark, rows), cells(spark, "AgentKPIs", columns, expected))


def test_interactions_of_no_known_agent_are_one_row_without_details_or_rank(
    spark: SparkSession,
) -> None:
    rows = {
        "Agents": [{"AgentID": 1, "Name": "Ann"}],
        "CustomerServiceInteractions": [
            *calls(None, "Resolved", "Resolved", customer=5),
            *calls(98, "Resolved", customer=5),
            *calls(99, "Resolved", customer=6),
            *calls(99, "Resolved", customer=None),
        ],
    }

    columns = [
        *("AgentID", "AgentName", "TotalInteractions", "CustomersServed", "MeetsMinimum"),
        "RankInDepartment",
    ]
    expected = [("1", "Ann", 0, 0, False, None), ("UNKNOWN", None, 5, 2, False, None)]
    assert_cells(kpis(spark, rows), cells(spark, "AgentKPIs", columns, expected))


def test_ranks_are_within_the_department_by_the_unrounded_rate(spark: SparkSession) -> None:
    departments = {1: "Care", 2: "Care", 3: "Care", 4: "Care", 5: None, 6: None, 7: "Sales"}
    rows = {
        "Agents": [{"AgentID": each, "Department": of} for each, of in departments.items()],
        "CustomerServiceInteractions": [
            *calls(1, "Resolved", "Pending"),
            *calls(2, "Resolved", "Resolved", "Pending", "Pending"),  # ties with 1
            *calls(3, "Resolved"),  # the best rate, below the minimum
            *calls(4, "Pending", "Pending"),
            *calls(5, "Pending", "Pending"),
            *calls(6, "Resolved", "Pending"),
            *calls(7, "Pending", "Pending"),
            *calls(None, "Resolved", "Resolved"),  # UNKNOWN has no department and no rank
        ],
    }

    expected = [
        ("1", True, 1),
        ("2", True, 1),
        ("3", False, None),
        ("4", True, 3),
        ("5", True, 2),
        ("6", True, 1),
        ("7", True, 1),
        ("UNKNOWN", False, None),
    ]
    columns = ["AgentID", "MeetsMinimum", "RankInDepartment"]
    assert_cells(kpis(spark, rows), cells(spark, "AgentKPIs", columns, expected))


def test_rates_that_round_alike_rank_apart(spark: SparkSession) -> None:
    many = 20_001
    rows = {
        "Agents": [{"AgentID": 1}, {"AgentID": 2}],
        "CustomerServiceInteractions": [
            {"AgentID": agent, "DateTime": at("2025-01-01"), "ResolutionStatus": status}
            for agent, total in ((1, many), (2, many + 2))
            for status in ["Resolved"] + ["Pending"] * (total - 1)
        ],
    }

    columns = ["AgentID", "ResolutionRate", "RankInDepartment"]
    expected = [("1", Decimal("0.0000"), 1), ("2", Decimal("0.0000"), 2)]
    assert_cells(kpis(spark, rows), cells(spark, "AgentKPIs", columns, expected))
