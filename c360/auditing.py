"""Turns what a run found into the rows of its audit."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from c360.audit import Layer, LoadAuditRow, LoadFilesRow, LoadReasonsRow, Status
from c360.ledger import FileLedger, TableLedger
from c360.manifest import BatchManifest


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStamp:
    """What every audit row of one run carries."""

    run_id: str
    batch_id: str | None
    rule_version: str
    app_version: str
    spark_version: str | None
    started_at: dt.datetime
    as_of: dt.date | None = None


def success_rows(
    stamp: RunStamp,
    silver: Iterable[TableLedger],
    gold: Iterable[str],
    finished_at: dt.datetime,
    notes: Mapping[str, str],
) -> tuple[LoadAuditRow, ...]:
    """One SUCCESS row for each silver and each gold table; a silver one may carry a note."""
    base = _base(stamp, "silver", "SUCCESS", finished_at)
    of_silver = [
        dataclasses.replace(_of_state(base, ledger), message=notes.get(ledger.table))
        for ledger in silver
    ]
    of_gold = [dataclasses.replace(base, layer="gold", table_name=name) for name in gold]
    return (*of_silver, *of_gold)


def failure_rows(
    stamp: RunStamp,
    tables: Mapping[str, TableLedger | None],
    status: Status,
    finished_at: dt.datetime,
    message: str,
) -> tuple[LoadAuditRow, ...]:
    """One row for each silver table that a run had reached, with its ledger if it got that far."""
    base = dataclasses.replace(_base(stamp, "silver", status, finished_at), message=message)
    return tuple(
        _of_state(base, ledger) if ledger else dataclasses.replace(base, table_name=name)
        for name, ledger in tables.items()
    )


def file_rows(stamp: RunStamp, files: Iterable[FileLedger]) -> tuple[LoadFilesRow, ...]:
    """One row for each bronze file."""
    return tuple(
        LoadFilesRow(
            run_id=stamp.run_id,
            batch_id=stamp.batch_id,
            table_name=file.table,
            path=file.path,
            file_id=file.file_id,
            bytes=file.bytes,
            crc32c=file.crc32c,
            records=file.records,
            blank_lines=file.blank_lines,
            repeated_headers=file.repeated_headers,
            accepted=file.accepted,
            rejected=file.rejected,
            duplicates=file.duplicates,
            outcome=file.outcome,
            reason=file.reason or None,
        )
        for file in files
    )


def reason_rows(
    stamp: RunStamp, manifests: Mapping[str, BatchManifest]
) -> tuple[LoadReasonsRow, ...]:
    """One row for each cause of each file of the state, for rejected and for nulled values."""
    return tuple(
        LoadReasonsRow(
            run_id=stamp.run_id,
            batch_id=stamp.batch_id,
            table_name=manifest.table,
            path=manifest.source_file,
            column_name=reason.column,
            reason=reason.reason,
            action=reason.action,
            records=reason.records,
        )
        for manifest in manifests.values()
        for reason in manifest.reasons
        if reason.action != "warned"
    )


def _of_state(base: LoadAuditRow, ledger: TableLedger) -> LoadAuditRow:
    return dataclasses.replace(
        base,
        table_name=ledger.table,
        files_read=ledger.files_read,
        files_reused=ledger.files_reused,
        records_read=ledger.records,
        accepted=ledger.accepted,
        rejected=ledger.rejected,
        duplicates=ledger.duplicates,
        conflicting_duplicates=ledger.conflicting_duplicates,
        missing_references=ledger.missing_references,
    )


def _base(stamp: RunStamp, layer: Layer, status: Status, finished_at: dt.datetime) -> LoadAuditRow:
    return LoadAuditRow(
        run_id=stamp.run_id,
        batch_id=stamp.batch_id,
        layer=layer,
        table_name="",
        status=status,
        as_of=stamp.as_of,
        rule_version=stamp.rule_version,
        app_version=stamp.app_version,
        spark_version=stamp.spark_version,
        started_at=stamp.started_at,
        finished_at=finished_at,
    )
