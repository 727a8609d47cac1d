"""A batch is used only when it is exactly as it was written; else it is set aside."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from c360.failpoints import forget, reached
from c360.layout import manifest_path
from c360.plan import FilePin, Plan, PlannedFile
from c360.silver.manifests import (
    find_damage,
    read_manifest,
    reused_batches,
    whole_batches,
    withdraw,
    withdraw_damaged,
)
from c360.storage.local import LocalStorage
from tests.support.batches import store_batch

PARTS = {"part-0.parquet": b"rows" * 50, "part-1.parquet": b"more" * 50}
BATCH, OTHER = "01ab", "02cd"
FOLDER = f"Orders/file_id=f{BATCH}"
PART = f"{FOLDER}/R1/part-0.parquet"
MANIFEST = manifest_path("Orders", BATCH)


@pytest.fixture
def silver(tmp_path: Path) -> LocalStorage:
    storage = LocalStorage(tmp_path)
    store_batch(storage, PARTS)
    store_batch(storage, {"part-0.parquet": b"else" * 50}, file_id=OTHER)
    return storage


def damage(silver: LocalStorage) -> str | None:
    return find_damage(silver, "Orders", BATCH)


def change(silver: LocalStorage, path: str, edit: Callable[[bytes], bytes]) -> None:
    data = silver.read(path)
    assert data is not None
    (silver.folder / path).write_bytes(edit(data))


def flipped(data: bytes, chance: random.Random) -> bytes:
    place, bit = chance.randrange(len(data)), 1 << chance.randrange(8)
    return data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :]


def swap(silver: LocalStorage, one: str, other: str) -> None:
    (silver.folder / one).rename(silver.folder / "aside")
    (silver.folder / other).rename(silver.folder / one)
    (silver.folder / "aside").rename(silver.folder / other)


# -- what is whole


def test_a_batch_as_written_is_whole(silver: LocalStorage) -> None:
    assert damage(silver) is None
    manifest = read_manifest(silver, "Orders", BATCH)
    assert manifest is not None
    assert [part.name for part in manifest.files] == list(PARTS)


def test_a_folder_without_a_manifest_is_no_batch(silver: LocalStorage) -> None:
    silver.delete(MANIFEST)
    assert read_manifest(silver, "Orders", BATCH) is None
    assert damage(silver) is None


@pytest.mark.parametrize("name", ["_SUCCESS", ".part-0.parquet.crc", "._SUCCESS.crc"])
def test_what_hadoop_leaves_beside_the_files_is_no_stray(silver: LocalStorage, name: str) -> None:
    silver.create(f"{FOLDER}/R1/{name}", b"x")
    assert damage(silver) is None


def test_the_folders_of_other_runs_do_not_matter(silver: LocalStorage) -> None:
    silver.create(f"{FOLDER}/R2/part-0.parquet", b"x")
    silver.create(f"{FOLDER}/R1.settled/part-0.parquet", b"x")
    assert damage(silver) is None


def test_a_batch_without_rows_may_have_no_files(silver: LocalStorage) -> None:
    store_batch(silver, {}, file_id="03ef")
    assert find_damage(silver, "Orders", "03ef") is None


# -- what is damaged

DAMAGES: dict[str, tuple[Callable[[LocalStorage], None], str]] = {
    "truncated": (
        lambda silver: change(silver, PART, lambda data: data[:-1]),
        "part-0.parquet is not as it was written",
    ),
    "emptied": (
        lambda silver: change(silver, PART, lambda _: b""),
        "part-0.parquet is not as it was written",
    ),
    "longer": (
        lambda silver: change(silver, PART, lambda data: data + b"\0"),
        "part-0.parquet is not as it was written",
    ),
    "missing": (lambda silver: silver.delete(PART), "part-0.parquet is missing"),
    "folder missing": (
        lambda silver: silver.delete_tree(f"{FOLDER}/R1"),
        "part-0.parquet is missing",
    ),
    "a folder instead": (
        lambda silver: (
            silver.delete(PART),
            silver.create(f"{PART}/x", b""),
        )[0],
        "it holds 1 file(s) that its manifest does not name",
    ),
    "stray": (
        lambda silver: (silver.create(f"{FOLDER}/R1/part-2.parquet", b"x"), None)[1],
        "it holds 1 file(s) that its manifest does not name",
    ),
    "strays deeper": (
        lambda silver: (
            silver.create(f"{FOLDER}/R1/x/part-0.parquet", b"x"),
            silver.create(f"{FOLDER}/R1/notes.txt", b"x"),
            None,
        )[2],
        "it holds 2 file(s) that its manifest does not name",
    ),
    "swapped inside": (
        lambda silver: swap(silver, PART, f"{FOLDER}/R1/part-1.parquet"),
        "part-0.parquet is not as it was written",
    ),
    "swapped with another batch": (
        lambda silver: swap(silver, PART, f"Orders/file_id=f{OTHER}/R1/part-0.parquet"),
        "part-0.parquet is not as it was written",
    ),
    "the whole of another batch": (
        lambda silver: swap(silver, FOLDER, f"Orders/file_id=f{OTHER}"),
        "its manifest is damaged",
    ),
    "manifest of another batch": (
        lambda silver: swap(silver, MANIFEST, manifest_path("Orders", OTHER)),
        "its manifest is damaged",
    ),
    "manifest truncated": (
        lambda silver: change(silver, MANIFEST, lambda text: text[:-2]),
        "its manifest is damaged",
    ),
    "manifest empty": (
        lambda silver: change(silver, MANIFEST, lambda _: b""),
        "its manifest is damaged",
    ),
    "manifest edited": (
        lambda silver: change(
            silver,
            MANIFEST,
            lambda text: json.dumps({**json.loads(text), "files": []}).encode(),
        ),
        "its manifest is damaged",
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_noticed_and_named(silver: LocalStorage, name: str) -> None:
    inflict, told = DAMAGES[name]
    inflict(silver)
    assert damage(silver) == told


def test_every_bit_flip_is_noticed(silver: LocalStorage) -> None:
    chance, whole = random.Random(7), silver.read(PART) or b""
    for _ in range(100):
        change(silver, PART, lambda _: flipped(whole, chance))
        assert damage(silver) == "part-0.parquet is not as it was written"
    change(silver, PART, lambda _: whole)
    assert damage(silver) is None


# -- setting aside


def spoil(silver: LocalStorage) -> None:
    (silver.folder / PART).write_bytes(b"other")


def test_a_batch_that_is_whole_again_is_not_withdrawn(silver: LocalStorage) -> None:
    withdraw(silver, "Orders", BATCH, "R9")
    assert read_manifest(silver, "Orders", BATCH) is not None
    assert list(silver.list("_damaged")) == []


def test_a_withdrawn_batch_is_kept_aside_with_its_manifest(silver: LocalStorage) -> None:
    spoil(silver)
    before, text = silver.read(PART), silver.read(MANIFEST)
    withdraw(silver, "Orders", BATCH, "R9")
    aside = f"_damaged/{FOLDER}/R9"
    assert silver.read(f"{aside}/_manifest.json") == text
    assert silver.read(f"{aside}/batch/R1/part-0.parquet") == before
    assert list(silver.list(FOLDER)) == []
    assert read_manifest(silver, "Orders", OTHER) is not None, "no other batch is touched"


def test_a_batch_can_be_withdrawn_again_by_a_later_run(silver: LocalStorage) -> None:
    spoil(silver)
    withdraw(silver, "Orders", BATCH, "R8")
    store_batch(silver, PARTS)
    spoil(silver)
    withdraw(silver, "Orders", BATCH, "R9")
    assert list(silver.folders(f"_damaged/{FOLDER}")) == ["R8", "R9"]


def test_a_batch_that_another_run_cleaned_meanwhile_stays(
    silver: LocalStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other run does all of it while this one pauses right before the manifest goes."""
    create = silver.create

    def while_another_run_repairs(path: str, data: bytes) -> bool:
        monkeypatch.setattr(silver, "create", create)
        withdraw(silver, "Orders", BATCH, "R2")
        store_batch(silver, PARTS, run_id="R2")
        return create(path, data)

    spoil(silver)
    monkeypatch.setattr(silver, "create", while_another_run_repairs)
    forget()
    withdraw(silver, "Orders", BATCH, "R9")
    assert reached()["damage.kept"] == 1
    assert damage(silver) is None
    manifest = read_manifest(silver, "Orders", BATCH)
    assert manifest is not None
    assert manifest.folder == "R2"
    assert list(silver.folders(f"_damaged/{FOLDER}")) == ["R2"], "it was set aside once"


@pytest.mark.parametrize("text", ["as written", "damaged"])
def test_what_another_run_writes_beside_a_damaged_batch_stays(
    silver: LocalStorage, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    """The other run begins to clean as soon as the manifest is gone."""
    delete = silver.delete

    def and_another_run_begins(path: str) -> None:
        delete(path)
        silver.create(f"{FOLDER}/R2/part-0.parquet", b"new")

    if text == "damaged":
        change(silver, MANIFEST, lambda whole: whole[:-2])
    spoil(silver)
    monkeypatch.setattr(silver, "delete", and_another_run_begins)
    withdraw(silver, "Orders", BATCH, "R9")
    assert silver.read(f"{FOLDER}/R2/part-0.parquet") == b"new"
    assert silver.read(f"_damaged/{FOLDER}/R9/batch/R1/part-0.parquet") == b"other"


def test_the_manifest_goes_first(silver: LocalStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that dies in the middle leaves files without a manifest, which are no batch."""

    def dying(*_: str) -> None:
        raise KeyboardInterrupt

    spoil(silver)
    monkeypatch.setattr(silver, "move_tree", dying)
    with pytest.raises(KeyboardInterrupt):
        withdraw(silver, "Orders", BATCH, "R9")
    assert read_manifest(silver, "Orders", BATCH) is None
    assert silver.read(PART) is not None


# -- what a plan finds


def plan(*file_ids: str, outcome: str = "read") -> Plan:
    files = tuple(
        PlannedFile("Orders", FilePin(f"Orders_{name}.csv", 1, "0"), name, outcome)  # type: ignore[arg-type]
        for name in file_ids
    )
    return Plan(files, (), (), "b")


def test_a_plan_tells_whole_damaged_and_missing_batches_apart(silver: LocalStorage) -> None:
    silver.delete(PART)
    whole, damaged = whole_batches(silver, plan(BATCH, OTHER, "none"))
    assert whole == {OTHER}
    assert damaged == {BATCH: "part-0.parquet is missing"}


def test_damaged_batches_are_set_aside_and_told(silver: LocalStorage) -> None:
    spoil(silver)
    told = withdraw_damaged(silver, plan(BATCH, OTHER), {BATCH: "part-0.parquet is missing"}, "R9")
    assert told == [
        f"Orders_{BATCH}.csv: its silver batch was damaged (part-0.parquet is missing); "
        "it was set aside and the file is cleaned again"
    ]
    assert whole_batches(silver, plan(BATCH, OTHER)) == (frozenset({OTHER}), {})


def test_only_batches_that_are_reused_are_taken(silver: LocalStorage) -> None:
    assert list(reused_batches(silver, plan(BATCH, outcome="reused"))) == [BATCH]
    assert reused_batches(silver, plan(BATCH, outcome="read")) == {}
