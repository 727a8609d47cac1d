"""Only what a dead run left behind is removed, whatever happens meanwhile."""

from __future__ import annotations

import contextlib
import fcntl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from c360.layout import gold_folder, lock_path, manifest_path
from c360.locks import run_lock, sweep
from c360.manifest import to_json
from c360.storage.local import LocalStorage
from tests.support.batches import manifest, store_batch

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def silver(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "silver")


@pytest.fixture
def quarantine(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "quarantine")


def files(storage: LocalStorage) -> list[str]:
    return [stored.path for stored in storage.list()]


@contextlib.contextmanager
def other_process(
    silver: LocalStorage, quarantine: LocalStorage, run_id: str
) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock of a run until it is killed."""
    code = (
        "import pathlib, sys\n"
        "from c360.locks import run_lock\n"
        "from c360.storage.local import LocalStorage\n"
        "roots = [LocalStorage(pathlib.Path(each)) for each in sys.argv[2:]]\n"
        "with run_lock(roots, sys.argv[1]):\n"
        "    print('locked', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, run_id, silver.root, quarantine.root],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "locked\n"
        try:
            yield process
        finally:
            process.kill()


def test_what_a_live_process_writes_stays_until_that_process_is_dead(
    silver: LocalStorage, quarantine: LocalStorage
) -> None:
    for root in (silver, quarantine):
        root.create("Orders/file_id=f01ab/r20250101T000000-00000001/part-0.parquet", b"")
        root.create("Orders/file_id=f01ab/r20250101T000000-00000001.settled/part-0.parquet", b"")
    silver.create(f"{gold_folder('AOV', 'b', 'r20250101T000000-00000001')}/part-0.parquet", b"")
    with other_process(silver, quarantine, "r20250101T000000-00000001") as process:
        before = files(silver)
        assert lock_path("r20250101T000000-00000001") in before
        assert sweep(silver, quarantine, keep=()) == 0
        assert files(silver) == before
        process.kill()
        process.wait()
        assert sweep(silver, quarantine, keep=()) == 5
    assert files(silver) == files(quarantine) == []


def test_a_run_on_another_silver_root_keeps_its_rejects_in_a_shared_quarantine(
    silver: LocalStorage, quarantine: LocalStorage, tmp_path: Path
) -> None:
    other = LocalStorage(tmp_path / "other")
    quarantine.create("Orders/file_id=f01ab/r20250101T000000-00000001/part-0.parquet", b"")
    with run_lock([other, quarantine], "r20250101T000000-00000001"):
        assert sweep(silver, quarantine, keep=()) == 0
    assert sweep(silver, quarantine, keep=()) == 1


def test_a_file_that_a_dead_process_left_unfinished_goes_and_a_live_one_s_stays(
    silver: LocalStorage, quarantine: LocalStorage
) -> None:
    folder = silver.folder / "Orders/file_id=f01ab"
    folder.mkdir(parents=True)
    (folder / "._manifest.json.0.unfinished").write_bytes(b"{")
    with (folder / "._manifest.json.1.unfinished").open("wb") as live:
        fcntl.flock(live, fcntl.LOCK_EX)
        assert sweep(silver, quarantine, keep=()) == 1
        assert files(silver) == ["Orders/file_id=f01ab/._manifest.json.1.unfinished"]
    assert sweep(silver, quarantine, keep=()) == 1
    assert files(silver) == []


def test_a_run_that_ends_frees_and_removes_its_lock(silver: LocalStorage) -> None:
    with run_lock([silver], "r20250101T000000-00000001"):
        assert files(silver) == [lock_path("r20250101T000000-00000001")]
    assert files(silver) == []
    with pytest.raises(ValueError, match="boom"), run_lock([silver], "r20250101T000000-00000002"):
        raise ValueError("boom")
    assert files(silver) == []


def test_a_run_does_not_remove_its_own_folders(
    silver: LocalStorage, quarantine: LocalStorage
) -> None:
    silver.create("Orders/file_id=f01ab/r20250101T000000-00000001/part-0.parquet", b"")
    with run_lock([silver], "r20250101T000000-00000001"):
        assert sweep(silver, quarantine, keep=()) == 0
    assert sweep(silver, quarantine, keep=()) == 1


def test_a_folder_that_a_manifest_names_stays_and_its_rivals_go(
    silver: LocalStorage, quarantine: LocalStorage
) -> None:
    store_batch(silver, {"part-0.parquet": b"1"}, run_id="r20250101T000000-00000001")
    for rival in (
        "r20250101T000000-00000000",
        "r20250101T000000-00000001.settled",
        "r20250101T000000-00000002",
    ):
        silver.create(f"Orders/file_id=f01ab/{rival}/part-0.parquet", b"")
    assert sweep(silver, quarantine, keep=()) == 3
    assert sorted(files(silver)) == [
        "Orders/file_id=f01ab/_manifest.json",
        "Orders/file_id=f01ab/r20250101T000000-00000001/part-0.parquet",
    ]


def test_a_settled_folder_that_a_manifest_names_stays(
    silver: LocalStorage, quarantine: LocalStorage
) -> None:
    silver.create("Orders/file_id=f01ab/r20250101T000000-00000001.settled/part-0.parquet", b"")
    silver.create(
        manifest_path("Orders", "01ab"),
        to_json(manifest(folder="r20250101T000000-00000001.settled")),
    )
    assert sweep(silver, quarantine, keep=()) == 0


def test_a_damaged_manifest_protects_the_files_beside_it(
    silver: LocalStorage, quarantine: LocalStorage
) -> None:
    silver.create("Orders/file_id=f01ab/r20250101T000000-00000001/part-0.parquet", b"")
    silver.create(manifest_path("Orders", "01ab"), b"{")
    assert sweep(silver, quarantine, keep=()) == 0
    assert len(files(silver)) == 2


def test_the_gold_of_kept_runs_stays(silver: LocalStorage, quarantine: LocalStorage) -> None:
    for run_id in (
        "r20250101T000000-00000001",
        "r20250101T000000-00000002",
        "r20250101T000000-00000003",
    ):
        silver.create(f"{gold_folder('AOV', 'b', run_id)}/part-0.parquet", b"")
    assert sweep(silver, quarantine, keep=("r20250101T000000-00000002",)) == 2
    assert files(silver) == ["_gold/AOV/batch_id=bb/r20250101T000000-00000002/part-0.parquet"]


def test_what_was_set_aside_and_quarantine_below_silver_are_no_batches(
    silver: LocalStorage,
) -> None:
    below = LocalStorage(silver.folder / "_quarantine")
    silver.create(
        "_damaged/Orders/file_id=f01ab/r20250101T000000-00000001/batch/part-0.parquet", b""
    )
    below.create("Orders/file_id=f01ab/r20250101T000000-00000001/part-0.parquet", b"")
    below.create(
        manifest_path("Orders", "01ab"), to_json(manifest(folder="r20250101T000000-00000001"))
    )
    below.create("Orders/file_id=f01ab/r20250101T000000-00000002/part-0.parquet", b"")
    assert sweep(silver, below, keep=()) == 1
    assert "_damaged/Orders/file_id=f01ab/r20250101T000000-00000001/batch/part-0.parquet" in files(
        silver
    )
    assert "_quarantine/Orders/file_id=f01ab/r20250101T000000-00000001/part-0.parquet" in files(
        silver
    )


def test_a_run_that_publishes_and_ends_during_a_sweep_keeps_its_batch(
    silver: LocalStorage, quarantine: LocalStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    silver.create("Orders/file_id=f01ab/r20250101T000000-00000001/part-0.parquet", b"")
    held = contextlib.ExitStack()
    held.enter_context(run_lock([silver], "r20250101T000000-00000001"))
    read = LocalStorage.read

    def reading(storage: LocalStorage, path: str) -> bytes | None:
        found = read(storage, path)
        if path == manifest_path(
            "Orders", "01ab"
        ):  # r20250101T000000-00000001 goes on right after this look
            storage.create(path, to_json(manifest(folder="r20250101T000000-00000001")))
            held.close()
        return found

    monkeypatch.setattr(LocalStorage, "read", reading)
    assert sweep(silver, quarantine, keep=()) == 0
    assert "Orders/file_id=f01ab/r20250101T000000-00000001/part-0.parquet" in files(silver)


def test_a_lock_that_was_swept_before_it_was_held_is_taken_again(
    silver: LocalStorage, quarantine: LocalStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = LocalStorage.create

    def creating(storage: LocalStorage, path: str, data: bytes) -> bool:
        made = create(storage, path, data)
        sweep(storage, quarantine, keep=())  # another run's, at the worst moment
        return made

    monkeypatch.setattr(LocalStorage, "create", creating)
    silver.folder.mkdir()
    with run_lock([silver], "r20250101T000000-00000001"):
        (silver.folder / "Orders/file_id=f01ab/r20250101T000000-00000001").mkdir(parents=True)
        assert sweep(silver, quarantine, keep=()) == 0
        assert files(silver) == [lock_path("r20250101T000000-00000001")]


def test_a_lock_that_is_swept_between_opening_and_locking_is_taken_again(
    silver: LocalStorage, quarantine: LocalStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock, swept = fcntl.flock, []

    def locking(file: object, how: int) -> None:
        if not how & fcntl.LOCK_NB and not swept:
            swept.append(sweep(silver, quarantine, keep=()))
        lock(file, how)  # type: ignore[arg-type]

    monkeypatch.setattr(fcntl, "flock", locking)
    with run_lock([silver], "r20250101T000000-00000001"):
        assert swept == [0]
        (silver.folder / "Orders/file_id=f01ab/r20250101T000000-00000001").mkdir(parents=True)
        assert sweep(silver, quarantine, keep=()) == 0
        assert files(silver) == [lock_path("r20250101T000000-00000001")]


def test_a_lock_that_cannot_be_looked_at_counts_as_live(
    silver: LocalStorage, quarantine: LocalStorage
) -> None:
    silver.create("Orders/file_id=f01ab/r20250101T000000-00000001/part-0.parquet", b"")
    (silver.folder / lock_path("r20250101T000000-00000001")).mkdir(parents=True)
    assert sweep(silver, quarantine, keep=()) == 0


def test_a_bucket_has_no_locks_and_is_not_swept() -> None:
    class Bucket:
        """Any storage that is not a local one; none of its operations is used."""

    with run_lock([Bucket()], "r20250101T000000-00000001"):  # type: ignore[arg-type]
        pass
    assert sweep(Bucket(), Bucket(), keep=()) == 0  # type: ignore[arg-type]
