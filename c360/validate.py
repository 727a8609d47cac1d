"""Tells, without Spark, whether a run could read what is in bronze now: every problem at once.

It is what a scheduler asks before it starts a cluster, on a machine that has no part of the engine:
nothing here may import more than the standard library, pydantic, PyYAML and the storage clients.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from c360.contracts.gold.sources import missing_sources
from c360.errors import DataRefused, WrongUse, listed
from c360.header import Header
from c360.intake import read_headers, require_readable, take_in
from c360.plan import Outcome, PlannedFile, unread_note
from c360.registry.read import read_registry
from c360.settings import Settings
from c360.storage import open_storage

Readiness = Literal["ready", "superseded", "refused"]
_READINESS: dict[Outcome, Readiness] = {
    "read": "ready",
    "reused": "ready",
    "superseded": "superseded",
    "refused": "refused",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFile:
    """One bronze file as a run would meet it; `reason` says why it is superseded or refused."""

    table: str
    path: str
    bytes: int
    crc32c: str
    outcome: Readiness
    reason: str = ""
    extra_columns: tuple[str, ...] = ()  # in the file, and not in the registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """What a run would meet in bronze."""

    registry: str
    bronze: str
    tables: tuple[str, ...]  # of the registry
    files: tuple[CheckedFile, ...]
    sources_without_files: tuple[str, ...]
    unclaimed: tuple[str, ...]  # files that no table takes
    message: str | None  # every problem, in the words in which a run would refuse; None without any

    @property
    def exit_code(self) -> int:
        """0 where a run could start, else that of refused data."""
        return DataRefused.exit_code if self.message else 0

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a run would ignore, and what looks like a mistake."""
        ignored = [
            f"{file.path}: ignored, not in the registry: {', '.join(file.extra_columns)}"
            for file in self.files
            if file.extra_columns
        ]
        ignored += [
            f"{path}: ignored, no table takes it{unread_note(path)}" for path in self.unclaimed
        ]
        if not self.files and not self.unclaimed:
            ignored.append(f"{self.bronze}: holds no file at all; is --bronze right?")
        return tuple(ignored)


def validate(settings: Settings) -> Validation:
    """What a run with these settings would meet; data that it would refuse raises nothing.

    Args:
        settings: the registry, bronze, and whether gold is asked for; the rest is not looked at.

    Raises:
        WrongUse: the registry has problems, or two tables claim one file.
        OutsideFailure: bronze cannot be read.
    """
    registry = read_registry(settings.registry)
    if not settings.only_silver and (problems := missing_sources(registry)):
        raise WrongUse(listed(f"{settings.registry}: does not fit this run", problems))
    bronze = open_storage(settings.bronze)
    intake = take_in(bronze, registry)
    plan, headers = read_headers(bronze, registry, intake.plan(registry, (), None))
    message = None
    try:
        require_readable(plan, registry, bronze)
    except DataRefused as refusal:
        message = str(refusal)
    return Validation(
        registry=str(settings.registry),
        bronze=bronze.root,
        tables=registry.names,
        files=tuple(_checked(file, headers) for file in plan.files),
        sources_without_files=plan.sources_without_files,
        unclaimed=plan.unclaimed,
        message=message,
    )


def validation_json(validation: Validation) -> str:
    """The validation as JSON, with its warnings and its exit code."""
    content = {
        **dataclasses.asdict(validation),
        "warnings": validation.warnings,
        "exit_code": validation.exit_code,
    }
    return json.dumps(content, indent=2)


def _checked(file: PlannedFile, headers: Mapping[str, Header]) -> CheckedFile:
    header = headers.get(file.pin.path)
    return CheckedFile(
        table=file.table,
        path=file.pin.path,
        bytes=file.pin.bytes,
        crc32c=file.pin.crc32c,
        outcome=_READINESS[file.outcome],
        reason=file.reason,
        extra_columns=header.extra_columns if header else (),
    )
