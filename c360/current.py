"""Finds the silver batches of the files that are in bronze now, without Spark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from c360.errors import DataRefused, WrongUse, listed
from c360.intake import require_files, take_in
from c360.manifest import BatchManifest
from c360.plan import Plan
from c360.registry.specs import Registry
from c360.silver.manifests import read_manifest, whole_batches, withdraw_damaged
from c360.storage import Storage


@dataclass(frozen=True, slots=True)
class CurrentBatches:
    """The plan of a run that would start now, and the batches that silver has for it, by FileID."""

    tables: tuple[str, ...]  # of the registry
    plan: Plan
    batches: Mapping[str, BatchManifest]

    def of(self, table: str) -> tuple[BatchManifest, ...]:
        """The batches of a table, every file of which is cleaned.

        Raises:
            WrongUse: the registry has no such table.
            DataRefused: a file of the table is not cleaned yet.
        """
        if table not in self.tables:
            raise WrongUse(f"found '{table}'; expected one of {', '.join(self.tables)}")
        files = self.plan.of(table, "read", "reused")
        if not files:
            raise DataRefused(f"{table}: has no file in bronze", [table])
        if missing := [file.pin.path for file in files if file.file_id not in self.batches]:
            raise DataRefused(
                listed(f"{table}: files not cleaned yet; next: c360 run --only silver", missing)
            )
        return tuple(self.batches[file.file_id] for file in files)


def current_batches(bronze: Storage, silver: Storage, registry: Registry) -> CurrentBatches:
    """What silver has of the files in bronze now.

    Raises:
        WrongUse: two tables claim one file.
        OutsideFailure: bronze or silver cannot be read.
    """
    plan = take_in(bronze, registry).plan(registry, (), None)
    found = {file.file_id: read_manifest(silver, file.table, file.file_id) for file in plan.to_read}
    return CurrentBatches(
        registry.names,
        plan,
        {file_id: batch for file_id, batch in found.items() if batch is not None},
    )


@dataclass(frozen=True, slots=True)
class StorageCheck:
    """What silver has of the files in bronze now."""

    files: int
    whole: int  # of them, those whose batch is as it was written
    damaged: tuple[str, ...]  # what a person is told of each batch that was set aside
    uncleaned: tuple[str, ...]  # the paths of the files that have no batch yet


def withdraw_damage(
    bronze: Storage, silver: Storage, registry: Registry, run_id: str
) -> StorageCheck:
    """Check every batch of the files in bronze now, and set the damaged ones aside.

    Raises:
        WrongUse: bronze has no file of any table, or two tables claim one file.
        OutsideFailure: bronze or silver cannot be used.
    """
    plan = take_in(bronze, registry).plan(registry, (), None)
    require_files(plan, registry, bronze)
    files = plan.to_read
    whole, damaged = whole_batches(silver, plan)
    known = whole | damaged.keys()
    return StorageCheck(
        files=len(files),
        whole=len(whole),
        damaged=tuple(withdraw_damaged(silver, plan, damaged, run_id)),
        uncleaned=tuple(file.pin.path for file in files if file.file_id not in known),
    )
