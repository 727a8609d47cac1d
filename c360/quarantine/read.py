"""Finds the source files that have rejected records, and chooses among them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from c360.errors import WrongUse, listed
from c360.layout import batch_folder, manifest_path
from c360.manifest import (
    MANIFEST,
    BatchManifest,
    QuarantineManifest,
    ReasonCount,
    parse_manifest,
    parse_quarantine_manifest,
)
from c360.plan import Plan
from c360.registry.problems import one_of, suggestion
from c360.storage import Storage


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantinedFile:
    """One source file that has rejected records, cleaned under one spec."""

    table: str
    source_file: str
    file_id: str
    is_current: bool  # in bronze now, and read by a run
    header: str
    records: int  # rejected
    kept: int  # of those, the ones whose rows are still in storage
    reasons: tuple[ReasonCount, ...]
    parts: tuple[str, ...]  # the Parquet files that are there, below the quarantine root

    @property
    def reason_names(self) -> tuple[str, ...]:
        """Every reason as a record carries it, for example `Amount:scale`."""
        return tuple(f"{cause.column}:{cause.reason}" for cause in self.reasons)


def list_current(
    quarantine: Storage, plan: Plan, batches: Mapping[str, BatchManifest]
) -> tuple[QuarantinedFile, ...]:
    """The files in bronze now that have rejected records, in the order of the plan.

    Args:
        quarantine: the root of the rejected rows, which a lifecycle may have deleted.
        plan: of a run that would start now.
        batches: what silver has of these files by FileID; they know every count.
    """
    found = (
        _find(quarantine, file.table, file.file_id, batches.get(file.file_id))
        for file in plan.files
        if file.outcome != "superseded"
    )
    return tuple(file for file in found if file is not None)


def list_all(
    silver: Storage, quarantine: Storage, current: Collection[str]
) -> tuple[QuarantinedFile, ...]:
    """Every file that ever had rejected records, as far as storage knows, by table and path.

    Args:
        silver: the silver root, whose manifests know every count.
        quarantine: the root of the rejected rows.
        current: the FileIDs of the files in bronze now.
    """
    batches = {
        (batch.table, batch.file_id): batch
        for text in _manifests(silver)
        if (batch := parse_manifest(text)) is not None
    }
    kept = {
        (rejects.table, rejects.file_id)
        for text in _manifests(quarantine)
        if (rejects := parse_quarantine_manifest(text)) is not None
    }
    found = [
        _find(quarantine, *key, batches.get(key), is_current=key[1] in current)
        for key in batches.keys() | kept
    ]
    return tuple(
        sorted(
            (file for file in found if file is not None),
            key=lambda file: (file.table, file.source_file, file.file_id),
        )
    )


def choose_files(
    files: Sequence[QuarantinedFile],
    tables: Sequence[str],
    *,
    table: str | None = None,
    source: str | None = None,
) -> tuple[QuarantinedFile, ...]:
    """The files of one table, or whose path or name is like `source`; all when nothing is said.

    Raises:
        WrongUse: there is no such table, or `source` fits none of its files.
    """
    names = sorted({*tables, *(file.table for file in files)})
    if table is not None and table not in names:
        hint = suggestion(table, names)
        raise WrongUse(f"found the table '{table}'; expected one of {', '.join(names)}{hint}")
    of_table = tuple(file for file in files if table in (None, file.table))
    if source is None:
        return of_table
    chosen = tuple(file for file in of_table if _is_like(file.source_file, source))
    if not chosen:
        paths = sorted({file.source_file for file in of_table}) or ["none has rejected records"]
        raise WrongUse(
            listed(f"--file: found '{source}'; expected a path, a name or a pattern of", paths)
        )
    return chosen


def choose_reasons(files: Iterable[QuarantinedFile], wanted: str | None) -> frozenset[str]:
    """The reasons that `wanted` names: whole (`Amount:scale`), by column, or by the word after it.

    Raises:
        WrongUse: none of the files has such a reason.
    """
    known = {name for file in files for name in file.reason_names}
    if wanted is None:
        return frozenset(known)
    chosen = frozenset(name for name in known if wanted in (name, *name.split(":")))
    if known and not chosen:
        raise WrongUse(
            f"--reason: found '{wanted}'; expected {one_of(known)}{suggestion(wanted, known)}, "
            "or one half of it"
        )
    return chosen


def _is_like(path: str, wanted: str) -> bool:
    names = (path, path.rsplit("/", 1)[-1])
    return wanted in names or any(fnmatchcase(name, wanted) for name in names)


def _manifests(root: Storage) -> Iterator[bytes]:
    for table in root.folders():
        for folder in root.folders(table):
            text = root.read(f"{table}/{folder}/{MANIFEST}")
            if text is not None:
                yield text


def _find(
    quarantine: Storage,
    table: str,
    file_id: str,
    batch: BatchManifest | None,
    *,
    is_current: bool = True,
) -> QuarantinedFile | None:
    """What was rejected of one file; None where nothing was, or it is not cleaned yet."""
    text = quarantine.read(manifest_path(table, file_id))
    rows = parse_quarantine_manifest(text) if text is not None else None
    known = batch or rows
    records = batch.counts.rejected if batch else rows.records if rows else 0
    if known is None or not records:
        return None
    parts, kept = _kept_parts(quarantine, rows) if rows else ((), 0)
    return QuarantinedFile(
        table=table,
        source_file=known.source_file,
        file_id=file_id,
        is_current=is_current,
        header=known.header,
        records=records,
        kept=kept,
        reasons=tuple(cause for cause in known.reasons if cause.action == "rejected"),
        parts=parts,
    )


def _kept_parts(quarantine: Storage, rows: QuarantineManifest) -> tuple[tuple[str, ...], int]:
    """The Parquet files that are still there, in the order of the records, and their rows."""
    folder = f"{batch_folder(rows.table, rows.file_id)}/{rows.folder}"
    there = {stored.path for stored in quarantine.list(folder)}
    kept = [part for part in rows.files if f"{folder}/{part.name}" in there]
    return tuple(f"{folder}/{part.name}" for part in kept), sum(part.rows for part in kept)
