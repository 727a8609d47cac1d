"""What a run finds in bronze, and every reason to stop before Spark starts."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from c360.errors import DataRefused, OutsideFailure, WrongUse
from c360.intake import read_headers, require_readable, take_in
from c360.storage.local import LocalStorage
from tests.support.specs import registry, table

BOTH = registry(table(), table(name="Stores"))
TEXT = b"ID,Word\n1,a\n"


@pytest.fixture
def bronze(tmp_path: Path) -> LocalStorage:
    storage = LocalStorage(tmp_path)
    storage.create("Orders_1.csv", TEXT)
    storage.create("in/Orders_2.csv.gz", gzip.compress(b"word,ID,Note\na,1,x\n"))
    storage.create("Stores.csv", b"")
    storage.create("notes.txt", b"\xff")
    return storage


def test_every_claimed_file_is_pinned_and_no_other_is_read(bronze: LocalStorage) -> None:
    intake = take_in(bronze, BOTH)
    assert sorted(intake.pins) == ["Orders_1.csv", "Stores.csv", "in/Orders_2.csv.gz"]
    plan = intake.plan(BOTH, (), None)
    assert plan.unclaimed == ("notes.txt",)
    batches = {file.file_id for file in plan.files}
    assert {file.outcome for file in intake.plan(BOTH, batches, None).files} == {"reused"}
    assert intake.plan(BOTH, (), "2025-01-01").batch_id != plan.batch_id


def test_an_unreadable_header_refuses_its_file_alone(bronze: LocalStorage) -> None:
    plan, headers = read_headers(bronze, BOTH, take_in(bronze, BOTH).plan(BOTH, (), None))
    assert [(file.pin.path, file.reason) for file in plan.refused] == [
        ("Stores.csv", "has zero bytes; export it again or remove it")
    ]
    assert {path: header.positions for path, header in headers.items()} == {
        "Orders_1.csv": (0, 1),
        "in/Orders_2.csv.gz": (1, 0),
    }
    assert headers["in/Orders_2.csv.gz"].extra_columns == ("Note",)


def test_the_headers_of_reused_files_are_not_read_again(bronze: LocalStorage) -> None:
    intake = take_in(bronze, BOTH)
    every = [file.file_id for file in intake.plan(BOTH, (), None).files]
    plan, headers = read_headers(bronze, BOTH, intake.plan(BOTH, every, None))
    assert (headers, plan.refused) == ({}, ())


def test_every_problem_is_told_at_once(bronze: LocalStorage) -> None:
    more = registry(*BOTH.tables, table(name="Agents", files=("Agents*.csv", "agents.txt")))
    plan, _ = read_headers(bronze, more, take_in(bronze, more).plan(more, (), None))
    with pytest.raises(DataRefused) as caught:
        require_readable(plan, more, bronze)
    assert str(caught.value) == (
        "bronze: 2 problems; nothing was published\n"
        "  - Stores.csv: has zero bytes; export it again or remove it\n"
        f"  - Agents: no file named Agents*.csv or agents.txt below {bronze.root}; "
        "upload it, or take the table out of the registry"
    )
    assert caught.value.exit_code == 1


def test_one_problem_is_told_as_one(bronze: LocalStorage) -> None:
    plan, _ = read_headers(bronze, BOTH, take_in(bronze, BOTH).plan(BOTH, (), None))
    with pytest.raises(DataRefused, match="bronze: 1 problem; nothing was published"):
        require_readable(plan, BOTH, bronze)


def test_a_readable_plan_passes(bronze: LocalStorage) -> None:
    only = registry(table())
    plan, _ = read_headers(bronze, only, take_in(bronze, only).plan(only, (), None))
    require_readable(plan, only, bronze)


def test_a_root_that_is_not_there_holds_no_file(tmp_path: Path) -> None:
    nowhere = LocalStorage(tmp_path / "nowhere")
    plan = take_in(nowhere, BOTH).plan(BOTH, (), None)
    with pytest.raises(DataRefused, match="no file of any source is here; check --bronze"):
        require_readable(plan, BOTH, nowhere)


def test_a_disputed_file_is_wrong_use(bronze: LocalStorage) -> None:
    with pytest.raises(WrongUse, match="claimed by Orders and Stores"):
        take_in(bronze, registry(table(), table(name="Stores", files=("*.csv",))))


def test_a_file_that_goes_away_before_its_header_is_read_is_an_outside_failure(
    bronze: LocalStorage,
) -> None:
    plan = take_in(bronze, BOTH).plan(BOTH, (), None)
    bronze.delete("Orders_1.csv")
    with pytest.raises(OutsideFailure, match=r"Orders_1\.csv: could not read"):
        read_headers(bronze, BOTH, plan)
