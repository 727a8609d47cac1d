"""The audit of a run says what it found, in the columns of its contracts."""

from __future__ import annotations

import dataclasses
import datetime as dt

from c360.audit import LoadAuditRow, LoadFilesRow, LoadReasonsRow
from c360.auditing import RunStamp, failure_rows, file_rows, reason_rows, success_rows
from c360.ledger import FileLedger, TableLedger
from c360.manifest import ReasonCount
from tests.support.batches import manifest

STARTED = dt.datetime(2025, 1, 2, 3, tzinfo=dt.UTC)
FINISHED = dt.datetime(2025, 1, 2, 4, tzinfo=dt.UTC)
STAMP = RunStamp(
    run_id="R1",
    batch_id="B1",
    rule_version="V1",
    app_version="1.2.3",
    spark_version="4.1.4",
    started_at=STARTED,
    as_of=dt.date(2025, 1, 1),
)
OF_RUN = {
    "run_id": "R1",
    "batch_id": "B1",
    "as_of": dt.date(2025, 1, 1),
    "rule_version": "V1",
    "app_version": "1.2.3",
    "spark_version": "4.1.4",
    "started_at": STARTED,
    "finished_at": FINISHED,
}
LEDGER = TableLedger(
    table="Orders",
    files_read=1,
    files_reused=2,
    records=30,
    accepted=20,
    rejected=6,
    duplicates=4,
    conflicting_duplicates=3,
    missing_references=5,
    control_sum=99,
)
FILE = FileLedger(
    table="Orders",
    path="Orders.csv",
    file_id="f1",
    bytes=9,
    crc32c="0000abcd",
    outcome="read",
    records=10,
    blank_lines=1,
    repeated_headers=2,
    accepted=5,
    rejected=3,
    duplicates=2,
    conflicting_duplicates=1,
)


def test_a_published_run_has_a_row_for_every_silver_and_gold_table() -> None:
    rows = success_rows(
        STAMP, [LEDGER], ["AOV", "PeakTimes"], FINISHED, {"Orders": "accepted once"}
    )
    silver = LoadAuditRow(
        **OF_RUN,
        layer="silver",
        table_name="Orders",
        status="SUCCESS",
        message="accepted once",
        files_read=1,
        files_reused=2,
        records_read=30,
        accepted=20,
        rejected=6,
        duplicates=4,
        conflicting_duplicates=3,
        missing_references=5,
    )
    gold = LoadAuditRow(**OF_RUN, layer="gold", table_name="AOV", status="SUCCESS")
    assert rows == (silver, gold, dataclasses.replace(gold, table_name="PeakTimes"))


def test_a_failed_run_has_its_cause_in_the_row_of_each_table_it_reached() -> None:
    rows = failure_rows(
        STAMP, {"Orders": None, "Stores": None}, "REFUSED", FINISHED, "too few rows"
    )
    first = LoadAuditRow(
        **OF_RUN, layer="silver", table_name="Orders", status="REFUSED", message="too few rows"
    )
    assert rows == (first, dataclasses.replace(first, table_name="Stores"))


def test_every_file_has_a_row_and_no_reason_is_null() -> None:
    refused = FileLedger(
        table="Stores",
        path="Stores.csv",
        file_id="f2",
        bytes=0,
        crc32c="00000000",
        outcome="refused",
        reason="has zero bytes",
    )
    assert file_rows(STAMP, [FILE, refused]) == (
        LoadFilesRow(
            run_id="R1",
            batch_id="B1",
            table_name="Orders",
            path="Orders.csv",
            file_id="f1",
            bytes=9,
            crc32c="0000abcd",
            records=10,
            blank_lines=1,
            repeated_headers=2,
            accepted=5,
            rejected=3,
            duplicates=2,
            outcome="read",
            reason=None,
        ),
        LoadFilesRow(
            run_id="R1",
            batch_id="B1",
            table_name="Stores",
            path="Stores.csv",
            file_id="f2",
            bytes=0,
            crc32c="00000000",
            outcome="refused",
            reason="has zero bytes",
        ),
    )


def test_rejected_and_nulled_values_are_told_and_warnings_are_not() -> None:
    reasons = (
        ReasonCount("row", "bad_quotes", "rejected", 3),
        ReasonCount("Price", "invalid_value", "nulled", 2),
        ReasonCount("Status", "unknown_value", "warned", 1),
    )
    batch = manifest(source_file="Orders.csv", reasons=reasons)
    rejected = LoadReasonsRow(
        run_id="R1",
        batch_id="B1",
        table_name="Orders",
        path="Orders.csv",
        column_name="row",
        reason="bad_quotes",
        action="rejected",
        records=3,
    )
    nulled = dataclasses.replace(
        rejected, column_name="Price", reason="invalid_value", action="nulled", records=2
    )
    assert reason_rows(STAMP, {"f1": batch, "f2": manifest(reasons=())}) == (rejected, nulled)
