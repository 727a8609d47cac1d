"""Files come, are corrected and go: what is published is always what a run from nothing makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from c360.report import RunReport
from tests.support.bronze_sets import write_set
from tests.support.digest import SILVER, Row, digests, read_table
from tests.support.places import Places, own_registry
from tests.support.states import State, read_files, registry_text

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

MONTH, LATE = "OnlineTransactions_2026-01.csv", "OnlineTransactions_2019-12.csv"
HEADER = b"OrderID,CustomerID,ProductID,DateTime,PaymentMethod,Amount,Status\n"
NEW = b"900001,,,2026-01-05 10:00:00,Cash,10.00,Completed\n"
_SMALL = {"spark.sql.codegen.wholeStage": "false", "spark.sql.shuffle.partitions": "1"}


@dataclass(frozen=True)
class Told:
    """What a step led to: the run's report, and what was published after it."""

    report: RunReport
    orders: Mapping[int, Row]
    digests: Mapping[str, str]
    from_nothing: Mapping[str, str]

    @property
    def read(self) -> list[str]:
        """The files that the run cleaned."""
        return [file.path for file in self.report.files if file.outcome == "read"]


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> dict[str, State]:
    """A year in files: the state of bronze after each step, and the registry that is used."""
    root = tmp_path_factory.mktemp("first")
    write_set(root, 5, dirty=0, plain=True)
    first = State(read_files(root))
    key = orders_in(first)[0]
    newer = f"{key},,,2026-01-07 12:00:00,Cash,77.00,Completed\n".encode()
    older = f"{key},,,2019-12-31 23:59:59,Cash,55.00,Completed\n".encode()
    added = with_file(first, MONTH, HEADER + NEW + newer)
    corrected = with_file(first, MONTH, HEADER + NEW.replace(b"10.00", b"12.00") + newer)
    late = with_file(first, LATE, HEADER + NEW.replace(b"900001", b"900002") + older)
    other = replace(late, registry="other")
    return {
        "first": first,
        "added": added,
        "corrected": corrected,
        "removed": first,
        "added again": added,
        "late": late,
        "other registry": other,
        "own registry again": late,
    }


@pytest.fixture(scope="module")
def told(
    states: dict[str, State], tmp_path_factory: pytest.TempPathFactory, spark: SparkSession
) -> Iterator[dict[str, Told]]:
    """What every step led to, on one silver root and one warehouse."""
    before = {name: spark.conf.get(name) for name in _SMALL}
    for name, value in _SMALL.items():
        spark.conf.set(name, value)
    folder = tmp_path_factory.mktemp("increments")
    from_nothing: dict[tuple[bytes, ...], Mapping[str, str]] = {}
    found: dict[str, Told] = {}
    for step, state in states.items():
        places = placed(folder, state)
        report = places.run(spark)
        assert report.status == "published", report.message
        identity = (*state.files.values(), state.registry.encode())
        if not found:
            from_nothing[identity] = digests(places.warehouse)  # it is a run from nothing itself
        if identity not in from_nothing:
            alone = placed(folder, state, f"alone {step}")
            assert alone.run(spark).status == "published"
            from_nothing[identity] = digests(alone.warehouse)
        found[step] = Told(
            report,
            {
                row["OrderID"]: row
                for row in read_table(places.warehouse, SILVER, "OnlineTransactions")
            },
            digests(places.warehouse),
            from_nothing[identity],
        )
    yield found
    for name, value in before.items():
        spark.conf.set(name, str(value))


def placed(folder: Path, state: State, alone: str = "") -> Places:
    """The places of a state; a run `alone` has a silver root and a warehouse of its own."""
    state.write(folder / "bronze")
    text = registry_text(own_registry(), state.registry)
    return Places.below(folder / alone, text, bronze=folder / "bronze")


def with_file(state: State, path: str, data: bytes) -> State:
    return replace(state, files={**state.files, path: data})


def orders_in(state: State) -> list[int]:
    lines = state.files["OnlineTransactions_1.csv"].decode().splitlines()[1:]
    return [int(line.split(",")[0]) for line in lines if line.split(",")[0].isdigit()]


STEPS = (
    "added",
    "corrected",
    "removed",
    "added again",
    "late",
    "other registry",
    "own registry again",
)


@pytest.mark.parametrize("step", STEPS)
def test_published_tables_equal_those_of_a_run_from_nothing(
    told: dict[str, Told], step: str
) -> None:
    assert told[step].digests == told[step].from_nothing


def test_an_added_file_is_the_only_one_that_is_cleaned(told: dict[str, Told]) -> None:
    assert told["added"].read == [MONTH]
    ledgers = {each.table: each for each in told["added"].report.tables}
    assert ledgers["OnlineTransactions"].files_read == 1
    assert sum(each.files_read for each in ledgers.values()) == 1


def test_a_newer_row_of_a_key_supersedes_the_older_one(
    told: dict[str, Told], states: dict[str, State]
) -> None:
    key = orders_in(states["first"])[0]
    assert told["first"].orders[key]["SourceFile"] != MONTH
    assert told["added"].orders[key]["SourceFile"] == MONTH
    assert told["added"].orders[key]["Amount"] == Decimal("77.00")


def test_a_corrected_file_replaces_its_rows(told: dict[str, Told]) -> None:
    assert told["added"].orders[900001]["Amount"] == Decimal("10.00")
    assert told["corrected"].orders[900001]["Amount"] == Decimal("12.00")
    assert told["corrected"].read == [MONTH]


def test_a_removed_file_takes_its_rows_and_brings_back_what_it_superseded(
    told: dict[str, Told], states: dict[str, State]
) -> None:
    assert told["removed"].digests == told["first"].digests
    assert told["removed"].read == []
    assert 900001 not in told["removed"].orders
    key = orders_in(states["first"])[0]
    assert told["removed"].orders[key] == told["first"].orders[key]


def test_a_state_that_returns_is_published_again_without_cleaning(told: dict[str, Told]) -> None:
    assert told["added again"].digests == told["added"].digests
    assert told["added again"].report.batch_id == told["added"].report.batch_id
    assert told["added again"].read == []


def test_a_late_old_file_adds_its_new_keys_and_takes_none_away(
    told: dict[str, Told], states: dict[str, State]
) -> None:
    key = orders_in(states["first"])[0]
    assert told["late"].orders[key] == told["first"].orders[key]
    assert told["late"].orders[900002]["SourceFile"] == LATE
    (late,) = (file for file in told["late"].report.files if file.path == LATE)
    assert (late.records, late.accepted, late.duplicates) == (2, 1, 1)


def test_two_registries_take_turns_and_clean_each_file_once(told: dict[str, Told]) -> None:
    assert told["other registry"].read == ["Customers_1.csv"]
    assert told["own registry again"].read == []
    assert told["own registry again"].digests == told["late"].digests
    revenues = [
        told[step].report.totals.revenue
        for step in ("late", "other registry", "own registry again")
    ]
    assert revenues[0] == revenues[2] < revenues[1]
