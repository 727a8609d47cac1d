"""What is in use stays, all else goes, and the manifest of a batch goes first."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from c360.audit import LoadAuditRow, LoadFilesRow
from c360.errors import DataRefused, OutsideFailure, WrongUse
from c360.failpoints import VARIABLE, FailpointRaised, forget
from c360.intake import take_in
from c360.layout import batch_folder, damaged_folder, gold_folder
from c360.locks import run_lock
from c360.manifest import MANIFEST
from c360.places import Places as OpenPlaces
from c360.places import open_places
from c360.prune import Unused, by_kind, prune
from tests.support.batches import store_batch
from tests.support.places import Places, command

REGISTRY = """
version: 1
tables:
  Orders:
    description: Something to keep.
    key: ID
    columns:
      ID: {type: bigint, description: The key.}
policy: {currency: USD}
"""
OLD, YOUNG = "r20250101T000000-00000001", "r20250301T000000-00000002"
SINCE = dt.datetime(2025, 2, 1, tzinfo=dt.UTC)
NOW = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    found = Places.below(tmp_path, REGISTRY)
    found.bronze.mkdir()
    (found.bronze / "Orders_1.csv").write_text("ID\n1\n")
    return found


@pytest.fixture
def opened(places: Places) -> OpenPlaces:
    return open_places(places.settings())


def current(places: Places, opened: OpenPlaces) -> str:
    """The FileID of the one file in bronze."""
    (file,) = take_in(opened.bronze, places.rules).plan(places.rules, (), None).files
    return file.file_id


def pruned(
    places: Places,
    opened: OpenPlaces,
    keep: int = 1,
    since: dt.datetime = NOW,
    *,
    dry_run: bool = False,
) -> list[Unused]:
    return prune(opened, places.rules, keep, since, dry_run=dry_run)[0]


def files(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def publish(opened: OpenPlaces, warehouse: Path, file_ids: list[str]) -> None:
    """An audit of publications, the oldest first, each with one file; the last is the head."""
    for number, file_id in enumerate(file_ids):
        run_id = f"r2025010{number + 1}T000000-0000000{number}"
        finished_at = dt.datetime(2025, 1, number + 1, tzinfo=dt.UTC)
        audit = LoadAuditRow(
            run_id=run_id,
            batch_id="b",
            layer="silver",
            table_name="Orders",
            status="SUCCESS",
            finished_at=finished_at,
        )
        file = LoadFilesRow(
            run_id=run_id,
            batch_id="b",
            table_name="Orders",
            path=f"Orders_{number}.csv",
            file_id=file_id,
            outcome="read",
        )
        opened.warehouse.record_failure([audit], [file])
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("UPDATE customer360_audit.Publication SET RunID = ?", [run_id])


def test_batches_of_files_that_are_gone_go_with_their_rejected_records(
    places: Places, opened: OpenPlaces
) -> None:
    mine = current(places, opened)
    for root in (opened.silver, opened.quarantine):
        store_batch(root, {"part-0.parquet": b"12345"}, mine, OLD)
        store_batch(root, {"part-0.parquet": b"123"}, "0dead", OLD)
    before = files(places.silver)
    found = pruned(places, opened)
    assert [(each.kind, each.folder) for each in found] == [
        ("silver batch", "Orders/file_id=f0dead"),
        ("rejected records", "Orders/file_id=f0dead"),
    ]
    assert files(places.silver) == [path for path in before if "f0dead" not in path]
    assert by_kind(found)["silver batch"][0] == 1
    assert by_kind(found)["silver batch"][1] > len(b"123")  # the manifest counts too
    assert pruned(places, opened) == []


def test_what_is_young_stays(places: Places, opened: OpenPlaces) -> None:
    publish(opened, places.warehouse, ["0a"])
    store_batch(opened.silver, {"part-0.parquet": b"1"}, "0dead", YOUNG)
    opened.silver.create(f"{gold_folder('AOV', 'b', YOUNG)}/part-0.parquet", b"1")
    assert pruned(places, opened, since=SINCE) == []
    assert len(pruned(places, opened)) == 2


def test_the_batches_of_the_last_publications_stay(places: Places, opened: OpenPlaces) -> None:
    for file_id in ("0a", "0b", "0c"):
        store_batch(opened.silver, {"part-0.parquet": b"1"}, file_id, OLD)
    publish(opened, places.warehouse, ["0a", "0b", "0c"])
    for keep, gone in ((3, []), (2, ["0a"]), (1, ["0b"])):
        found = pruned(places, opened, keep)
        assert [each.folder for each in found] == [batch_folder("Orders", name) for name in gone]
    assert files(places.silver)[0].startswith(batch_folder("Orders", "0c"))


def test_what_is_published_stays_even_if_another_run_has_a_later_clock(
    places: Places, opened: OpenPlaces
) -> None:
    for file_id in ("0a", "0b"):
        store_batch(opened.silver, {"part-0.parquet": b"1"}, file_id, OLD)
    publish(opened, places.warehouse, ["0a", "0b"])
    with duckdb.connect(str(places.warehouse)) as connection:
        connection.execute(
            "UPDATE customer360_audit.Publication SET RunID = 'r20250101T000000-00000000'"
        )
    assert pruned(places, opened, keep=1) == []


def test_gold_of_earlier_runs_and_what_was_set_aside_go(places: Places, opened: OpenPlaces) -> None:
    publish(opened, places.warehouse, ["0a", "0b"])
    published = gold_folder("AOV", "b", "r20250102T000000-00000001")
    opened.silver.create(f"{published}/part-0.parquet", b"1")
    opened.silver.create(f"{gold_folder('AOV', 'a', OLD)}/part-0.parquet", b"12")
    opened.silver.create(f"{damaged_folder('Orders', '0a', OLD)}/{MANIFEST}", b"123")
    found = pruned(places, opened)
    assert by_kind(found) == {"gold": (1, 2), "damaged batch": (1, 3)}
    assert files(places.silver) == [f"{published}/part-0.parquet"]


def test_what_the_published_run_set_aside_goes_by_its_age_alone(
    places: Places, opened: OpenPlaces
) -> None:
    publish(opened, places.warehouse, ["0a"])
    published = "r20250101T000000-00000000"
    aside = damaged_folder("Orders", "0a", published)
    opened.silver.create(f"{aside}/{published}/part-0.parquet", b"123")
    assert pruned(places, opened, since=dt.datetime(2025, 1, 1, tzinfo=dt.UTC)) == []
    assert [each.folder for each in pruned(places, opened)] == [aside]
    assert files(places.silver) == []


def test_a_folder_named_by_a_time_that_is_none_stays(places: Places, opened: OpenPlaces) -> None:
    stray = f"{damaged_folder('Orders', '0a', 'r20251399T000000-00000000')}/part-0.parquet"
    opened.silver.create(stray, b"1")
    assert pruned(places, opened) == []
    assert files(places.silver) == [stray]


def test_in_a_batch_in_use_what_dead_runs_left_goes(places: Places, opened: OpenPlaces) -> None:
    mine = current(places, opened)
    store_batch(opened.silver, {"part-0.parquet": b"1"}, mine, OLD)
    stray = f"{batch_folder('Orders', mine)}/r20250102T000000-00000009/part-0.parquet"
    opened.silver.create(stray, b"1")
    opened.quarantine.create(stray, b"1")  # a run that died before it wrote a manifest
    found = pruned(places, opened)
    assert by_kind(found) == {"dead run": (2, 2)}
    assert stray not in files(places.silver)


def test_a_batch_in_use_whose_manifest_is_damaged_is_left_to_the_next_run(
    places: Places, opened: OpenPlaces
) -> None:
    folder = batch_folder("Orders", current(places, opened))
    opened.silver.create(f"{folder}/{MANIFEST}", b"{")
    opened.silver.create(f"{folder}/{OLD}/part-0.parquet", b"1")
    assert pruned(places, opened) == []
    assert len(files(places.silver)) == 2


def test_a_dry_run_removes_nothing(places: Places, opened: OpenPlaces) -> None:
    store_batch(opened.silver, {"part-0.parquet": b"1"}, "0dead", OLD)
    before = files(places.silver)
    assert len(pruned(places, opened, dry_run=True)) == 1
    assert files(places.silver) == before


def test_without_a_source_file_nothing_is_taken_for_unused(
    places: Places, opened: OpenPlaces
) -> None:
    store_batch(opened.silver, {"part-0.parquet": b"1"}, "0dead", OLD)
    (places.bronze / "Orders_1.csv").unlink()
    before = files(places.silver)
    with pytest.raises(DataRefused, match=r"2 problems; nothing was removed\n.*check --bronze"):
        pruned(places, opened)
    assert files(places.silver) == before


@pytest.mark.parametrize("dry_run", [False, True])
def test_gold_without_a_publication_casts_doubt_on_the_warehouse(
    places: Places, opened: OpenPlaces, dry_run: bool
) -> None:
    store_batch(opened.silver, {"part-0.parquet": b"1"}, "0dead", OLD)
    opened.silver.create(f"{gold_folder('AOV', 'b', OLD)}/part-0.parquet", b"1")
    before = files(places.silver)
    for known in (False, True):  # the warehouse is not there at all, then it is, and has no head
        with pytest.raises(WrongUse) as refused:
            pruned(places, opened, dry_run=dry_run)
        assert str(refused.value) == (
            f"{places.warehouse}: nothing is published there, but {places.silver}/_gold holds gold "
            "of runs; nothing was removed. Next: check --warehouse; if it is right, publish with "
            "`c360 run` first, or remove that folder by hand"
        )
        assert files(places.silver) == before
        assert places.warehouse.exists() == known
        opened.warehouse.initialise([])


def test_while_a_run_is_at_work_nothing_is_removed(places: Places, opened: OpenPlaces) -> None:
    store_batch(opened.silver, {"part-0.parquet": b"1"}, "0dead", OLD)
    before = files(places.silver)
    with run_lock([opened.silver], YOUNG), pytest.raises(OutsideFailure, match=YOUNG):
        pruned(places, opened)
    assert files(places.silver) == before


def test_a_run_that_begins_while_it_is_looked_around_keeps_its_folders(
    places: Places, opened: OpenPlaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that was named before prune began, and locks its folders after that was asked."""
    with contextlib.ExitStack() as at_work:

        def take_in_and_begin(*asked: Any) -> Any:
            found = take_in(*asked)
            at_work.enter_context(run_lock([opened.silver], OLD))
            folder = batch_folder("Orders", current(places, opened))
            opened.silver.create(f"{folder}/{OLD}/part-0.parquet", b"1")
            return found

        monkeypatch.setattr("c360.prune.take_in", take_in_and_begin)
        with pytest.raises(OutsideFailure, match=f"{OLD} is at work here; nothing was removed"):
            pruned(places, opened)
        assert [each for each in files(places.silver) if each.endswith("part-0.parquet")]


@contextlib.contextmanager
def failpoint_at(monkeypatch: pytest.MonkeyPatch, asked: str) -> Iterator[None]:
    forget()
    with monkeypatch.context() as patched:
        patched.setenv(VARIABLE, asked)
        yield
    forget()


def test_the_manifest_goes_first_and_the_next_prune_ends_the_work(
    places: Places, opened: OpenPlaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_batch(opened.silver, {"part-0.parquet": b"1"}, "0dead", OLD)
    with failpoint_at(monkeypatch, "prune.manifest:raise"), pytest.raises(FailpointRaised):
        pruned(places, opened)
    assert len(files(places.silver)) == 2
    with failpoint_at(monkeypatch, "prune.folder:raise"), pytest.raises(FailpointRaised):
        pruned(places, opened)
    assert files(places.silver) == [f"Orders/file_id=f0dead/{OLD}/part-0.parquet"]
    assert len(pruned(places, opened)) == 1
    assert files(places.silver) == []


def test_staging_tables_of_dead_runs_go(places: Places, opened: OpenPlaces) -> None:
    publish(opened, places.warehouse, ["0a"])
    staged = "Orders__r20250101T000000-00000001"
    with duckdb.connect(str(places.warehouse)) as connection:
        connection.execute(f'CREATE TABLE customer360_staging."{staged}" (ID BIGINT)')
    for dry_run, found in ((True, 1), (False, 1), (False, 0)):
        _, staging = prune(opened, places.rules, 1, NOW, dry_run=dry_run)
        assert staging == (f"customer360_staging.{staged}",) * found


def test_the_command_says_what_it_removed(places: Places, opened: OpenPlaces) -> None:
    store_batch(opened.silver, {"part-0.parquet": b"1"}, "0dead", OLD)
    asked = ("prune", *places.words, "--older-than", "0")
    looked = command(*asked, "--dry-run")
    assert f"silver batch: {places.silver}/Orders/file_id=f0dead (" in looked.stdout
    removed = command(*asked)
    assert (removed.exit_code, removed.stderr) == (0, "")
    assert removed.stdout.startswith("Removed")
    assert "silver batch" in removed.stdout
    assert command(*asked).stdout == "nothing to remove: all is in use or too young\n"


def test_an_age_that_is_none_is_told(places: Places) -> None:
    outcome = command("prune", *places.words, "--older-than", "soon")
    assert outcome.exit_code == 2
    assert "--older-than: found 'soon'; expected hours or days" in outcome.stderr
