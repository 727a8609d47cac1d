"""Finds out what is in bronze and what a run has to do about it, without Spark."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from c360.bronze.files import list_claims, pin_files
from c360.bronze.headers import read_header
from c360.errors import DataRefused, WrongUse, listed
from c360.header import Header, Refusal
from c360.plan import Claims, FilePin, Plan, plan_run, refuse
from c360.registry.specs import Registry, TableSpec
from c360.storage import Storage


@dataclass(frozen=True, slots=True)
class Intake:
    """The bronze files as listed and pinned at one moment."""

    claims: Claims
    pins: Mapping[str, FilePin]

    def plan(self, registry: Registry, batches: Collection[str], as_of: str | None) -> Plan:
        """The plan of a run, given the FileIDs that silver has."""
        return plan_run(registry, self.claims, self.pins, batches, as_of)


def take_in(bronze: Storage, registry: Registry) -> Intake:
    """What is in bronze now.

    Raises:
        WrongUse: two tables claim one file.
        OutsideFailure: bronze cannot be read.
    """
    claims = list_claims(bronze, registry)
    paths = [path for table in registry.names for path in claims.paths[table]]
    return Intake(claims, pin_files(bronze, paths))


def read_headers(bronze: Storage, registry: Registry, plan: Plan) -> tuple[Plan, dict[str, Header]]:
    """The headers of the files to read by path, and the plan with every unreadable file refused."""
    headers: dict[str, Header] = {}
    reasons: dict[str, str] = {}
    for file in plan.to_read:
        found = read_header(bronze, file.pin.path, registry.table(file.table))
        if isinstance(found, Refusal):
            reasons[file.pin.path] = found.reason
        else:
            headers[file.pin.path] = found
    return refuse(plan, reasons), headers


def require_readable(
    plan: Plan, registry: Registry, bronze: Storage, undone: str = "nothing was published"
) -> None:
    """Stop when a file is refused or a source has no file; `undone` says what was not done then.

    Raises:
        DataRefused: every such file and source, each with its reason and next step.
    """
    problems = [f"{file.pin.path}: {file.reason}" for file in plan.refused]
    if not plan.files:
        problems.append(_without_any_file(bronze))
    for name in plan.sources_without_files:
        missing = _without_file(registry.table(name), bronze)
        problems.append(f"{missing}; upload it, or take the table out of the registry")
    if problems:
        count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
        tables = {*(file.table for file in plan.refused), *plan.sources_without_files}
        raise DataRefused(listed(f"bronze: {count}; {undone}", problems), tables)


def require_files(
    plan: Plan, registry: Registry, bronze: Storage, table: str | None = None
) -> None:
    """Stop where bronze has no file to answer a question from: of `table`, or of any table.

    Raises:
        WrongUse: an answer would be about nothing.
    """
    if table is None and not plan.files:
        raise WrongUse(_without_any_file(bronze))
    if table is not None and not plan.of(table):
        missing = _without_file(registry.table(table), bronze)
        raise WrongUse(f"{missing}; upload it, or check --bronze")


def _without_any_file(bronze: Storage) -> str:
    return f"{bronze.root}: no file of any source is here; check --bronze"


def _without_file(table: TableSpec, bronze: Storage) -> str:
    return f"{table.name}: no file named {' or '.join(table.files)} below {bronze.root}"
