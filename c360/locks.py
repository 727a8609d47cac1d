"""Tells live runs from dead ones on a local root, and removes what dead runs left behind."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Collection, Iterator
from typing import IO

from c360.errors import OutsideFailure
from c360.layout import (
    DAMAGED,
    GOLD,
    QUARANTINE,
    RUNS,
    is_batch_folder,
    is_run_folder,
    lock_path,
    run_of_folder,
)
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
    with _take_lock(silver, lock_path(run_id)):
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
    removed = 0
    for root in (silver, quarantine):
        for table in set(root.folders()) - {GOLD, DAMAGED, RUNS, QUARANTINE}:
            for batch in filter(is_batch_folder, root.folders(table)):
                removed += _sweep_batch(silver, root, f"{table}/{batch}")
    for table in silver.folders(GOLD):
        for batch in filter(is_batch_folder, silver.folders(f"{GOLD}/{table}")):
            folder = f"{GOLD}/{table}/{batch}"
            removed += _remove(silver, folder, _dead_folders(silver, silver, folder) - {*keep})
    for stored in list(silver.list(RUNS)):
        with _if_dead(silver, stored.path) as is_dead:
            if is_dead:
                silver.delete(stored.path)
    return removed


def _sweep_batch(silver: LocalStorage, root: Storage, folder: str) -> int:
    dead = _dead_folders(silver, root, folder)
    # Read after the dead are known: who can still write a manifest was live then.
    text = root.read(f"{folder}/{MANIFEST}")
    manifest = parse_manifest(text or b"") or parse_quarantine_manifest(text or b"")
    if text is not None and manifest is None:
        return 0  # damaged: the run that needs the batch sets it aside with its files
    return _remove(root, folder, dead - ({manifest.folder} if manifest else set()))


def _dead_folders(silver: LocalStorage, root: Storage, folder: str) -> set[str]:
    """The folders of runs below `folder` whose run is not live."""
    found = set()
    for name in filter(is_run_folder, root.folders(folder)):
        with _if_dead(silver, lock_path(run_of_folder(name))) as is_dead:
            if is_dead:
                found.add(name)
    return found


def _remove(root: Storage, folder: str, names: Collection[str]) -> int:
    for name in names:
        root.delete_tree(f"{folder}/{name}")
    return len(names)


def _take_lock(silver: LocalStorage, path: str) -> IO[bytes]:
    """The lock file at `path`, locked; closing it frees the lock."""
    silver.create(path, b"")
    while True:
        file = (silver.folder / path).open("ab")
        fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file.fileno()).st_nlink:
            return file
        file.close()  # a sweep took the file for a dead run's before it was locked


@contextlib.contextmanager
def _if_dead(silver: LocalStorage, path: str) -> Iterator[bool]:
    """True where no process holds the lock at `path`; none can take it meanwhile."""
    try:
        file = silver.open(path)
    except OutsideFailure as failure:
        yield isinstance(failure.__cause__, FileNotFoundError)
        return
    with file:
        yield _is_locked_now(file)


def _is_locked_now(file: IO[bytes]) -> bool:
    """True where the lock was free and is held now; a file that was removed tells nothing."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return os.fstat(file.fileno()).st_nlink > 0
