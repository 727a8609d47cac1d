"""Tells live runs from dead ones on a local root, and removes what dead runs left behind."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import PurePosixPath
from typing import IO

from c360.errors import OutsideFailure
from c360.failpoints import failpoint
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
def run_lock(roots: Iterable[Storage], run_id: str) -> Iterator[None]:
    """Hold a lock on every root that shows other runs that this one lives; a dead process loses it.

    Each root has its own, since runs on other roots may share one of them. A bucket has no such
    locks: there nothing is removed by a run.
    """
    path = lock_path(run_id)
    with contextlib.ExitStack() as held:
        for root in roots:
            if isinstance(root, LocalStorage):
                held.enter_context(_take_lock(root, path))
                held.callback(_free_lock, root, path)
        yield


def sweep(silver: Storage, quarantine: Storage, keep: Collection[str]) -> int:
    """Remove what dead runs left: their folders that no manifest names, and unfinished files.

    Args:
        silver: the silver root; nothing happens on a root that is not local.
        quarantine: the quarantine root.
        keep: the RunIDs whose gold stays, beside that of live runs.

    Returns:
        How many folders and files there were, locks aside.
    """
    removed = 0
    for root in (silver, quarantine):
        if not isinstance(root, LocalStorage):
            continue
        for table in set(root.folders()) - {GOLD, DAMAGED, RUNS, QUARANTINE}:
            for batch in filter(is_batch_folder, root.folders(table)):
                removed += _sweep_batch(root, f"{table}/{batch}")
        for table in root.folders(GOLD):
            for batch in filter(is_batch_folder, root.folders(f"{GOLD}/{table}")):
                folder = f"{GOLD}/{table}/{batch}"
                removed += _remove(root, folder, _dead_folders(root, folder) - {*keep})
        for stored in list(root.list(RUNS)):
            with _if_dead(root, stored.path) as is_dead:
                if is_dead:
                    failpoint("sweep.lock")
                    root.delete(stored.path)
    return removed


def live_runs(roots: Iterable[Storage]) -> set[str]:
    """The RunIDs of the runs that hold a lock on a root; a bucket tells of none."""
    found = set()
    for root in roots:
        if not isinstance(root, LocalStorage):
            continue
        for stored in list(root.list(RUNS)):
            with _if_dead(root, stored.path) as is_dead:
                if not is_dead:
                    found.add(PurePosixPath(stored.path).stem)
    return found


def _sweep_batch(root: LocalStorage, folder: str) -> int:
    dead = _dead_folders(root, folder)
    unfinished = root.remove_unfinished(folder)
    # Read after the dead are known: who can still write a manifest was live then.
    text = root.read(f"{folder}/{MANIFEST}")
    manifest = parse_manifest(text or b"") or parse_quarantine_manifest(text or b"")
    if text is not None and manifest is None:
        return unfinished  # damaged: the run that needs the batch sets it aside with its files
    return unfinished + _remove(root, folder, dead - ({manifest.folder} if manifest else set()))


def _dead_folders(root: LocalStorage, folder: str) -> set[str]:
    """The folders of runs below `folder` whose run is not live."""
    found = set()
    for name in filter(is_run_folder, root.folders(folder)):
        with _if_dead(root, lock_path(run_of_folder(name))) as is_dead:
            if is_dead:
                found.add(name)
    return found


def _remove(root: LocalStorage, folder: str, names: Collection[str]) -> int:
    for name in names:
        failpoint("sweep.folder")
        root.delete_tree(f"{folder}/{name}")
    return len(names)


def _free_lock(root: LocalStorage, path: str) -> None:
    failpoint("lock.free")
    root.delete(path)


def _take_lock(root: LocalStorage, path: str) -> IO[bytes]:
    """The lock file at `path`, locked; closing it frees the lock."""
    failpoint("lock.take")
    root.create(path, b"")
    while True:
        file = (root.folder / path).open("ab")
        fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file.fileno()).st_nlink:
            return file
        file.close()  # a sweep took the file for a dead run's before it was locked


@contextlib.contextmanager
def _if_dead(root: LocalStorage, path: str) -> Iterator[bool]:
    """True where no process holds the lock at `path`; none can take it meanwhile."""
    try:
        file = root.open(path)
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
