"""The arithmetic that must close for every file: read = accepted + rejected + duplicate."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from c360.manifest import BatchManifest
from c360.plan import Outcome, PlannedFile


@dataclass(frozen=True, slots=True)
class FileShare:
    """What one file contributes to the state of its table."""

    accepted: int  # rows of the state
    duplicates: int = 0  # rows of its batch that lose their key to another file
    conflicts: int = 0  # of those, the ones that differ from the survivor


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLedger:
    """One bronze file, what it held and what became of it; counts are NULL where none was read."""

    table: str
    path: str
    file_id: str
    bytes: int
    crc32c: str
    outcome: Outcome
    reason: str = ""
    records: int | None = None
    blank_lines: int | None = None
    repeated_headers: int | None = None
    accepted: int | None = None
    rejected: int | None = None
    duplicates: int | None = None
    conflicting_duplicates: int | None = None

    @property
    def closes(self) -> bool:
        """True where every record is accounted for, and where nothing was read."""
        if self.records is None:
            return True
        parts = (self.accepted, self.rejected, self.duplicates)
        return None not in parts and self.records == sum(part or 0 for part in parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLedger:
    """The state of one table; the counts are the sums over its current files."""

    table: str
    files_read: int
    files_reused: int
    records: int
    accepted: int
    rejected: int
    duplicates: int
    conflicting_duplicates: int
    missing_references: int
    control_sum: Decimal | int | None


def file_ledger(
    file: PlannedFile, manifest: BatchManifest | None, share: FileShare | None
) -> FileLedger:
    """The ledger of one planned file; without its batch and share only what the listing knows."""
    known = FileLedger(
        table=file.table,
        path=file.pin.path,
        file_id=file.file_id,
        bytes=file.pin.bytes,
        crc32c=file.pin.crc32c,
        outcome=file.outcome,
        reason=file.reason,
    )
    if manifest is None:
        return known
    counts = manifest.counts
    share = share or FileShare(0)
    return dataclasses.replace(
        known,
        records=counts.records,
        blank_lines=counts.blank_lines,
        repeated_headers=counts.repeated_headers,
        accepted=share.accepted,
        rejected=counts.rejected,
        duplicates=counts.duplicates + share.duplicates,
        conflicting_duplicates=counts.conflicting_duplicates + share.conflicts,
    )


def table_ledger(
    table: str, files: Iterable[FileLedger], control_sum: Decimal | int | None, missing: int
) -> TableLedger:
    """The ledger of one table, from those of its files and what was counted on its state."""
    own = [file for file in files if file.table == table]
    current = [file for file in own if file.records is not None]
    return TableLedger(
        table=table,
        files_read=sum(file.outcome == "read" for file in own),
        files_reused=sum(file.outcome == "reused" for file in own),
        records=sum(file.records or 0 for file in current),
        accepted=sum(file.accepted or 0 for file in current),
        rejected=sum(file.rejected or 0 for file in current),
        duplicates=sum(file.duplicates or 0 for file in current),
        conflicting_duplicates=sum(file.conflicting_duplicates or 0 for file in current),
        missing_references=missing,
        control_sum=control_sum,
    )


def open_accounts(files: Iterable[FileLedger]) -> list[str]:
    """Each file whose ledger does not close, as a sentence with its figures."""
    return [
        f"{file.path}: {file.records} records read, but {file.accepted} accepted + "
        f"{file.rejected} rejected + {file.duplicates} duplicate"
        for file in files
        if not file.closes
    ]
