"""What a run tells: one frozen value, from which the terminal's tables and the JSON are made."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from c360.ledger import FileLedger, TableLedger
from c360.manifest import ReasonCount

SCHEMA_VERSION = 1
Status = Literal["published", "up_to_date", "silver", "planned", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check of gold against silver; a run that publishes passed all of them."""

    name: str
    meaning: str


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """What a publication did to one table."""

    layer: Literal["silver", "gold"]
    table: str
    rows: int
    inserted: int
    updated: int
    deleted: int
    control_column: str | None
    control_sum: Decimal | int | None


@dataclass(frozen=True, slots=True)
class Totals:
    """The published totals over all periods; money is in `currency`."""

    orders: int
    revenue: Decimal
    average_order_value: Decimal | None
    excluded_orders: int
    currency: str


@dataclass(frozen=True, slots=True)
class FileReason:
    """How many records of one file have one cause; `action` says what became of them."""

    path: str
    cause: ReasonCount


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """One run, whatever its end. `exit_code` is what the command returns."""

    schema_version: int = SCHEMA_VERSION
    run_id: str
    status: Status
    exit_code: int
    message: str | None = None  # why the run was refused or failed
    batch_id: str | None = None
    published_by: str | None = None  # the run that published this batch
    rule_version: str | None = None
    as_of: dt.date | None = None
    started_at: dt.datetime
    finished_at: dt.datetime
    files: tuple[FileLedger, ...] = ()
    tables: tuple[TableLedger, ...] = ()
    reasons: tuple[FileReason, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    published: tuple[PublishedTable, ...] = ()
    totals: Totals | None = None
    warnings: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()


def report_json(report: RunReport) -> str:
    """The report as JSON: decimals as text, so that no digit is lost; times as ISO 8601."""
    return json.dumps(dataclasses.asdict(report), indent=2, default=_plain)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)
