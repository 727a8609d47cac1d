"""What the page reads, as SELECTs of the BigQuery dialect, and the same as views for BI tools.

A view has parts to add up and never a ratio of several rows: a ratio of sums is not a sum of
ratios, so a tool divides the sums itself, as `dashboards/measures.yaml` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from c360.contracts.audit import LOAD_AUDIT, LOAD_FILES, LOAD_REASONS, PUBLICATION
from c360.contracts.gold import GOLD_CONTRACTS
from c360.contracts.gold.agent_kpis import AGENT_KPIS
from c360.contracts.gold.aov import AOV
from c360.contracts.gold.customer360 import CUSTOMER360
from c360.contracts.gold.customer_segments import CUSTOMER_SEGMENTS
from c360.contracts.gold.parts import BATCH_ID, RULE_VERSION
from c360.contracts.gold.peak_times import PEAK_TIMES
from c360.contracts.model import TableContract
from c360.dashboard.measures import ROWS, Measure

DATASET = "customer360_dashboard"
HIGH = "ResolutionRateHigh95"

_SEGMENT_COLUMNS = ("Segment", "LoyaltyTier", "SpendTier", "FrequencyTier")
_REASON_COLUMNS = ("TableName", "ColumnName", "Reason", "Action")
_AGENT_HIGH = """CASE WHEN `TotalInteractions` > 0 THEN CAST(ROUND(LEAST(1.0, (
    `ResolvedCount` / `TotalInteractions` + 3.841458881296 / (2 * `TotalInteractions`)
    + 1.959964 * SQRT((
      `ResolvedCount` / `TotalInteractions` * (1 - `ResolvedCount` / `TotalInteractions`)
      + 3.841458881296 / (4 * `TotalInteractions`)
    ) / `TotalInteractions`)
  ) / (1 + 3.841458881296 / `TotalInteractions`)), 4) AS NUMERIC(7,4)) END"""


@dataclass(frozen=True, slots=True)
class View:
    """One view of the dashboard: its SELECT, and what a row of it is."""

    name: str
    select: str
    description: str


def views(  # size: a list of seven views
    measures: Sequence[Measure],
) -> tuple[View, ...]:
    """The views at the grain of the dashboard. None has a column of personal data."""
    return (
        View(
            "dashboard_order_value",
            order_value("MONTH"),
            "Orders by month, dimension, key and channel. Filter on one DimensionType before "
            "adding up.",
        ),
        View(
            "dashboard_segments",
            _grouped(CUSTOMER_SEGMENTS, _SEGMENT_COLUMNS, measures),
            "Customers and their spend by segment, loyalty tier, spend tier and frequency tier.",
        ),
        View(
            "dashboard_peaks",
            _rows(PEAK_TIMES, _plain(PEAK_TIMES)),
            "Orders by channel, weekday and hour.",
        ),
        View(
            "dashboard_agents",
            _rows(AGENT_KPIS, _plain(AGENT_KPIS), f"{_AGENT_HIGH} AS `{HIGH}`"),
            "Interactions by agent, with both ends of the 95 % Wilson interval. Agents by number: "
            "their names are personal data.",
        ),
        View(
            "dashboard_ledger",
            _of_the_published_run(LOAD_AUDIT),
            "What became of the records of each table in the published run.",
        ),
        View(
            "dashboard_files",
            _of_the_published_run(LOAD_FILES),
            "What became of each source file in the published run.",
        ),
        View(
            "dashboard_reasons",
            _reasons(),
            "Why records of the published state were rejected or lost a value.",
        ),
    )


def order_value(grain: str) -> str:
    """AOV of one grain, `ALL` or `MONTH`."""
    return f"{_rows(AOV, _plain(AOV))}\nWHERE `PeriodGrain` = '{grain}'"


def recent_order_value() -> str:
    """AOV of the months from the parameter `@since` on."""
    return f"{order_value('MONTH')} AND `PeriodStart` >= @since"


def agent_names() -> str:
    """The agents' names, which are personal data."""
    return _rows(AGENT_KPIS, ("AgentID", "AgentName"))


def customers() -> str:
    """The `@limit` customers with the largest spend, by CustomerID among equals."""
    return (
        f"{_rows(CUSTOMER360, _all(CUSTOMER360))}\nORDER BY `TotalSpend` DESC, `CustomerID`\n"
        "LIMIT @limit"
    )


def batches() -> str:
    """Per gold table: its rows, and the batches and policies that they carry."""
    return "\nUNION ALL\n".join(
        f"SELECT '{contract.name}' AS `TableName`, COUNT(*) AS `Rows`, "
        f"COUNT(DISTINCT `{BATCH_ID}`) AS `Batches`, MIN(`{BATCH_ID}`) AS `{BATCH_ID}`, "
        f"COUNT(DISTINCT `{RULE_VERSION}`) AS `Policies`\nFROM {_table(contract)}"
        for contract in GOLD_CONTRACTS
    )


def create_dataset() -> str:
    """The dataset of the views, which can be shared without sharing the tables."""
    return (
        f"CREATE SCHEMA IF NOT EXISTS `{DATASET}`\n"
        "OPTIONS (description = 'Views at the grain of the dashboard, without personal data.');\n"
    )


def create_view(view: View) -> str:
    """The statement that makes a view, or replaces it."""
    return (
        f"CREATE OR REPLACE VIEW `{DATASET}`.`{view.name}`\n"
        f"OPTIONS (description = '{view.description}')\nAS\n{view.select};\n"
    )


def _grouped(contract: TableContract, by: Sequence[str], measures: Iterable[Measure]) -> str:
    """A row per group, with every sum and count that is declared for the table."""
    own = [one for one in measures if one.table == contract.name and not one.of_one_row]
    counted = [f"{_count(one)} AS `{one.name}`" for one in own if one.numerator == (ROWS,)]
    columns = dict.fromkeys(
        column for one in own for column in (*one.numerator, *one.denominator) if column != ROWS
    )
    summed = [f"SUM(`{column}`) AS `{column}`" for column in columns]
    threshold = "MAX(`SpendThreshold`) AS `SpendThreshold`"
    parts = (*(f"`{column}`" for column in by), *counted, *summed, threshold)
    groups = ", ".join(f"`{column}`" for column in by)
    return f"{_select(parts)}\nFROM {_table(contract)}\nGROUP BY {groups}"


def _count(measure: Measure) -> str:
    """A count of rows without those that are left out; no literal can end its own quotes."""
    tests = [
        f"`{column}` NOT IN ({', '.join(_text(word) for word in words)})"
        for column, words in measure.but_for
    ]
    return f"COUNTIF({' AND '.join(tests)})" if tests else "COUNT(*)"


def _text(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _reasons() -> str:
    parts = (
        *(f"`{column}`" for column in _REASON_COLUMNS),
        "COUNT(DISTINCT `Path`) AS `Files`",
        "SUM(`Records`) AS `Records`",
    )
    groups = ", ".join(f"`{column}`" for column in _REASON_COLUMNS)
    return (
        f"{_select(parts)}\nFROM {_table(LOAD_REASONS)}\nWHERE {_IS_PUBLISHED}\nGROUP BY {groups}"
    )


def _of_the_published_run(contract: TableContract) -> str:
    return f"{_rows(contract, _all(contract))}\nWHERE {_IS_PUBLISHED}"


def _rows(contract: TableContract, columns: Iterable[str], *more: str) -> str:
    parts = (*(f"`{column}`" for column in columns), *more)
    return f"{_select(parts)}\nFROM {_table(contract)}"


def _select(parts: Iterable[str]) -> str:
    return "SELECT\n  " + ",\n  ".join(parts)


def _table(contract: TableContract) -> str:
    return f"`{contract.dataset}`.`{contract.name}`"


def _all(contract: TableContract) -> tuple[str, ...]:
    """Every column but the stamp of the publication, which is the same on every row."""
    stamp = (BATCH_ID, RULE_VERSION) if contract in GOLD_CONTRACTS else ()
    return tuple(name for name in contract.column_names if name not in stamp)


def _plain(contract: TableContract) -> tuple[str, ...]:
    """The columns without personal data."""
    return tuple(name for name in _all(contract) if not contract.column(name).pii)


_IS_PUBLISHED = f"`RunID` IN (SELECT `RunID` FROM {_table(PUBLICATION)})"
