"""AgentKPIs, calculated a second time from the meaning of its columns."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from tests.oracle.arithmetic import RATE, half_up, ranks, ratio, wilson_low
from tests.oracle.facts import UNKNOWN, Row, is_listed, key_of


def kind_of(status: str | None, statuses: Any) -> str:
    """Which of the four counts an interaction falls into."""
    for kind in ("resolved", "escalated", "pending"):
        if is_listed(status, getattr(statuses, kind)):
            return kind
    return "other"


def agent_kpis(
    agents: Sequence[Row], interactions: Sequence[Row], policy: Any
) -> list[dict[str, Any]]:
    """AgentKPIs, one row per agent and UNKNOWN where an interaction names no known agent."""
    known = {agent["AgentID"] for agent in agents}
    of_agent: dict[str, list[Row]] = {str(agent["AgentID"]): [] for agent in agents}
    for interaction in interactions:
        of_agent.setdefault(key_of(interaction["AgentID"], known), []).append(interaction)
    details = {str(agent["AgentID"]): agent for agent in agents}
    rows = [_row(key, details.get(key), of_agent[key], policy) for key in of_agent]
    _rank(rows)
    return [{name: row[name] for name in row if name != "rate"} for row in rows]


def _row(key: str, agent: Row | None, own: list[Row], policy: Any) -> dict[str, Any]:
    kinds = [kind_of(row["ResolutionStatus"], policy.resolution_statuses) for row in own]
    total, resolved, escalated = len(own), kinds.count("resolved"), kinds.count("escalated")
    pending = kinds.count("pending")
    rate = ratio(resolved, total)
    times = [row["DateTime"] for row in own]
    return {
        "AgentID": key,
        "AgentName": agent["Name"] if agent else None,
        "Department": agent["Department"] if agent else None,
        "Shift": agent["Shift"] if agent else None,
        "TotalInteractions": total,
        "ResolvedCount": resolved,
        "EscalatedCount": escalated,
        "PendingCount": pending,
        "OtherStatusCount": kinds.count("other"),
        "CustomersServed": len({row["CustomerID"] for row in own} - {None}),
        "ResolutionRate": half_up(rate, RATE),
        "ClosedResolutionRate": half_up(ratio(resolved, resolved + escalated), RATE),
        "EscalationRate": half_up(ratio(escalated, total), RATE),
        "PendingRate": half_up(ratio(pending, total), RATE),
        "ResolutionRateLow95": wilson_low(resolved, total),
        "MeetsMinimum": key != UNKNOWN and total >= policy.min_interactions,
        "RankInDepartment": None,
        "FirstInteraction": min(times, default=None),
        "LastInteraction": max(times, default=None),
        "rate": rate,
    }


def _rank(rows: list[dict[str, Any]]) -> None:
    for department in {row["Department"] for row in rows}:
        group = [row for row in rows if row["MeetsMinimum"] and row["Department"] == department]
        rates: list[Fraction | None] = [row["rate"] for row in group]
        for row, rank in zip(group, ranks(rates), strict=True):
            row["RankInDepartment"] = rank
