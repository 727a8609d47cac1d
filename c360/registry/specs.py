"""The running form of the registry: frozen values with every default applied."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from c360.datatypes import DataType

Bound = int | Decimal | dt.date | dt.datetime


@dataclass(frozen=True, slots=True)
class Reference:
    """The table and column whose values a column is expected to name."""

    table: str
    column: str


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One source column and what its text means."""

    name: str
    type: DataType
    required: bool = False
    null_words: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()  # further date and time orders; ISO is always understood
    strip: str = ""  # characters removed before a value is parsed
    min: Bound | None = None
    max: Bound | None = None
    above: Bound | None = None
    one_of: tuple[str, ...] = ()  # compared in lower case
    on_unknown: Literal["reject", "warn"] = "reject"
    matches: str = ""  # a regular expression for the whole value
    max_length: int | None = None
    case: Literal["", "upper", "lower"] = ""
    on_invalid: Literal["reject", "null"] = "reject"
    references: Reference | None = None
    pii: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One source: its files, its columns, its key and what a run tolerates."""

    name: str
    description: str
    files: tuple[str, ...]
    columns: tuple[ColumnSpec, ...]
    key: tuple[str, ...] = ()  # empty: rows are told apart by RowKey
    newest_by: str | None = None
    take: Literal["all", "newest"] = "all"
    delimiter: str = ","
    embedded_newlines: bool = False
    max_rejected: float = 0.05
    max_rejected_file: float = 0.5
    min_records: int = 1
    max_shrink: float = 0.5
    max_drift: float = 0.25
    max_share_drift: float = 0.02
    max_age: dt.timedelta | None = None
    control_sum: str | None = None  # the column that the audit sums
    partition_by: str | None = None
    cluster_by: tuple[str, ...] = ()
    spec_hash: str = ""

    def column(self, name: str) -> ColumnSpec:
        """The column called `name`; a KeyError is a defect of the caller."""
        found = next((column for column in self.columns if column.name == name), None)
        if found is None:
            raise KeyError(f"{self.name}.{name}")
        return found


@dataclass(frozen=True, slots=True)
class ResolutionStatuses:
    """The words by which an interaction counts as resolved, escalated or pending."""

    resolved: tuple[str, ...] = ("Resolved",)
    escalated: tuple[str, ...] = ("Escalated",)
    pending: tuple[str, ...] = ("Pending",)


@dataclass(frozen=True, slots=True)
class SpendThresholds:
    """What stands in for P90 and P50 when there are too few buyers for percentiles."""

    high: Decimal = Decimal("1000.00")
    medium: Decimal = Decimal("200.00")


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that changes a gold number. Source: gold.md, "Policy"."""

    counted_statuses: tuple[str, ...]
    excluded_statuses: tuple[str, ...]
    resolution_statuses: ResolutionStatuses
    tier_ranking: tuple[tuple[str, int], ...]  # tier as shown, rank; the highest rank wins
    champion_tiers: tuple[str, ...]
    frequent_from: int
    min_buyers_for_percentiles: int
    fixed_spend_thresholds: SpendThresholds
    min_interactions: int
    source_timezone: str
    currency: str
    rule_version: str


@dataclass(frozen=True, slots=True)
class Registry:
    """The sources in declared order, and the policy."""

    tables: tuple[TableSpec, ...]
    policy: Policy

    @property
    def names(self) -> tuple[str, ...]:
        """The table names in declared order."""
        return tuple(table.name for table in self.tables)

    def table(self, name: str) -> TableSpec:
        """The table called `name`; a KeyError is a defect of the caller."""
        found = next((table for table in self.tables if table.name == name), None)
        if found is None:
            raise KeyError(name)
        return found
