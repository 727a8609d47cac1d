"""Decides what a run does with each bronze file: read, reuse, supersede or refuse."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from c360.errors import WrongUse, listed
from c360.ids import batch_id, file_id
from c360.registry.specs import Registry, TableSpec

Outcome = Literal["read", "reused", "superseded", "refused"]

# Spark leaves such files out without a word; folders on the way may have any name.
_HIDDEN = re.compile(r"[_.].*|.*\._COPYING_", re.DOTALL)


@dataclass(frozen=True, slots=True)
class FilePin:
    """A bronze file as it was when the run listed it; `path` is relative to the bronze root."""

    path: str
    bytes: int
    crc32c: str


@dataclass(frozen=True, slots=True)
class Claims:
    """Which table takes which files, and the files that none takes. Paths are sorted."""

    paths: Mapping[str, tuple[str, ...]]
    unclaimed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """One bronze file and what becomes of it; `reason` says why it is refused or superseded."""

    table: str
    pin: FilePin
    file_id: str
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does, and the id of what it would publish."""

    files: tuple[PlannedFile, ...]
    sources_without_files: tuple[str, ...]
    unclaimed: tuple[str, ...]
    batch_id: str

    def of(self, table: str, *outcomes: Outcome) -> tuple[PlannedFile, ...]:
        """The files of a table with one of these outcomes; every outcome when none is given."""
        return tuple(
            file
            for file in self.files
            if file.table == table and (not outcomes or file.outcome in outcomes)
        )

    @property
    def refused(self) -> tuple[PlannedFile, ...]:
        """The files that stop the run."""
        return tuple(file for file in self.files if file.outcome == "refused")

    @property
    def to_read(self) -> tuple[PlannedFile, ...]:
        """The files that this run cleans."""
        return tuple(file for file in self.files if file.outcome == "read")


def claim_files(registry: Registry, paths: Iterable[str]) -> Claims:
    """Which table takes which of the bronze files, by the file's name alone.

    Raises:
        WrongUse: two tables claim one file.
    """
    claimed: dict[str, list[str]] = {table.name: [] for table in registry.tables}
    unclaimed, disputed = [], []
    for path in sorted(paths):
        takers = [table.name for table in registry.tables if _takes(table, path)]
        if len(takers) > 1:
            disputed.append(f"{path}: claimed by {' and '.join(takers)}")
        elif takers:
            claimed[takers[0]].append(path)
        else:
            unclaimed.append(path)
    if disputed:
        raise WrongUse(
            listed(
                "Each bronze file must belong to one table; narrow `files` in the registry:",
                disputed,
            )
        )
    return Claims({name: tuple(found) for name, found in claimed.items()}, tuple(unclaimed))


def plan_run(
    registry: Registry,
    claims: Claims,
    pins: Mapping[str, FilePin],
    batches: Collection[str],
    as_of: str | None,
) -> Plan:
    """The plan of a run, from what is in bronze and which silver batches exist.

    Args:
        registry: the sources and the policy.
        claims: which table takes which path.
        pins: the pin of every claimed path.
        batches: the FileIDs that silver already has.
        as_of: the `as_of` argument as `yyyy-mm-dd`, or None.
    """
    files = [
        file
        for table in registry.tables
        for file in _plan_table(table, [pins[path] for path in claims.paths[table.name]], batches)
    ]
    current = [file.file_id for file in files if file.outcome in ("read", "reused")]
    return Plan(
        files=tuple(files),
        sources_without_files=tuple(name for name in registry.names if not claims.paths[name]),
        unclaimed=claims.unclaimed,
        batch_id=batch_id(current, registry.policy.rule_version, as_of),
    )


def refuse(plan: Plan, reasons: Mapping[str, str]) -> Plan:
    """The plan with the files in `reasons` (path to reason) refused."""
    files = tuple(
        PlannedFile(file.table, file.pin, file.file_id, "refused", reasons[file.pin.path])
        if file.pin.path in reasons
        else file
        for file in plan.files
    )
    return Plan(files, plan.sources_without_files, plan.unclaimed, plan.batch_id)


def unread_note(path: str) -> str:
    """Why no table takes this file whatever its `files` are; "" where it is a matter of those."""
    if not _HIDDEN.fullmatch(_name(path)):
        return ""
    return " (Spark reads no name that begins with _ or . or ends in ._COPYING_)"


def _name(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def _takes(table: TableSpec, path: str) -> bool:
    name = _name(path)
    return not _HIDDEN.fullmatch(name) and any(
        fnmatchcase(name, pattern) for pattern in table.files
    )


def _plan_table(
    table: TableSpec, pins: Iterable[FilePin], batches: Collection[str]
) -> list[PlannedFile]:
    pins = sorted(pins, key=lambda pin: (_name(pin.path), pin.path))
    newest = pins[-1].path if pins and table.take == "newest" else None
    planned = []
    for pin in sorted(pins, key=lambda pin: pin.path):
        batch = file_id(table, pin.path, pin.bytes, pin.crc32c)
        if newest is not None and pin.path != newest:
            planned.append(
                PlannedFile(table.name, pin, batch, "superseded", f"{newest} is newer by name")
            )
        else:
            outcome: Outcome = "reused" if batch in batches else "read"
            planned.append(PlannedFile(table.name, pin, batch, outcome))
    return planned
