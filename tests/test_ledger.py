"""The arithmetic of a run: every record of every file is accounted for."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest

from c360.ledger import FileLedger, FileShare, file_ledger, open_accounts, table_ledger
from c360.manifest import BatchManifest, FileCounts
from c360.plan import FilePin, Outcome, PlannedFile
from tests.support.batches import manifest

COUNTS = FileCounts(
    records=20,
    blank_lines=1,
    repeated_headers=2,
    accepted=12,
    rejected=3,
    duplicates=5,
    conflicting_duplicates=4,
)
BATCH: BatchManifest = manifest(counts=COUNTS)


def planned(outcome: Outcome = "read", table: str = "Orders", reason: str = "") -> PlannedFile:
    return PlannedFile(table, FilePin(f"{table}.csv", 99, "0000abcd"), "f1", outcome, reason)


def ledger(
    records: int | None, accepted: int | None, rejected: int | None, duplicates: int | None
) -> FileLedger:
    return FileLedger(
        table="Orders",
        path="Orders.csv",
        file_id="f1",
        bytes=1,
        crc32c="00000000",
        outcome="read",
        records=records,
        accepted=accepted,
        rejected=rejected,
        duplicates=duplicates,
    )


def test_duplicates_are_the_losers_inside_the_file_and_across_files() -> None:
    found = file_ledger(planned(), BATCH, FileShare(accepted=10, duplicates=2, conflicts=1))
    assert (found.records, found.accepted, found.rejected, found.duplicates) == (20, 10, 3, 7)
    assert found.conflicting_duplicates == 5
    assert (found.blank_lines, found.repeated_headers) == (1, 2)
    assert (found.bytes, found.crc32c, found.file_id, found.outcome) == (
        99, "0000abcd", "f1", "read",
    )  # fmt: skip
    assert found.closes


def test_a_batch_of_which_no_row_is_in_the_state_has_accepted_none() -> None:
    found = file_ledger(planned("reused"), BATCH, None)
    assert found.accepted == 0
    assert not found.closes, "its rows must be somewhere"


@pytest.mark.parametrize("outcome", ["superseded", "refused"])
def test_a_file_that_is_not_read_has_no_counts(outcome: Outcome) -> None:
    found = file_ledger(planned(outcome, reason="because"), None, None)
    counts = [getattr(found, field.name) for field in dataclasses.fields(found)[7:]]
    assert counts == [None] * 7
    assert (found.reason, found.closes) == ("because", True)


@pytest.mark.parametrize(
    ("counts", "closes"),
    [
        ((6, 1, 2, 3), True),
        ((0, 0, 0, 0), True),
        ((6, 1, 2, 2), False),
        ((5, 1, 2, 3), False),
        ((3, 1, 2, None), False),
        ((None, None, None, None), True),
    ],
)
def test_a_ledger_closes_when_every_record_has_one_place(
    counts: tuple[int | None, int | None, int | None, int | None], closes: bool
) -> None:
    assert ledger(*counts).closes is closes


def test_open_ledgers_are_told_with_their_figures() -> None:
    files = [ledger(6, 1, 2, 3), ledger(9, 1, 2, 3), ledger(None, None, None, None)]
    assert open_accounts(files) == [
        "Orders.csv: 9 records read, but 1 accepted + 2 rejected + 3 duplicate"
    ]


def test_a_table_sums_its_current_files() -> None:
    files = [
        file_ledger(planned("read"), BATCH, FileShare(10, 2, 1)),
        file_ledger(planned("reused"), BATCH, FileShare(12)),
        file_ledger(planned("superseded"), None, None),
        file_ledger(planned("read", table="Stores"), BATCH, FileShare(12)),
    ]
    found = table_ledger("Orders", files, Decimal("7.50"), missing=6)
    assert (found.files_read, found.files_reused) == (1, 1)
    assert (found.records, found.accepted, found.rejected, found.duplicates) == (40, 22, 6, 12)
    assert (found.conflicting_duplicates, found.missing_references) == (9, 6)
    assert (found.control_sum, found.table) == (Decimal("7.50"), "Orders")


def test_a_table_without_files_is_empty_and_not_unknown() -> None:
    found = table_ledger("Orders", [], None, missing=0)
    assert (found.records, found.accepted, found.rejected, found.duplicates) == (0, 0, 0, 0)
    assert found.control_sum is None
