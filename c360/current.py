"""Finds the silver batches of the files that are in bronze now, without Spark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from c360.errors import DataRefused, WrongUse, listed
from c360.intake import take_in
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


def withdraw_damage(bronze: Storage, silver: Storage, registry: Registry, run_id: str) -> list[str]:
    """Set aside every damaged batch of the files in bronze now; what a person is told of each."""
    plan = take_in(bronze, registry).plan(registry, (), None)
    _, damaged = whole_batches(silver, plan)
    return withdraw_damaged(silver, plan, damaged, run_id)
