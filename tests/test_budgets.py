"""Budgets: what is still tolerated, to the last record."""

from __future__ import annotations

import datetime as dt

import pytest

from c360.budgets import over_file_budget, over_shrink_budget, over_table_budget, overdue
from c360.ledger import FileLedger, TableLedger
from tests.support.specs import registry, table


def file(records: int | None, rejected: int | None, path: str = "Orders.csv") -> FileLedger:
    return FileLedger(
        table="Orders",
        path=path,
        file_id="f",
        bytes=1,
        crc32c="00000000",
        outcome="read",
        records=records,
        rejected=rejected,
    )


def state(records: int = 100, rejected: int = 0, accepted: int = 100) -> TableLedger:
    return TableLedger(
        table="Orders",
        files_read=1,
        files_reused=0,
        records=records,
        accepted=accepted,
        rejected=rejected,
        duplicates=0,
        conflicting_duplicates=0,
        missing_references=0,
        control_sum=None,
    )


@pytest.mark.parametrize(
    ("records", "rejected", "limit", "refused"),
    [
        (10, 4, 0.5, False),
        (10, 5, 0.5, False),
        (10, 6, 0.5, True),
        (1, 0, 0.0, False),
        (1000, 1, 0.0, True),
        (7, 7, 1.0, False),
        (30, 3, 0.1, False),
        (30, 9, 0.3, False),
        (30, 21, 0.7, False),
        (0, 0, 0.0, False),
        (None, None, 0.0, False),
    ],
)
def test_a_file_may_reject_up_to_its_share(
    records: int | None, rejected: int | None, limit: float, refused: bool
) -> None:
    spec = registry(table(max_rejected_file=limit))
    assert bool(over_file_budget([file(records, rejected)], spec)) is refused


def test_each_file_over_its_share_is_told_with_figures_and_next_step() -> None:
    spec = registry(table(max_rejected_file=0.25))
    files = [file(8, 3, "b.csv"), file(8, 2, "ok.csv"), file(2, 2, "a.csv")]
    assert over_file_budget(files, spec) == {
        "b.csv": "has 3 of 8 records rejected (37.5%, allowed 25.0%): see `c360 quarantine show "
        "Orders`, correct the file, or raise `max_rejected_file` of Orders",
        "a.csv": "has 2 of 2 records rejected (100.0%, allowed 25.0%): see `c360 quarantine show "
        "Orders`, correct the file, or raise `max_rejected_file` of Orders",
    }


@pytest.mark.parametrize(("rejected", "refused"), [(4, False), (5, False), (6, True)])
def test_a_table_may_reject_up_to_its_share(rejected: int, refused: bool) -> None:
    spec = table(max_rejected=0.05)
    problems = over_table_budget(state(100, rejected, 94), spec)
    assert bool(problems) is refused
    if refused:
        assert problems == [
            "Orders: 6 of 100 records are rejected (6.0%, allowed 5.0%): see `c360 quarantine show "
            "Orders`, correct the files, or raise `max_rejected`"
        ]


@pytest.mark.parametrize(("rows", "refused"), [(9, True), (10, False), (11, False)])
def test_a_table_has_at_least_its_least_rows(rows: int, refused: bool) -> None:
    problems = over_table_budget(state(accepted=rows), table(min_records=10))
    assert bool(problems) is refused
    if refused:
        assert problems == [
            "Orders: has 9 rows, expected at least 10: "
            "check that every file has arrived, or lower `min_records`"
        ]


def test_a_table_may_exceed_two_budgets_at_once() -> None:
    assert len(over_table_budget(state(100, 100, 0), table())) == 2


LIMITS = [(percent, 100 - percent) for percent in range(0, 101)]


def test_a_table_may_shrink_by_exactly_its_share_and_not_by_a_row_more() -> None:
    for percent, rows in LIMITS:
        spec = table(max_shrink=percent / 100)
        assert over_shrink_budget(state(accepted=rows), spec, {"Orders": 100}) is None, percent
        if rows:
            fewer = state(accepted=rows - 1)
            assert over_shrink_budget(fewer, spec, {"Orders": 100}), percent


def test_a_shrunken_table_is_told_with_both_figures_and_the_way_to_accept_it() -> None:
    assert over_shrink_budget(state(accepted=30), table(), {"Orders": 100}) == (
        "Orders: has 30 rows, 70.0% fewer than the 100 published (allowed 50.0%): "
        "check that no file is missing, or accept it once with --allow-shrink Orders"
    )


@pytest.mark.parametrize("before", [{}, {"Orders": 0}, {"Stores": 100}])
def test_what_was_never_published_cannot_shrink(before: dict[str, int]) -> None:
    assert over_shrink_budget(state(accepted=0), table(max_shrink=0), before) is None


def test_a_table_may_grow() -> None:
    assert over_shrink_budget(state(accepted=101), table(max_shrink=0), {"Orders": 100}) is None


NOW = dt.datetime(2025, 3, 10, 12)


@pytest.mark.parametrize(
    ("newest", "late"),
    [
        (dt.datetime(2025, 3, 8, 12), False),
        (dt.datetime(2025, 3, 8, 11, 59, 59, 999999), True),
        (dt.datetime(2030, 1, 1), False),
        (dt.date(2025, 3, 9), False),
        (dt.date(2025, 3, 8), True),
        (None, False),
    ],
)
def test_a_table_is_overdue_when_its_newest_row_is_older_than_its_age(
    newest: dt.date | None, late: bool
) -> None:
    spec = table(newest_by="DateTime", max_age=dt.timedelta(days=2))
    assert bool(overdue(newest, spec, NOW)) is late
    assert overdue(newest, table(newest_by="DateTime"), NOW) is None


def test_an_overdue_table_is_told_with_its_newest_row() -> None:
    spec = table(newest_by="DateTime", max_age=dt.timedelta(hours=36))
    assert overdue(dt.datetime(2025, 3, 1, 8, 30), spec, NOW) == (
        "Orders: its newest DateTime is 2025-03-01 08:30, older than max_age (1 day, 12:00:00): "
        "check that its export still runs"
    )
