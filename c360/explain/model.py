"""The values of an explanation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Value = int | str | bool | Decimal | dt.date | dt.datetime | None
Fate = Literal["survivor", "duplicate across files", "duplicate in its file", "rejected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record of a source file that has the key; a rejected one has reasons and no values."""

    source_file: str
    raw: str  # as in the file, without the line end
    values: Mapping[str, Value]
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record and what became of it; `because` is a sentence where it did not survive."""

    record: Record
    fate: Fate
    decided_by: str | None = None  # the column by which a duplicate lost; None: equal in all
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSearch:
    """What one bronze file holds of the key."""

    path: str
    file_id: str
    records: int = 0
    untold: int = 0  # records that cannot be matched to any key
    found: int = 0  # records that have the key; of very many only the first are kept below
    accepted: tuple[Record, ...] = ()
    rejected: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True)
class GoldRow:
    """A row of gold, by its key, in which something counts, and the measures it counts in."""

    table: str
    key: tuple[tuple[str, str], ...]
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Booking:
    """Where the survivor counts in what is published; the notes say what is special about it."""

    rows: tuple[GoldRow, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Everything that is known about one key of one table."""

    table: str
    key: tuple[tuple[str, Value], ...]
    candidates: tuple[Candidate, ...]  # the survivor first
    files: tuple[FileSearch, ...]
    unreadable: tuple[str, ...]  # files that a run would refuse, with the reason
    superseded: int  # files that were not searched
    booking: Booking

    @property
    def survivor(self) -> Candidate | None:
        """The record that silver has; None where every candidate was rejected, or there is none."""
        return next((each for each in self.candidates if each.fate == "survivor"), None)

    @property
    def records(self) -> int:
        """Records searched."""
        return sum(file.records for file in self.files)

    @property
    def hidden(self) -> int:
        """Candidates that are too many to show."""
        return sum(file.found for file in self.files) - len(self.candidates)

    @property
    def exit_code(self) -> int:
        """0 where a record has the key, else 1."""
        return 0 if self.candidates else 1
