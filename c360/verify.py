"""Compares published gold with a second calculation of it, made in SQL from published silver."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from c360.contracts.gold import GOLD_CONTRACTS
from c360.contracts.gold.customer360 import CUSTOMER360
from c360.contracts.gold.customer_segments import CUSTOMER_SEGMENTS
from c360.contracts.model import TableContract
from c360.errors import WrongUse
from c360.published import gold_audit, require_same_head
from c360.registry.specs import Policy, Registry
from c360.warehouse.comparison import (
    disagreeing_rows,
    disagreement_counts,
    value_columns,
    with_source,
)
from c360.warehouse.protocol import Head, Row, Warehouse

CELLS_SHOWN = 20  # per table; the totals are always exact
ROW = "row"  # the column of a difference that is a whole row
HIDDEN = "(personal data)"

_CHECKS = {
    "AOV": "aov.sql",
    "CustomerSegments": "customer_segments.sql",
    "PeakTimes": "peak_times.sql",
    "AgentKPIs": "agent_kpis.sql",
    "Customer360": "customer360.sql",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell, or one whole row (column `row`), that is not what the second calculation says."""

    table: str
    key: str
    column: str
    published: str
    computed: str


@dataclass(frozen=True, slots=True)
class TableVerification:
    """What the comparison of one table found. Totals are exact, `differences` are the first ones.

    `cells` are those compared: all columns of the rows that both sides have.
    """

    table: str
    rows: int  # that both sides have
    cells: int
    missing_rows: int  # computed, not published
    surplus_rows: int  # published, not computed
    differing_cells: int
    differences: tuple[Difference, ...]

    @property
    def agrees(self) -> bool:
        """True when every row and every cell is the same on both sides."""
        return not (self.missing_rows or self.surplus_rows or self.differing_cells)


@dataclass(frozen=True, slots=True)
class Verification:
    """The comparison of every gold table of one publication."""

    head: Head
    as_of: dt.date | None
    tables: tuple[TableVerification, ...]

    @property
    def agrees(self) -> bool:
        """True when published gold is what the second calculation says."""
        return all(table.agrees for table in self.tables)

    @property
    def cells(self) -> int:
        """How many cells were compared."""
        return sum(table.cells for table in self.tables)


def verify(warehouse: Warehouse, registry: Registry) -> Verification:
    """Every gold table of the head, computed a second time and compared cell by cell.

    Raises:
        WrongUse: nothing is published, or it was made with another policy than the registry's.
        OtherRunPublished: a run published while the tables were being compared.
    """
    head = warehouse.read_head()
    as_of = _published_day(warehouse, head, registry.policy)
    params = check_parameters(registry.policy, as_of, head)
    tables = tuple(compare_table(warehouse, contract, params) for contract in GOLD_CONTRACTS)
    require_same_head(warehouse, head)
    return Verification(head, as_of, tables)


def check_text(table: str) -> str:
    """The second calculation of a gold table: one SELECT in the BigQuery dialect."""
    file = resources.files("c360").joinpath("gold_check", _CHECKS[table])
    text = file.read_text(encoding="utf-8")
    if table != CUSTOMER360.name:
        return text
    return with_source(text, CUSTOMER_SEGMENTS, check_text(CUSTOMER_SEGMENTS.name))


def compare_table(
    warehouse: Warehouse, contract: TableContract, params: Mapping[str, Any]
) -> TableVerification:
    """What differs between the published table and its second calculation.

    It is counted in the warehouse; no more rows are fetched than are shown.
    """
    check = check_text(contract.name)
    (counts,) = _ask(warehouse, disagreement_counts(contract, check), params)
    differing = sum(counts[column.name] for column in value_columns(contract))
    rows = []
    if differing or counts["Missing"] or counts["Surplus"]:
        rows = _ask(warehouse, disagreeing_rows(contract, check, CELLS_SHOWN), params)
    differences = [difference for row in rows for difference in _differences(contract, row)]
    return TableVerification(
        table=contract.name,
        rows=counts["Paired"],
        cells=counts["Paired"] * len(contract.columns),
        missing_rows=counts["Missing"],
        surplus_rows=counts["Surplus"],
        differing_cells=differing,
        differences=tuple(differences[:CELLS_SHOWN]),
    )


def check_parameters(policy: Policy, as_of: dt.date | None, head: Head) -> dict[str, Any]:
    """Every value that the check texts name; lists are ARRAYs."""
    return {
        "as_of": as_of,
        "batch_id": head.batch_id,
        "rule_version": policy.rule_version,
        "counted_statuses": list(policy.counted_statuses),
        "resolved_statuses": list(policy.resolution_statuses.resolved),
        "escalated_statuses": list(policy.resolution_statuses.escalated),
        "pending_statuses": list(policy.resolution_statuses.pending),
        "tier_names": [name for name, _ in policy.tier_ranking],
        "tier_ranks": [rank for _, rank in policy.tier_ranking],
        "champion_tiers": list(policy.champion_tiers),
        "frequent_from": policy.frequent_from,
        "min_buyers": policy.min_buyers_for_percentiles,
        "high_spend": policy.fixed_spend_thresholds.high,
        "medium_spend": policy.fixed_spend_thresholds.medium,
        "min_interactions": policy.min_interactions,
    }


def _published_day(warehouse: Warehouse, head: Head, policy: Policy) -> dt.date | None:
    """The day on which the published gold stands, once it is known to follow `policy`."""
    if head.run_id is None:
        raise WrongUse(
            f"{warehouse.name}: nothing is published yet, so there is nothing to verify. "
            "Next: c360 run"
        )
    return gold_audit(warehouse, head, policy).as_of


def _ask(warehouse: Warehouse, sql: str, params: Mapping[str, Any]) -> list[Row]:
    """The rows of `sql`, given only the parameters it names: DuckDB refuses any other."""
    return warehouse.query(sql, {name: params[name] for name in set(re.findall(r"@(\w+)", sql))})


def _differences(contract: TableContract, row: Row) -> list[Difference]:
    key = ", ".join(f"{name}={_shown(row[name])}" for name in contract.key)
    if row["IsMissing"] or row["IsSurplus"]:
        sides = ("absent", "present") if row["IsMissing"] else ("present", "absent")
        return [Difference(contract.name, key, ROW, *sides)]
    return [
        Difference(
            contract.name,
            key,
            column.name,
            published=HIDDEN if column.pii else _shown(row[f"published_{column.name}"]),
            computed=HIDDEN if column.pii else _shown(row[f"computed_{column.name}"]),
        )
        for column in value_columns(contract)
        if row[f"differs_{column.name}"]
    ]


def _shown(value: Any) -> str:
    return "NULL" if value is None else str(value)
