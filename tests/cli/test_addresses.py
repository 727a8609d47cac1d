"""A wrong address is said to be one: it is never taken for a place where all is well."""

from __future__ import annotations

from pathlib import Path

import pytest

from c360.intake import take_in
from c360.storage import open_storage
from tests.support.batches import store_batch
from tests.support.places import Outcome, Places, command

REGISTRY = """
version: 1
tables:
  Orders:
    key: ID
    columns: {ID: bigint}
  Stores:
    key: ID
    columns: {ID: bigint}
policy: {currency: USD}
"""
RUN = "r20250101T000000-00000001"


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Two files of one table, none of the other; nothing is cleaned yet."""
    found = Places.below(tmp_path, REGISTRY)
    found.bronze.mkdir()
    (found.bronze / "Orders_1.csv").write_text("ID\n1\n")
    (found.bronze / "Orders_2.csv").write_text("ID\n2\n")
    return found


def clean(places: Places, *names: str) -> None:
    """What a run would have left of these files."""
    opened = open_storage(str(places.bronze)), open_storage(str(places.silver))
    plan = take_in(opened[0], places.rules).plan(places.rules, (), None)
    for file in plan.files:
        if file.pin.path in names:
            store_batch(opened[1], {"part-0.parquet": b"1"}, file.file_id, RUN)


def checked(places: Places) -> Outcome:
    return command("verify", "--storage", *places.words)


def test_storage_is_whole_when_every_file_in_bronze_has_a_whole_batch(places: Places) -> None:
    clean(places, "Orders_1.csv", "Orders_2.csv")
    outcome = checked(places)
    assert (outcome.exit_code, outcome.stdout) == (0, "2 of 2 batches are whole\n")


def test_files_without_a_batch_are_named_with_exit_1(places: Places) -> None:
    clean(places, "Orders_2.csv")
    outcome = checked(places)
    assert outcome.exit_code == 1
    assert outcome.stdout.splitlines() == [
        f"Orders_1.csv: has no batch in {places.silver} yet",
        "1 of 2 batches are whole; next: c360 run",
    ]


def test_a_damaged_batch_is_set_aside_and_is_missing_from_then_on(places: Places) -> None:
    clean(places, "Orders_1.csv", "Orders_2.csv")
    next(places.silver.rglob("part-0.parquet")).write_bytes(b"2")
    first, second = checked(places), checked(places)
    assert (first.exit_code, second.exit_code) == (1, 1)
    assert "its silver batch was damaged (part-0.parquet is not as it was written)" in first.stdout
    assert "has no batch" not in first.stdout
    assert first.stdout.splitlines()[-1] == "1 of 2 batches are whole, 1 damaged; next: c360 run"
    assert f"has no batch in {places.silver} yet" in second.stdout


def test_a_silver_without_any_batch_is_doubted(places: Places, tmp_path: Path) -> None:
    clean(places, "Orders_1.csv", "Orders_2.csv")
    nope = tmp_path / "nope"
    outcome = checked(places.moved(silver=nope))
    assert outcome.exit_code == 1
    assert outcome.stdout.splitlines()[-2:] == [
        f"{nope}: has no batch of any file in bronze; is --silver right?",
        "0 of 2 batches are whole; next: c360 run",
    ]
    assert not nope.exists()


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "--storage"),
        ("quarantine", "list"),
        ("quarantine", "list", "--json"),
        ("quarantine", "list", "--all"),
        ("quarantine", "list", "--file", "Orders_1.csv"),
        ("quarantine", "show"),
        ("quarantine", "export"),
    ],
    ids=" ".join,
)
def test_a_bronze_without_a_file_of_any_table_answers_nothing(
    words: tuple[str, ...], places: Places, tmp_path: Path
) -> None:
    nope = tmp_path / "nope"
    options = places.moved(bronze=nope).words[: 8 if words[0] == "verify" else 6]
    outcome = command(*words, *options)
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert outcome.stderr == f"c360: {nope}: no file of any source is here; check --bronze\n"


def test_what_was_rejected_once_is_told_although_bronze_is_empty_now(
    places: Places, tmp_path: Path
) -> None:
    clean(places, "Orders_1.csv")
    words = places.moved(bronze=tmp_path / "nope").words[:6]
    outcome = command("quarantine", "list", "--all", *words)
    assert outcome.exit_code == 0
    assert "2 rejected records of 1 file" in outcome.stdout


@pytest.mark.parametrize(
    "words", [("quarantine", "list", "Stores"), ("quarantine", "show", "Stores")], ids=" ".join
)
def test_a_table_without_a_file_in_bronze_has_no_quarantine_to_tell_of(
    words: tuple[str, ...], places: Places
) -> None:
    assert_no_stores(command(*words, *places.words[:6]), places.bronze)
    of_orders = command("quarantine", "list", "Orders", *places.words[:6])
    assert (of_orders.exit_code, of_orders.stdout.splitlines()[0]) == (0, "nothing is quarantined")


def test_a_key_is_not_looked_for_where_its_table_has_no_file(
    places: Places, tmp_path: Path
) -> None:
    nope = tmp_path / "nope"
    for bronze in (places.bronze, nope):
        words = places.moved(bronze=bronze).words
        options = [*words[:4], *words[-2:]]
        assert_no_stores(command("explain", "Stores", "1", *options), bronze)


def assert_no_stores(outcome: Outcome, bronze: Path) -> None:
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert outcome.stderr == (
        f"c360: Stores: no file named Stores*.csv or Stores*.csv.gz below {bronze}; "
        "upload it, or check --bronze\n"
    )


@pytest.mark.parametrize("option", ["--bronze", "--silver", "--quarantine"])
@pytest.mark.parametrize("value", ["", " "])
def test_an_empty_address_is_not_the_current_folder(
    option: str, value: str, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(places.bronze)
    outcome = command("quarantine", "list", *places.words[:6], option, value)
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert outcome.stderr == (
        f"c360: {option}: found an empty address; expected a local path, file:///path or "
        "gs://bucket/folder\n"
    )
