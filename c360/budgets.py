"""What a run tolerates of its sources, and every way in which they exceed it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from c360.ledger import FileLedger, TableLedger
from c360.registry.specs import Registry, TableSpec


def over_file_budget(files: Iterable[FileLedger], registry: Registry) -> dict[str, str]:
    """By path, why a file is refused: more of its records are rejected than its table allows."""
    refused = {}
    for file in files:
        limit = registry.table(file.table).max_rejected_file
        share = _share(file.rejected or 0, file.records or 0)
        if share > limit:
            refused[file.path] = (
                f"has {file.rejected} of {file.records} records rejected ({share:.1%}, allowed "
                f"{limit:.1%}): see `c360 quarantine show {file.table}`, correct the file, or "
                f"raise `max_rejected_file` of {file.table}"
            )
    return refused


def over_table_budget(ledger: TableLedger, table: TableSpec) -> list[str]:
    """Why the state of a table is refused, whatever was published before."""
    problems = []
    share = _share(ledger.rejected, ledger.records)
    if share > table.max_rejected:
        problems.append(
            f"{table.name}: {ledger.rejected} of {ledger.records} records are rejected "
            f"({share:.1%}, allowed {table.max_rejected:.1%}): see `c360 quarantine show "
            f"{table.name}`, correct the files, or raise `max_rejected`"
        )
    if ledger.accepted < table.min_records:
        problems.append(
            f"{table.name}: has {ledger.accepted} rows, expected at least {table.min_records}: "
            "check that every file has arrived, or lower `min_records`"
        )
    return problems


def over_shrink_budget(
    ledger: TableLedger, table: TableSpec, rows_before: Mapping[str, int]
) -> str | None:
    """Why a table that lost rows since the published run is refused; None where it may be."""
    before = rows_before.get(table.name, 0)
    if before == 0:
        return None
    shrunk = _share(before - ledger.accepted, before)
    if shrunk <= table.max_shrink:
        return None
    return (
        f"{table.name}: has {ledger.accepted} rows, {shrunk:.1%} fewer than the {before} published "
        f"(allowed {table.max_shrink:.1%}): check that no file is missing, or accept it once with "
        f"--allow-shrink {table.name}"
    )


def overdue(newest: dt.date | None, table: TableSpec, now: dt.datetime) -> str | None:
    """A warning where the newest row of a table is older than its `max_age`.

    Args:
        newest: the greatest `newest_by` of the state, wall clock of the source.
        table: the spec; without `max_age` nothing is overdue.
        now: the wall clock in the zone of the source, without a zone.
    """
    if table.max_age is None or newest is None:
        return None
    latest = newest if isinstance(newest, dt.datetime) else dt.datetime.combine(newest, dt.time())
    age = now - latest
    if age <= table.max_age:
        return None
    return (
        f"{table.name}: its newest {table.newest_by} is {latest:%Y-%m-%d %H:%M}, "
        f"older than max_age ({table.max_age}): check that its export still runs"
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
