"""Silver is brought up to date file by file: one that is refused stops no other."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from c360.errors import OutsideFailure
from c360.intake import read_headers, take_in
from c360.silver.load import clean_files, read_states
from c360.silver.manifests import reused_batches, whole_batches
from c360.silver.workspace import Workspace
from tests.support.silver_work import put, workspace
from tests.support.specs import column, registry, table

ORDERS = table(column("ID", "bigint", required=True), column("Word"), key=("ID",))
NOTES = table(column("ID", "bigint"), column("Note"), name="Notes", embedded_newlines=True)
EMPTY = table(name="Empty")


class Listener:
    """Remembers what it is told."""

    def __init__(self) -> None:
        self.begun: dict[str, int] = {}
        self.steps: dict[str, list[str]] = {}

    def begin(self, stage: str, total: int) -> None:
        self.begun[stage] = total

    def advance(self, stage: str, detail: str) -> None:
        self.steps.setdefault(stage, []).append(detail)

    def warn(self, warning: str) -> None:
        raise AssertionError(warning)


@pytest.fixture
def work(spark: SparkSession, tmp_path: Path) -> Workspace:
    found = workspace(spark, tmp_path, registry(ORDERS, NOTES, EMPTY))
    put(found, "Orders_1.csv", b"ID,Word\n1,a\n1,a\nx,b\n")
    put(found, "Orders_2.csv", b"Word,ID\nc,1\nd,2\n")
    put(found, "Notes.csv", b'ID,Note\n1,"a\n')
    return found


def test_each_file_is_cleaned_or_refused_and_told(work: Workspace) -> None:
    listener = Listener()
    plan = take_in(work.bronze, work.registry).plan(work.registry, (), None)
    plan, headers = read_headers(work.bronze, work.registry, plan)
    batches, refused = clean_files(work, plan, headers, listener)
    assert refused == {
        "Notes.csv": "ends inside a quoted field; close the quote or export it again"
    }
    assert {batch.source_file for batch in batches.values()} == {"Orders_1.csv", "Orders_2.csv"}
    assert listener.begun == {"clean": 3}
    assert sorted(listener.steps["clean"]) == [
        "Notes.csv: refused",
        "Orders_1.csv: 3 records, 1 accepted, 1 rejected, 1 duplicate",
        "Orders_2.csv: 2 records, 2 accepted, 0 rejected, 0 duplicate",
    ]
    whole, damaged = whole_batches(work.silver, plan)
    assert (whole, damaged) == (frozenset(batches), {})
    again = take_in(work.bronze, work.registry).plan(work.registry, whole, None)
    assert [file.pin.path for file in again.to_read] == ["Notes.csv"]
    assert reused_batches(work.silver, again) == batches


def test_every_table_has_a_state_in_the_order_of_the_registry(work: Workspace) -> None:
    work.bronze.delete("Notes.csv")
    listener = Listener()
    plan = take_in(work.bronze, work.registry).plan(work.registry, (), None)
    plan, headers = read_headers(work.bronze, work.registry, plan)
    batches, _ = clean_files(work, plan, headers, Listener())
    states = read_states(work, plan, batches, listener)
    assert list(states) == ["Orders", "Notes", "Empty"]
    assert {name: state.figures.rows for name, state in states.items()} == {
        "Orders": 2,
        "Notes": 0,
        "Empty": 0,
    }
    assert sorted(listener.steps["silver"]) == ["Empty: 0 rows", "Notes: 0 rows", "Orders: 2 rows"]


def test_a_failure_outside_stops_the_run(work: Workspace) -> None:
    plan = take_in(work.bronze, work.registry).plan(work.registry, (), None)
    plan, headers = read_headers(work.bronze, work.registry, plan)
    put(work, "Orders_1.csv", b"ID,Word\n1,b\n")
    with pytest.raises(OutsideFailure, match=r"Orders_1\.csv: changed while it was read"):
        clean_files(work, plan, headers, Listener())
