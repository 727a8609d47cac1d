"""Drift: what a table may move from one publication to the next, to the last record."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from c360.audit import LoadAuditRow
from c360.drift import drift_warnings
from c360.ledger import TableLedger
from tests.support.specs import registry, table

SPEC = registry(table(max_drift=0.25, max_share_drift=0.02, control_sum="Amount"))


def ledger(**changes: Any) -> TableLedger:
    fields: dict[str, Any] = {
        "table": "Orders",
        "files_read": 1,
        "files_reused": 0,
        "records": 100,
        "accepted": 100,
        "rejected": 0,
        "duplicates": 0,
        "conflicting_duplicates": 0,
        "missing_references": 0,
        "control_sum": Decimal("1000.00"),
    }
    return TableLedger(**{**fields, **changes})


def published(**changes: Any) -> LoadAuditRow:
    fields: dict[str, Any] = {
        "run_id": "r",
        "layer": "silver",
        "table_name": "Orders",
        "status": "SUCCESS",
        "records_read": 100,
        "accepted": 100,
        "rejected": 0,
        "missing_references": 0,
        "rows_in_table": 100,
        "amount_sum": Decimal("1000.000000000"),
    }
    return LoadAuditRow(**{**fields, **changes})


def warnings(now: TableLedger, before: LoadAuditRow) -> list[str]:
    return drift_warnings([now], SPEC, {before.table_name: before})


def test_what_stays_as_it_was_is_not_told() -> None:
    assert warnings(ledger(), published()) == []


@pytest.mark.parametrize(
    ("rows", "told"), [(75, False), (74, True), (125, False), (126, True), (0, True)]
)
def test_rows_may_differ_by_their_share(rows: int, told: bool) -> None:
    now = ledger(accepted=rows, control_sum=Decimal(10 * rows))
    assert bool(warnings(now, published())) is told


@pytest.mark.parametrize(
    ("total", "told"), [("1250", False), ("1250.01", True), ("750", False), ("749.99", True)]
)
def test_what_a_row_is_worth_may_differ_by_its_share(total: str, told: bool) -> None:
    assert bool(warnings(ledger(control_sum=Decimal(total)), published())) is told


def test_more_rows_of_the_same_worth_are_one_drift_and_not_two() -> None:
    now = ledger(records=200, accepted=200, control_sum=Decimal(2000))
    assert warnings(now, published()) == [
        "Orders: has 200 rows, and 100 are published; "
        "nothing is wrong if the business did so, else look at its files"
    ]


@pytest.mark.parametrize(("rejected", "told"), [(5, False), (7, False), (8, True), (2, True)])
def test_the_share_of_rejected_records_may_move_both_ways(rejected: int, told: bool) -> None:
    found = warnings(ledger(rejected=rejected), published(rejected=5))
    assert bool(found) is told


@pytest.mark.parametrize(("missing", "told"), [(12, False), (13, True), (7, True)])
def test_the_share_of_unknown_references_may_move_both_ways(missing: int, told: bool) -> None:
    found = warnings(ledger(missing_references=missing), published(missing_references=10))
    assert bool(found) is told


def test_every_drift_is_told_with_both_figures() -> None:
    now = ledger(accepted=50, rejected=50, missing_references=50, control_sum=Decimal(5000))
    end = "; nothing is wrong if the business did so, else look at its files"
    assert warnings(now, published()) == [
        f"Orders: has 50 rows, and 100 are published{end}",
        f"Orders: Amount is 100.00 a row on average, 10.00 before{end}",
        f"Orders: of 100 records 50.00 are rejected, 0.00 before{end}",
        f"Orders: 100 rows have 100.00 unknown references, 0.00 before{end}",
    ]


def test_a_table_that_was_not_published_or_was_empty_has_not_drifted() -> None:
    assert drift_warnings([ledger()], SPEC, {}) == []
    empty = published(
        records_read=0, accepted=0, rows_in_table=0, amount_sum=None, rejected=None,
        missing_references=None,
    )  # fmt: skip
    assert warnings(ledger(), empty) == []
