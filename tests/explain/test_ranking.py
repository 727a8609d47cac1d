"""Each loser is told by the column that decided, in the order by which silver decides."""

from __future__ import annotations

import dataclasses
from itertools import permutations
from typing import Any

import pytest

from c360.contracts.silver import silver_contract
from c360.explain.model import Candidate, Record
from c360.explain.ranking import judge
from tests.support.specs import column, table

TIMED = silver_contract(
    table(
        column("ID", "bigint"),
        column("At", "date"),
        column("Word"),
        name="Orders",
        key=("ID",),
        newest_by="At",
    )
)
TIMELESS = dataclasses.replace(TIMED, newest_first=("SourceFile", "ID", "At", "Word"))


def record(file: str, at: Any, word: str | None = "w", *reasons: str) -> Record:
    values = {} if reasons else {"ID": 1, "At": at, "Word": word}
    return Record(source_file=file, raw=f"1,{at},{word}", values=values, reasons=reasons)


def told(candidates: tuple[Candidate, ...]) -> list[tuple[str, str | None, str]]:
    return [(each.fate, each.decided_by, each.because) for each in candidates]


def test_the_newest_record_survives_and_an_older_one_is_told() -> None:
    new, old = record("a", "2025-01-02"), record("a", "2025-01-01")
    candidates = judge([old, new], TIMED)
    assert [each.record for each in candidates] == [new, old]
    assert told(candidates) == [
        ("survivor", None, ""),
        ("duplicate in its file", "At", "At: 2025-01-01 is older than 2025-01-02"),
    ]


def test_of_equally_new_records_the_last_file_wins() -> None:
    first, last = record("a", "2025-01-01", "z"), record("b", "2025-01-01", "a")
    candidates = judge([last, first], TIMED)
    assert [each.record for each in candidates] == [last, first]
    assert told(candidates)[1] == (
        "duplicate across files", "SourceFile", "SourceFile: a sorts before b",
    )  # fmt: skip


def test_without_a_newest_column_the_file_decides_first() -> None:
    first, last = record("a", "2025-01-09"), record("b", "2025-01-01")
    assert told(judge([first, last], TIMELESS))[1][:2] == ("duplicate across files", "SourceFile")
    same_file = judge([record("b", "2025-01-08"), record("b", "2025-01-09")], TIMELESS)
    assert told(same_file)[1] == (
        "duplicate in its file",
        "At",
        "At: equal up to this column, in which 2025-01-08 sorts before 2025-01-09",
    )


def test_a_missing_value_loses() -> None:
    timed, untimed = record("a", "2025-01-01"), record("b", None)
    assert told(judge([untimed, timed], TIMED))[1] == (
        "duplicate across files", "At", "At: it has none, the winner has 2025-01-01",
    )  # fmt: skip
    assert told(judge([record("a", None, None), record("a", None, "w")], TIMED))[1][1:] == (
        "Word", "Word: it has none, the winner has w",
    )  # fmt: skip


def test_equal_records_are_told_as_equal() -> None:
    candidates = judge([record("a", "2025-01-01"), record("a", "2025-01-01")], TIMED)
    assert told(candidates)[1] == ("duplicate in its file", None, "equal to it in every column")


def test_a_loser_of_its_file_is_compared_with_the_winner_of_its_file() -> None:
    records = [
        record("a", "2025-01-01"),
        record("a", "2025-01-02"),
        record("b", "2025-01-03"),
    ]
    assert [(each.fate, each.because) for each in judge(records, TIMED)] == [
        ("survivor", ""),
        ("duplicate across files", "At: 2025-01-02 is older than 2025-01-03"),
        ("duplicate in its file", "At: 2025-01-01 is older than 2025-01-02"),
    ]


def test_a_rejected_record_never_survives_and_has_all_its_reasons() -> None:
    rejected = record("z", "2030-01-01", None, "At:out_of_range", "Word:required")
    assert told(judge([rejected], TIMED)) == [
        ("rejected", None, "rejected for At:out_of_range, Word:required")
    ]
    candidates = judge([rejected, record("a", "2025-01-01")], TIMED)
    assert [each.fate for each in candidates] == ["survivor", "rejected"]


@pytest.mark.parametrize("contract", [TIMED, TIMELESS], ids=["timed", "timeless"])
def test_the_order_of_reading_does_not_matter(contract: Any) -> None:
    records = [
        record("a", "2025-01-02", "b"),
        record("a", "2025-01-02", None),
        record("b", None, "c"),
        record("b", "2025-01-02", "a"),
        record("b", "2025-01-03", "a", "At:x"),
    ]
    verdicts = {str(judge(order, contract)) for order in permutations(records)}
    assert len(verdicts) == 1


def test_nothing_is_judged_where_nothing_was_found() -> None:
    assert judge([], TIMED) == ()
