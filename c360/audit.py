"""The rows of the audit tables, as frozen values in the order of their contracts."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Layer = Literal["silver", "gold"]
Status = Literal["SUCCESS", "FAILED", "REFUSED"]
Outcome = Literal["read", "reused", "superseded", "refused"]
Value = str | int | Decimal | dt.date | dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadAuditRow:
    """What a run did to one table. Gold rows leave files, records and references unset."""

    run_id: str
    batch_id: str | None = None
    layer: Layer
    table_name: str
    status: Status
    files_read: int | None = None
    files_reused: int | None = None
    records_read: int | None = None
    accepted: int | None = None
    rejected: int | None = None
    duplicates: int | None = None
    conflicting_duplicates: int | None = None
    missing_references: int | None = None
    rows_inserted: int | None = None  # this and the next three are counted while publishing
    rows_updated: int | None = None
    rows_deleted: int | None = None
    rows_in_table: int | None = None
    amount_sum: Decimal | int | None = None
    as_of: dt.date | None = None
    rule_version: str | None = None
    app_version: str | None = None
    spark_version: str | None = None
    started_at: dt.datetime | None = None  # with its zone, like finished_at
    finished_at: dt.datetime | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadFilesRow:
    """What became of one source file in one run."""

    run_id: str
    batch_id: str | None = None
    table_name: str
    path: str
    file_id: str | None = None
    bytes: int | None = None
    crc32c: str | None = None
    records: int | None = None
    blank_lines: int | None = None
    repeated_headers: int | None = None
    accepted: int | None = None
    rejected: int | None = None
    duplicates: int | None = None
    outcome: Outcome
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReasonsRow:
    """How many records of one file have one cause."""

    run_id: str
    batch_id: str | None = None
    table_name: str
    path: str
    column_name: str
    reason: str
    action: Literal["rejected", "nulled"]
    records: int


AuditRow = LoadAuditRow | LoadFilesRow | LoadReasonsRow


def values_of(row: AuditRow) -> tuple[Value, ...]:
    """The values of `row` in the order of its contract's columns."""
    return tuple(getattr(row, field.name) for field in dataclasses.fields(row))
