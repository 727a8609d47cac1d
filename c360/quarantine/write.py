"""Writes the rejected records of one file, each with all its reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyspark.sql import DataFrame, Observation
from pyspark.sql import functions as F

from c360.cleaning import RAW_RECORD, REASONS, REJECTED
from c360.contracts.silver import FILE_ID, SOURCE_FILE
from c360.failpoints import failpoint
from c360.layout import manifest_path
from c360.manifest import (
    MANIFEST,
    QuarantineManifest,
    ReasonCount,
    parse_manifest,
    parse_quarantine_manifest,
    to_json,
)
from c360.silver.parquet import list_parts, write_frame
from c360.silver.workspace import FileTask

TABLE_NAME = "TableName"


def write_rejects(task: FileTask, rejects: DataFrame, counter: Observation) -> QuarantineManifest:
    """Write the rejected records of a file; nobody sees them before `show_rejects`.

    Args:
        task: the file.
        rejects: RawRecord binary, Reasons array<string>; one row per rejected record.
        counter: counts the rejected records and each of their reasons while they are written.
    """
    folder = f"{task.folder}/{task.work.run_id}"
    rows = rejects.select(
        F.lit(task.file.table).alias(TABLE_NAME),
        F.lit(task.path).alias(SOURCE_FILE),
        F.lit(task.file.file_id).alias(FILE_ID),
        RAW_RECORD,
        REASONS,
    )
    failpoint("quarantine.rows")
    write_frame(rows, task.work.quarantine, folder)
    counts = counter.get
    files = list_parts(task.work.spark, task.work.quarantine, folder, counts[REJECTED])
    return QuarantineManifest(
        table=task.file.table,
        file_id=task.file.file_id,
        source_file=task.path,
        run_id=task.work.run_id,
        folder=task.work.run_id,
        header=task.header.line,
        files=files,
        records=sum(part.rows for part in files),
        reasons=tuple(_reason_counts(counts)),
    )


def show_rejects(task: FileTask, manifest: QuarantineManifest) -> None:
    """Make these records the visible ones: an earlier, unfinished run had the same ones.

    Those of a batch that is visible stay: its run was first, and this one will be told so.
    """
    failpoint("quarantine.manifest")
    while not task.work.quarantine.create(_manifest_path(task), to_json(manifest)):
        # A damaged manifest too: its batch is set aside before the file is cleaned again
        if task.work.silver.read(manifest_path(task.file.table, task.file.file_id)) is not None:
            return
        failpoint("quarantine.replaced")
        task.work.quarantine.delete(_manifest_path(task))


def require_shown(task: FileTask, manifest: QuarantineManifest) -> None:
    """Show these records once more where another run, which failed, took what was shown with it."""
    if task.work.quarantine.read(_manifest_path(task)) is None:
        show_rejects(task, manifest)


def remove_rejects(task: FileTask) -> None:
    """Remove what this run has written of the rejected records of a file.

    Those that are shown for a visible batch stay, whichever run was first. It is asked once more
    after they were withdrawn: a run that is first just now may have seen them before that.
    """
    quarantine, path = task.work.quarantine, _manifest_path(task)
    text = quarantine.read(path)
    shown = parse_quarantine_manifest(text) if text is not None else None
    if text is not None and shown is not None and shown.run_id == task.work.run_id:
        if _has_batch(task):
            return
        failpoint("quarantine.withdraw")
        quarantine.delete(path)
        if _has_batch(task):
            failpoint("quarantine.kept")
            quarantine.create(path, text)
            return
    failpoint("quarantine.undo")
    task.work.quarantine.delete_tree(f"{task.folder}/{task.work.run_id}")


def _has_batch(task: FileTask) -> bool:
    """Whether the file has a batch that readers see; a manifest that is damaged shows none."""
    text = task.work.silver.read(manifest_path(task.file.table, task.file.file_id))
    return text is not None and parse_manifest(text) is not None


def _reason_counts(counts: Mapping[str, int]) -> Iterator[ReasonCount]:
    for name, records in sorted(counts.items()):
        column, colon, reason = name.partition(":")
        if colon and records:
            yield ReasonCount(column, reason, "rejected", records)


def _manifest_path(task: FileTask) -> str:
    return f"{task.folder}/{MANIFEST}"
