"""Cleans one bronze file into one silver batch and makes it visible by its manifest."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping

from pyspark.sql import DataFrame, Observation

from c360 import cleaning
from c360.bronze.files import require_unchanged
from c360.bronze.records import read_lines
from c360.errors import C360Error, DataRefused, OutsideFailure
from c360.failpoints import failpoint
from c360.layout import manifest_path, run_of_folder
from c360.lines import bind_fields
from c360.manifest import (
    BatchManifest,
    FileCounts,
    QuarantineManifest,
    ReasonCount,
    to_json,
)
from c360.marks import marked_lines
from c360.quarantine.write import (
    remove_rejects,
    require_shown,
    show_rejects,
    write_rejects,
)
from c360.silver.failures import explained
from c360.silver.manifests import read_manifest
from c360.silver.rows import Written, is_small, write_rows
from c360.silver.workspace import FileTask


def clean_file(task: FileTask) -> BatchManifest:
    """The manifest of the batch that a bronze file is cleaned into; the first run to finish wins.

    Raises:
        DataRefused: the file as a whole cannot be read.
        OutsideFailure: Spark or storage failed, or the file changed while it was read.
    """
    with explained(task.path), _leaving_nothing(task):
        lines = read_lines(task.work.spark, task.work.bronze.uri(task.path), task.table)
        zone = task.work.registry.policy.source_timezone
        counter = Observation()
        raw = bind_fields(lines, task.header, task.table)
        written = write_rows(task, cleaning.accept(raw, task.table, zone, counter))
        metrics = counter.get
        _require_records(task, metrics)
        rejected = metrics[cleaning.RECORDS] - metrics[cleaning.ACCEPTED]
        rejects = _write_rejects(task, lines, metrics[cleaning.MARKS]) if rejected else None
        require_unchanged(task.work.bronze, task.file.pin)
        if rejects and rejects.records != rejected:
            raise C360Error(f"{task.path}: two passes do not agree on what is rejected")
        manifest = _describe(task, written, metrics, rejects.reasons if rejects else ())
        if rejects:
            show_rejects(task, rejects)
        return _publish(task, manifest, rejects)


def _write_rejects(task: FileTask, lines: DataFrame, marks: str) -> QuarantineManifest:
    """Reads the file a second time, of a large one only the lines that may be rejected."""
    if not is_small(task):
        lines = marked_lines(lines, marks)
    raw = bind_fields(lines, task.header, task.table)
    counter = Observation()
    found = cleaning.reject(raw, task.table, task.work.registry.policy.source_timezone, counter)
    return write_rejects(task, found, counter)


def _require_records(task: FileTask, metrics: Mapping[str, int]) -> None:
    """Raises DataRefused for a file without records, or whose records cannot be told apart."""
    if task.table.embedded_newlines and metrics[cleaning.OPEN_QUOTES]:
        raise DataRefused("ends inside a quoted field; close the quote or export it again")
    if not metrics[cleaning.HEADERS]:
        raise DataRefused(
            "has a header that is no record of its own; "
            "end its lines with LF or CR LF and close the quotes in the first one"
        )
    if not metrics[cleaning.RECORDS]:
        raise DataRefused("has a header and no records; export it again or remove it")


def _describe(
    task: FileTask, written: Written, metrics: Mapping[str, int], rejected: tuple[ReasonCount, ...]
) -> BatchManifest:
    counts = FileCounts(
        records=metrics[cleaning.RECORDS],
        blank_lines=metrics[cleaning.BLANKS],
        repeated_headers=metrics[cleaning.HEADERS] - 1,
        accepted=written.rows,
        rejected=metrics[cleaning.RECORDS] - metrics[cleaning.ACCEPTED],
        duplicates=written.duplicates,
        conflicting_duplicates=written.conflicts,
    )
    _require_closed(task, counts)
    return BatchManifest(
        table=task.file.table,
        file_id=task.file.file_id,
        source_file=task.path,
        source_bytes=task.file.pin.bytes,
        source_crc32c=task.file.pin.crc32c,
        spec_hash=task.table.spec_hash,
        run_id=task.work.run_id,
        folder=written.folder,
        header=task.header.line,
        files=written.files,
        counts=counts,
        reasons=(*rejected, *_kept_counts(metrics)),
        extra_columns=task.header.extra_columns,
    )


def _require_closed(task: FileTask, counts: FileCounts) -> None:
    """Raises OutsideFailure where a record is neither a row, nor rejected, nor a duplicate."""
    if counts.records != counts.accepted + counts.rejected + counts.duplicates:
        raise OutsideFailure(
            f"{task.path}: {counts.records} records were read, but {counts.accepted} rows "
            f"were written, {counts.rejected} rejected and {counts.duplicates} duplicate. "
            "Nothing was published; run again, and if it happens again report it"
        )


def _kept_counts(metrics: Mapping[str, int]) -> Iterator[ReasonCount]:
    """The columns whose values were nulled or are not among the listed ones, with their counts."""
    for name, records in sorted(metrics.items()):
        if records and name.startswith(cleaning.NULLED):
            column = name.removeprefix(cleaning.NULLED)
            yield ReasonCount(column, "invalid_value", "nulled", records)
        elif records and name.startswith(cleaning.UNKNOWN):
            column = name.removeprefix(cleaning.UNKNOWN)
            yield ReasonCount(column, "unknown_value", "warned", records)


def _publish(
    task: FileTask, manifest: BatchManifest, rejects: QuarantineManifest | None
) -> BatchManifest:
    """The manifest that counts: ours, or that of another run that was first."""
    path = manifest_path(task.file.table, task.file.file_id)
    failpoint("silver.manifest")
    if task.work.silver.create(path, to_json(manifest)):
        if rejects:
            require_shown(task, rejects)
        return manifest
    first = read_manifest(task.work.silver, task.file.table, task.file.file_id)
    if first is None:
        raise OutsideFailure(f"{task.work.silver.root}/{path}: damaged. Run again to clean it anew")
    failpoint("silver.rival")
    task.work.silver.delete_tree(f"{task.folder}/{manifest.folder}")
    return first


@contextlib.contextmanager
def _leaving_nothing(task: FileTask) -> Iterator[None]:
    """Remove what this run wrote of the batch when it fails; a killed run's rest goes later.

    Where its manifest is visible the batch is whole: only the answer to that last write got lost.
    """
    try:
        yield
    except BaseException:
        with contextlib.suppress(OutsideFailure):
            if not _is_published(task):
                _undo(task)
        raise


def _is_published(task: FileTask) -> bool:
    visible = read_manifest(task.work.silver, task.file.table, task.file.file_id)
    return visible is not None and visible.run_id == task.work.run_id


def _undo(task: FileTask) -> None:
    for name in task.work.silver.folders(task.folder):
        if run_of_folder(name) == task.work.run_id:
            failpoint("silver.undo")
            task.work.silver.delete_tree(f"{task.folder}/{name}")
    remove_rejects(task)
