"""Tells live runs from dead ones on a local root, and removes what dead runs left behind."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Collection, Iterator
from typing import IO

from c360.errors import OutsideFailure
from c360.layout import DAMAGED, GOLD, QUARANTINE, RUNS, lock_path, run_of_folder
from c360.manifest import MANIFEST, parse_manifest, parse_quarantine_manifest
from c360.storage import Storage
from c360.storage.local import LocalStorage


@contextlib.contextmanager
def run_lock(silver: Storage, run_id: str) -> Iterator[None]:
    """Hold the lock that shows other runs that this one lives; a dead process loses it.

    A bucket has no such locks: there nothing is removed by a run.
    """
    if not isinstance(silver, LocalStorage):
        yield
        return
    silver.create(lock_path(run_id), b"")
    with (silver.folder / lock_path(run_id)).open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            silver.delete(lock_path(run_id))


def sweep(silver: Storage, quarantine: Storage, keep: Collection[str]) -> int:
    """Remove the folders of dead runs that no manifest names; how many there were.

    Args:
        silver: the silver root; nothing happens unless it is local.
        quarantine: the quarantine root.
        keep: the RunIDs whose gold stays, beside that of live runs.
    """
    if not isinstance(silver, LocalStorage):
        return 0
    removed = _sweep_batches(silver, silver) + _sweep_batches(silver, quarantine)
    for table in silver.folders(GOLD):
        for batch in silver.folders(f"{GOLD}/{table}"):
            removed += _sweep_folder(silver, silver, f"{GOLD}/{table}/{batch}", keep)
    for stored in list(silver.list(RUNS)):
        run_id = stored.path.rsplit("/", 1)[-1].removesuffix(".lock")
        if not _is_live(silver, run_id):
            silver.delete(stored.path)
    return removed


def _sweep_batches(silver: LocalStorage, root: Storage) -> int:
    removed = 0
    for table in root.folders():
        if table in (GOLD, DAMAGED, RUNS, QUARANTINE):
            continue
        for batch in root.folders(table):
            folder = f"{table}/{batch}"
            text = root.read(f"{folder}/{MANIFEST}") or b""
            manifest = parse_manifest(text) or parse_quarantine_manifest(text)
            named = {manifest.folder} if manifest else set()
            removed += _sweep_folder(silver, root, folder, named)
    return removed


def _sweep_folder(silver: LocalStorage, root: Storage, folder: str, keep: Collection[str]) -> int:
    dead = [
        name
        for name in root.folders(folder)
        if name not in keep and not _is_live(silver, run_of_folder(name))
    ]
    for name in dead:
        root.delete_tree(f"{folder}/{name}")
    return len(dead)


def _is_live(silver: LocalStorage, run_id: str) -> bool:
    """True while a process holds the run's lock."""
    try:
        file: IO[bytes] = silver.open(lock_path(run_id))
    except OutsideFailure:
        return False
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        return False
