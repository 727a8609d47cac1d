"""Removes what nothing refers to any more: batches, rejected records, gold, damage and staging."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from c360.errors import OutsideFailure, WrongUse
from c360.failpoints import failpoint
from c360.intake import require_readable, take_in
from c360.layout import (
    DAMAGED,
    GOLD,
    QUARANTINE,
    RUNS,
    file_id_of_folder,
    is_batch_folder,
    is_run_folder,
    started_at,
)
from c360.locks import live_runs
from c360.manifest import MANIFEST, parse_manifest, parse_quarantine_manifest
from c360.places import Places
from c360.registry.specs import Registry
from c360.storage import Storage
from c360.warehouse.audit_sql import FILES_OF_LAST_PUBLISHED

Kind = Literal["silver batch", "rejected records", "dead run", "gold", "damaged batch"]


@dataclass(frozen=True, slots=True)
class Kept:
    """What is in use: batches by FileID, gold by RunID, and whatever a run began after `since`."""

    file_ids: frozenset[str]
    run_ids: frozenset[str]
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class Unused:
    """A folder that nothing refers to."""

    kind: Kind
    root: Storage
    folder: str
    bytes: int

    @property
    def uri(self) -> str:
        """Where it lies, as people write it."""
        return f"{self.root.root}/{self.folder}"


def prune(
    places: Places, registry: Registry, keep: int, since: dt.datetime, *, dry_run: bool
) -> tuple[list[Unused], tuple[str, ...]]:
    """The folders and the staging tables that nothing refers to, removed unless it is a dry run.

    Args:
        places: bronze and the warehouse tell what is in use; silver and quarantine are searched.
        registry: the sources whose files in bronze are in use.
        keep: how many publications, the last ones, keep their batches; the published one always.
        since: what a run that began then or later has written stays.
        dry_run: only look.

    Raises:
        DataRefused: a source has no file in bronze; its batches would all seem unused.
        WrongUse: nothing is published, though runs have made gold; it would all seem unused.
        OutsideFailure: a run is at work on a local root, or a place cannot be used.
    """
    _require_nobody(places)
    kept = _in_use(places, registry, keep, since)
    unused = [
        *_unused_batches(places.silver, kept, "silver batch"),
        *_unused_batches(places.quarantine, kept, "rejected records"),
        *_unused_runs(places.silver, GOLD, "gold", kept),
        *_unused_runs(places.silver, DAMAGED, "damaged batch", kept),
    ]
    if not dry_run:
        _require_nobody(places)  # whoever began since has locked its folders before it made them
        for each in unused:
            _remove(each)
    return unused, places.warehouse.remove_staging(since, dry_run=dry_run)


def _require_nobody(places: Places) -> None:
    if running := sorted(live_runs((places.silver, places.quarantine))):
        raise OutsideFailure(
            f"{places.silver.root}: run {running[0]} is at work here; nothing was removed. "
            "Next: prune when it has ended"
        )


def _in_use(places: Places, registry: Registry, keep: int, since: dt.datetime) -> Kept:
    plan = take_in(places.bronze, registry).plan(registry, (), None)
    require_readable(plan, registry, places.bronze, "nothing was removed")
    current = {file.file_id for file in plan.to_read}
    published = _last_published(places, keep)
    return Kept(
        frozenset(current | {file_id for _, file_id in published}),
        frozenset(run_id for run_id, _ in published),
        since,
    )


def _last_published(places: Places, keep: int) -> set[tuple[str, str]]:
    """The RunIDs of the last publications, each with the FileIDs that its state was made of."""
    head = places.warehouse.read_head()
    if head.run_id is None:
        _require_no_gold(places)
        return set()
    found = places.warehouse.query(FILES_OF_LAST_PUBLISHED, {"Head": head.run_id, "Limit": keep})
    return {(row["RunID"], row["FileID"]) for row in found}


def _require_no_gold(places: Places) -> None:
    """Stop where gold was made and nothing is published: that gold may be another warehouse's."""
    if next(_runs_below(places.silver, GOLD), None):
        raise WrongUse(
            f"{places.warehouse.name}: nothing is published there, but {places.silver.root}/{GOLD} "
            "holds gold of runs; nothing was removed. Next: check --warehouse; if it is right, "
            "publish with `c360 run` first, or remove that folder by hand"
        )


def _unused_batches(root: Storage, kept: Kept, kind: Kind) -> Iterator[Unused]:
    """Batches of files that no state has, and in the others what runs left that died."""
    for table in sorted(set(root.folders()) - {GOLD, DAMAGED, RUNS, QUARANTINE}):
        for name in filter(is_batch_folder, root.folders(table)):
            folder = f"{table}/{name}"
            runs = list(filter(is_run_folder, root.folders(folder)))
            if file_id_of_folder(name) not in kept.file_ids:
                if all(_is_old(run, kept) for run in runs):
                    yield _measured(kind, root, folder)
                continue
            dead = () if (visible := _visible_run(root, folder)) is None else {*runs} - {visible}
            for run in sorted(dead):
                if _is_old(run, kept):
                    yield _measured("dead run", root, f"{folder}/{run}")


def _visible_run(root: Storage, folder: str) -> str | None:
    """The folder that a batch's manifest names, "" without a manifest, None for a damaged one."""
    text = root.read(f"{folder}/{MANIFEST}")
    if text is None:
        return ""
    manifest = parse_manifest(text) or parse_quarantine_manifest(text)
    return manifest.folder if manifest else None


def _unused_runs(root: Storage, below: str, kind: Kind, kept: Kept) -> Iterator[Unused]:
    """The folders of runs below `<below>/<Table>/<batch>` that are not in use."""
    for folder, run in _runs_below(root, below):
        # What a run set aside is of no use to it, be it the published one.
        if (below == DAMAGED or run not in kept.run_ids) and _is_old(run, kept):
            yield _measured(kind, root, f"{folder}/{run}")


def _runs_below(root: Storage, below: str) -> Iterator[tuple[str, str]]:
    """Every folder `<below>/<Table>/<batch>`, once with the name of each run in it."""
    for table in root.folders(below):
        for batch in filter(is_batch_folder, root.folders(f"{below}/{table}")):
            folder = f"{below}/{table}/{batch}"
            for run in filter(is_run_folder, root.folders(folder)):
                yield folder, run


def _is_old(run: str, kept: Kept) -> bool:
    began = started_at(run)
    return began is not None and began < kept.since


def _measured(kind: Kind, root: Storage, folder: str) -> Unused:
    return Unused(kind, root, folder, sum(stored.bytes for stored in root.list(folder)))


def _remove(unused: Unused) -> None:
    """The manifest goes first, so that no reader meets half of a batch."""
    failpoint("prune.manifest")
    unused.root.delete(f"{unused.folder}/{MANIFEST}")
    failpoint("prune.folder")
    unused.root.delete_tree(unused.folder)


def by_kind(unused: Iterable[Unused]) -> dict[Kind, tuple[int, int]]:
    """How many folders and bytes there are of each kind."""
    counted: dict[Kind, tuple[int, int]] = {}
    for each in unused:
        folders, size = counted.get(each.kind, (0, 0))
        counted[each.kind] = (folders + 1, size + each.bytes)
    return counted
