"""The contract of AgentKPIs: how agents resolve the interactions they take."""

from __future__ import annotations

from c360.contracts.gold.parts import RATE, gold_table
from c360.contracts.model import ColumnContract
from c360.datatypes import BIGINT, BOOLEAN, STRING, TIMESTAMP

_COLUMNS = (
    ColumnContract(
        "AgentID",
        STRING,
        "AgentID as text, or UNKNOWN for the interactions that name no known agent.",
        nullable=False,
    ),
    ColumnContract("AgentName", STRING, "The agent's name; NULL on UNKNOWN.", pii=True),
    ColumnContract("Department", STRING, "The agent's department; NULL where the source has none."),
    ColumnContract("Shift", STRING, "The agent's shift; NULL where the source has none."),
    ColumnContract("TotalInteractions", BIGINT, "Interactions taken; 0 when none."),
    ColumnContract("ResolvedCount", BIGINT, "Of those, resolved."),
    ColumnContract("EscalatedCount", BIGINT, "Of those, escalated."),
    ColumnContract("PendingCount", BIGINT, "Of those, pending."),
    ColumnContract("OtherStatusCount", BIGINT, "Of those, with any other status or none."),
    ColumnContract(
        "CustomersServed",
        BIGINT,
        "Different CustomerIDs among the interactions, known or not; a missing one is not counted.",
    ),
    ColumnContract(
        "ResolutionRate",
        RATE,
        "ResolvedCount / TotalInteractions, a fraction; NULL without interactions.",
    ),
    ColumnContract(
        "ClosedResolutionRate",
        RATE,
        "ResolvedCount / (ResolvedCount + EscalatedCount); NULL when nothing is closed.",
    ),
    ColumnContract("EscalationRate", RATE, "EscalatedCount / TotalInteractions, a fraction."),
    ColumnContract("PendingRate", RATE, "PendingCount / TotalInteractions, a fraction."),
    ColumnContract(
        "ResolutionRateLow95",
        RATE,
        "Lower bound of the 95 % Wilson interval of ResolutionRate: low for agents with few "
        "interactions, so fit for comparing agents.",
    ),
    ColumnContract(
        "MeetsMinimum",
        BOOLEAN,
        "True from the policy's min_interactions on; false on UNKNOWN.",
    ),
    ColumnContract(
        "RankInDepartment",
        BIGINT,
        "Rank by unrounded ResolutionRate among the agents of the department that meet the "
        "minimum, ties share; NULL for the others. Agents without a department form one group.",
    ),
    ColumnContract("FirstInteraction", TIMESTAMP, "Wall clock of the first interaction, or NULL."),
    ColumnContract("LastInteraction", TIMESTAMP, "Wall clock of the last interaction, or NULL."),
)

AGENT_KPIS = gold_table(
    "AgentKPIs",
    "Resolution of service interactions: one row per agent, and UNKNOWN when interactions name no "
    "known agent. The sources have no resolution time, so there is no duration.",
    _COLUMNS,
    key=("AgentID",),
    control_sum="TotalInteractions",
)
