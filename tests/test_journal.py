"""A journal can be read at any moment of a run, and tells its end without personal data."""

from __future__ import annotations

import datetime as dt

import pytest

from c360.errors import DataRefused, OtherRunPublished, OutsideFailure, WrongUse
from c360.journal import Journal
from c360.ledger import FileShare
from c360.plan import FilePin, Plan, PlannedFile
from tests.support.batches import manifest
from tests.support.specs import registry

NOW = dt.datetime(2025, 1, 2, 3, tzinfo=dt.UTC)
READ = PlannedFile("Orders", FilePin("Orders.csv", 9, "0000abcd"), "01ab", "read")
REFUSED = PlannedFile("Stores", FilePin("Stores.csv", 0, "00000000"), "02cd", "refused", "is empty")
PLAN = Plan((READ, REFUSED), (), ("notes.txt",), "B1")


@pytest.fixture
def journal() -> Journal:
    return Journal("R1", NOW)


def test_a_journal_that_has_just_begun_has_a_report(journal: Journal) -> None:
    report = journal.report(NOW)
    assert (report.run_id, report.status, report.exit_code) == ("R1", "failed", 70)
    assert (report.files, report.batch_id, report.rule_version) == ((), None, None)
    assert (journal.stamp.batch_id, journal.stamp.rule_version) == (None, "")


def test_the_plan_and_the_registry_are_in_the_stamp_and_in_the_report(journal: Journal) -> None:
    journal.registry, journal.plan = registry(rule_version="V7"), PLAN
    journal.as_of, journal.spark_version = dt.date(2025, 1, 1), "4.1.4"
    stamp, report = journal.stamp, journal.report(NOW)
    assert (stamp.run_id, stamp.batch_id, stamp.rule_version) == ("R1", "B1", "V7")
    assert (stamp.as_of, stamp.spark_version) == (dt.date(2025, 1, 1), "4.1.4")
    assert (report.batch_id, report.rule_version, report.as_of) == ("B1", "V7", stamp.as_of)


def test_a_file_whose_batch_is_not_known_yet_has_no_counts(journal: Journal) -> None:
    journal.plan = PLAN
    assert [(file.path, file.records, file.reason) for file in journal.files] == [
        ("Orders.csv", None, ""),
        ("Stores.csv", None, "is empty"),
    ]


def test_until_the_state_is_read_all_rows_of_a_batch_count(journal: Journal) -> None:
    journal.plan, journal.batches = PLAN, {"01ab": manifest()}
    (before, _) = journal.files
    assert (before.accepted, before.duplicates, before.closes) == (6, 1, True)
    journal.shares = {"01ab": FileShare(accepted=4, duplicates=2)}
    (after, _) = journal.files
    assert (after.accepted, after.duplicates, after.closes) == (4, 3, True)


def test_every_cause_of_every_batch_is_in_the_report(journal: Journal) -> None:
    journal.batches = {"01ab": manifest(), "02cd": manifest(source_file="b.csv")}
    reasons = [(found.path, found.cause.reason) for found in journal.report(NOW).reasons]
    assert reasons == [
        ("in/Orders ü.csv", "not_an_integer"),
        ("in/Orders ü.csv", "unknown_value"),
        ("b.csv", "not_an_integer"),
        ("b.csv", "unknown_value"),
    ]


def test_a_run_that_ends_well_says_what_to_do_next(journal: Journal) -> None:
    journal.fail(OutsideFailure("a first attempt"))
    journal.succeed("published", ["look here"])
    report = journal.report(NOW)
    assert (report.status, report.exit_code, report.message) == ("published", 0, None)
    assert report.next_steps == ("look here",)


@pytest.mark.parametrize(
    ("failure", "status", "exit_code"),
    [
        (DataRefused("too few rows"), "refused", 1),
        (WrongUse("no such table"), "failed", 2),
        (OutsideFailure("disk full"), "failed", 3),
        (OtherRunPublished("R2 was first"), "failed", 3),
    ],
)
def test_a_failure_that_can_be_explained_keeps_its_words(
    journal: Journal, failure: Exception, status: str, exit_code: int
) -> None:
    journal.fail(failure)
    report = journal.report(NOW)
    assert (report.status, report.exit_code, report.message) == (status, exit_code, str(failure))


def test_the_words_of_a_defect_are_not_told(journal: Journal) -> None:
    journal.fail(ValueError("jane@example.com is no number"))
    report = journal.report(NOW)
    assert (report.status, report.exit_code) == ("failed", 70)
    assert report.message is not None
    assert "ValueError" in report.message
    assert "jane" not in report.message
