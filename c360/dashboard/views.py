"""What the page reads, as SELECTs of the BigQuery dialect, and the same as views for BI tools.

A view has parts to add up and never a ratio of several rows: a ratio of sums is no sum of ratios,
so a tool divides the sums itself, as `dashboards/measures.yaml` says.
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

HIGH = "ResolutionRateHigh95"
_SEGMENT_COLUMNS = ("Segment", "LoyaltyTier", "SpendTier", "FrequencyTier")
_REASON_COLUMNS = ("TableName", "ColumnName", "Reason", "Action")
# The upper bound of the interval whose lower bound gold has: docs/gold.md's formula with + for -.
# A FLOAT64 of four digits: BigQuery and DuckDB do not agree on what a CAST to NUMERIC keeps.
_RATE = "`ResolvedCount` / `TotalInteractions`"
_AGENT_HIGH = (
    "CASE WHEN `TotalInteractions` > 0 THEN ROUND(LEAST(1.0, "
    f"({_RATE} + 3.841458881296 / (2 * `TotalInteractions`) + 1.959964 * SQRT(({_RATE} * "
    f"(1 - {_RATE}) + 3.841458881296 / (4 * `TotalInteractions`)) / `TotalInteractions`)) "
    "/ (1 + 3.841458881296 / `TotalInteractions`)), 4) END"
)


@dataclass(frozen=True, slots=True)
class ViewColumn:
    """One column of a view: its name, the expression it is, and what it means."""

    name: str
    expression: str
    description: str


@dataclass(frozen=True, slots=True)
class View:
    """One view of the dashboard; `source` is everything of its SELECT from FROM on."""

    name: str
    description: str
    columns: tuple[ViewColumn, ...]
    source: str

    @property
    def select(self) -> str:
        """The SELECT."""
        return _select(self.columns, self.source)

    @property
    def column_names(self) -> tuple[str, ...]:
        """Every column in order."""
        return tuple(column.name for column in self.columns)


def views(measures: Sequence[Measure]) -> tuple[View, ...]:
    """The views at the grain of the dashboard. None has a column of personal data."""
    return (
        order_value("MONTH"),
        _segments(measures),
        View(
            "dashboard_peaks",
            "Orders by channel, weekday and hour.",
            _columns(PEAK_TIMES),
            _from(PEAK_TIMES),
        ),
        View(
            "dashboard_agents",
            "Interactions by agent, with both ends of the 95 % Wilson interval. Agents by number: "
            "their names are personal data.",
            (*_columns(AGENT_KPIS), _high()),
            _from(AGENT_KPIS),
        ),
        *_audit_views(),
    )


def order_value(grain: str) -> View:
    """AOV of one grain, `ALL` or `MONTH`."""
    return View(
        "dashboard_order_value",
        "Orders by month, dimension, key and channel. Each dimension splits all orders once: "
        "filter on one DimensionType before adding up.",
        _columns(AOV),
        f"{_from(AOV)} WHERE `PeriodGrain` = '{grain}'",
    )


def recent_order_value() -> str:
    """AOV of the months from the parameter `@since` on."""
    return f"{order_value('MONTH').select} AND `PeriodStart` >= @since"


def agent_names() -> str:
    """The agents' names, which are personal data."""
    return _select(_columns(AGENT_KPIS, ("AgentID", "AgentName")), _from(AGENT_KPIS))


def customers() -> str:
    """The `@limit` customers with the largest spend, by CustomerID among equals; personal data."""
    source = f"{_from(CUSTOMER360)} ORDER BY `TotalSpend` DESC, `CustomerID` LIMIT @limit"
    return _select(_columns(CUSTOMER360, CUSTOMER360.column_names), source)


def last_order() -> str:
    """The day of the last counted order, of a known customer or not; NULL where there is none."""
    return f"SELECT MAX(`LastOrderDate`) AS `LastOrderDate` {_from(CUSTOMER_SEGMENTS)}"


def batches() -> str:
    """Per gold table: its rows, and the batches and policies that they carry."""
    return " UNION ALL ".join(
        f"SELECT '{contract.name}' AS `TableName`, COUNT(*) AS `Rows`, "
        f"COUNT(DISTINCT `{BATCH_ID}`) AS `Batches`, MIN(`{BATCH_ID}`) AS `{BATCH_ID}`, "
        f"COUNT(DISTINCT `{RULE_VERSION}`) AS `Policies` {_from(contract)}"
        for contract in GOLD_CONTRACTS
    )


def _audit_views() -> tuple[View, ...]:
    """What the published run says of itself."""
    return (
        View(
            "dashboard_ledger",
            "What became of the records of each table in the published run.",
            _columns(LOAD_AUDIT),
            f"{_from(LOAD_AUDIT)} WHERE {_IS_PUBLISHED}",
        ),
        View(
            "dashboard_files",
            "What became of each source file in the published run.",
            _columns(LOAD_FILES),
            f"{_from(LOAD_FILES)} WHERE {_IS_PUBLISHED}",
        ),
        View(
            "dashboard_reasons",
            "Why records of the published state were rejected or lost a value.",
            (
                *_columns(LOAD_REASONS, _REASON_COLUMNS),
                ViewColumn("Files", "COUNT(DISTINCT `Path`)", "Files with this cause."),
                _sum(LOAD_REASONS, "Records"),
            ),
            f"{_from(LOAD_REASONS)} WHERE {_IS_PUBLISHED} GROUP BY {_names(_REASON_COLUMNS)}",
        ),
    )


def _segments(measures: Sequence[Measure]) -> View:
    """A row per group of customers, with every sum and count that is declared for the table."""
    own = [one for one in measures if one.table == CUSTOMER_SEGMENTS.name and not one.of_one_row]
    counted = [
        ViewColumn(one.name, _count(one), one.description)
        for one in own
        if one.numerator == (ROWS,)
    ]
    columns = dict.fromkeys(
        column for one in own for column in (*one.numerator, *one.denominator) if column != ROWS
    )
    threshold = CUSTOMER_SEGMENTS.column("SpendThreshold").description
    return View(
        "dashboard_segments",
        "Customers and their spend by segment, loyalty tier, spend tier and frequency tier.",
        (
            *_columns(CUSTOMER_SEGMENTS, _SEGMENT_COLUMNS),
            *counted,
            *(_sum(CUSTOMER_SEGMENTS, column) for column in columns),
            ViewColumn("SpendThreshold", "MAX(`SpendThreshold`)", threshold),
        ),
        f"{_from(CUSTOMER_SEGMENTS)} GROUP BY {_names(_SEGMENT_COLUMNS)}",
    )


def _high() -> ViewColumn:
    return ViewColumn(
        HIGH, _AGENT_HIGH, "Upper bound of the 95 % Wilson interval of ResolutionRate."
    )


def _count(measure: Measure) -> str:
    """A count of rows without those that are left out."""
    tests = [
        f"`{column}` NOT IN ({', '.join(_text(word) for word in words)})"
        for column, words in measure.but_for
    ]
    return f"COUNTIF({' AND '.join(tests)})" if tests else "COUNT(*)"


def _text(word: str) -> str:
    """A word as a literal that cannot end its own quotes."""
    escaped = word.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return f"'{escaped}'"


def _sum(contract: TableContract, column: str) -> ViewColumn:
    return ViewColumn(column, f"SUM(`{column}`)", contract.column(column).description)


def _columns(contract: TableContract, names: Iterable[str] = ()) -> tuple[ViewColumn, ...]:
    """These columns; without names every one that is no personal data."""
    stamp = (BATCH_ID, RULE_VERSION) if contract in GOLD_CONTRACTS else ()
    plain = (column.name for column in contract.columns if not column.pii)
    return tuple(
        ViewColumn(name, f"`{name}`", contract.column(name).description)
        for name in (names or plain)
        if name not in stamp
    )


def _select(columns: Iterable[ViewColumn], source: str) -> str:
    parts = (
        column.expression
        if column.expression == f"`{column.name}`"
        else f"{column.expression} AS `{column.name}`"
        for column in columns
    )
    return f"SELECT {', '.join(parts)} {source}"


def _from(contract: TableContract) -> str:
    return f"FROM `{contract.dataset}`.`{contract.name}`"


def _names(columns: Iterable[str]) -> str:
    return ", ".join(f"`{column}`" for column in columns)


_IS_PUBLISHED = f"`RunID` IN (SELECT `RunID` {_from(PUBLICATION)})"
