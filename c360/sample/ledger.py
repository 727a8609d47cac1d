"""The ledger of a sample: what each file holds and every record that must be rejected."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class RejectedRecord:
    """A spoiled record: its line (the header is 1), its bytes without line end, its reasons."""

    line: int
    raw: bytes
    reasons: frozenset[str]

    def as_json(self) -> dict[str, Any]:
        """`raw` where it is UTF-8, else `raw_base64`."""
        try:
            raw = {"raw": self.raw.decode()}
        except UnicodeDecodeError:
            raw = {"raw_base64": base64.b64encode(self.raw).decode()}
        return {"line": self.line, **raw, "reasons": sorted(self.reasons)}


@dataclass(frozen=True, slots=True)
class FileLedger:
    """One file: records = accepted + rejected + duplicates (losers of a key inside the file)."""

    path: str
    table: str
    records: int
    blank_lines: int
    repeated_headers: int
    duplicates: int
    rejected: tuple[RejectedRecord, ...]

    @property
    def accepted(self) -> int:
        """The rows that the file's silver batch has."""
        return self.records - len(self.rejected) - self.duplicates


@dataclass(frozen=True, slots=True)
class SampleLedger:
    """One entry per file of a sample, ordered by path."""

    files: tuple[FileLedger, ...]

    def file(self, path: str) -> FileLedger:
        """The entry of the file at `path`; a KeyError is a defect of the caller."""
        found = next((file for file in self.files if file.path == path), None)
        if found is None:
            raise KeyError(path)
        return found

    def to_json(self) -> str:
        """The ledger as stored; equal ledgers have equal text."""
        return (
            json.dumps([_file_json(file) for file in self.files], indent=1, sort_keys=True) + "\n"
        )


def _file_json(file: FileLedger) -> dict[str, Any]:
    return {
        "path": file.path,
        "table": file.table,
        "records": file.records,
        "blank_lines": file.blank_lines,
        "repeated_headers": file.repeated_headers,
        "duplicates_inside_the_file": file.duplicates,
        "rejected": [record.as_json() for record in file.rejected],
    }
