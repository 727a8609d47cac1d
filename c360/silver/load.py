"""Brings silver up to date with bronze: cleans what is new and reuses what is whole."""

from __future__ import annotations

from collections.abc import Mapping

from c360.errors import DataRefused
from c360.header import Header
from c360.manifest import BatchManifest
from c360.parallel import run_all
from c360.plan import Plan, PlannedFile
from c360.progress import Progress
from c360.silver.batches import clean_file
from c360.silver.failures import explained
from c360.silver.state import TableState, read_state
from c360.silver.workspace import FileTask, Workspace


def clean_files(
    work: Workspace, plan: Plan, headers: Mapping[str, Header], progress: Progress
) -> tuple[dict[str, BatchManifest], dict[str, str]]:
    """The batches of the files that this run cleans, by FileID, and by path why one is refused."""
    progress.begin("clean", len(plan.to_read))

    def clean(file: PlannedFile) -> BatchManifest | str:
        try:
            return clean_file(FileTask(work, file, headers[file.pin.path]))
        except DataRefused as refusal:
            return str(refusal)

    batches: dict[str, BatchManifest] = {}
    refused: dict[str, str] = {}
    for file, cleaned in run_all(clean, plan.to_read):
        if isinstance(cleaned, str):
            refused[file.pin.path] = cleaned
            progress.advance("clean", f"{file.pin.path}: refused")
        else:
            batches[file.file_id] = cleaned
            progress.advance("clean", f"{file.pin.path}: {_counts(cleaned)}")
    return batches, refused


def read_states(
    work: Workspace, plan: Plan, batches: dict[str, BatchManifest], progress: Progress
) -> dict[str, TableState]:
    """The state of every table of the registry, in its order."""
    progress.begin("silver", len(work.registry.tables))

    def read(name: str) -> TableState:
        current = [batches[file.file_id] for file in plan.of(name, "read", "reused")]
        with explained(name):
            return read_state(work.spark, work.silver, work.registry.table(name), current)

    states: dict[str, TableState] = {}
    for name, state in run_all(read, work.registry.names):
        states[name] = state
        progress.advance("silver", f"{name}: {state.figures.rows} rows")
    return {name: states[name] for name in work.registry.names}


def _counts(batch: BatchManifest) -> str:
    counts = batch.counts
    return (
        f"{counts.records} records, {counts.accepted} accepted, {counts.rejected} rejected, "
        f"{counts.duplicates} duplicate"
    )
