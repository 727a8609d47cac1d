"""Holds the state of silver against what the registry tolerates, and says what looks wrong."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from c360.budgets import over_file_budget, over_shrink_budget, over_table_budget, overdue
from c360.errors import C360Error, DataRefused, listed
from c360.journal import Journal
from c360.ledger import open_accounts
from c360.plan import Plan
from c360.registry.specs import Registry


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the budgets say of a state."""

    refused: Mapping[str, str]  # by path, why a file is refused
    problems: Mapping[str, tuple[str, ...]]  # by table, why it is refused
    accepted: Mapping[str, str]  # by table, what was accepted this once


def judge(
    journal: Journal, registry: Registry, rows_before: Mapping[str, int], allowed: frozenset[str]
) -> Judgement:
    """The ledgers of a run held against the budgets of its registry.

    Args:
        journal: of the run, with the ledgers of its files and tables.
        registry: the budgets.
        rows_before: by table, the rows that the published run had.
        allowed: the tables that may shrink this once.

    Raises:
        C360Error: a ledger does not close.
    """
    if unbalanced := open_accounts(journal.files):
        raise C360Error(listed("a ledger does not close; nothing was published", unbalanced))
    problems: dict[str, tuple[str, ...]] = {}
    accepted: dict[str, str] = {}
    for ledger in journal.tables:
        table = registry.table(ledger.table)
        found = over_table_budget(ledger, table)
        shrunk = over_shrink_budget(ledger, table, rows_before)
        if shrunk and table.name in allowed:
            before = rows_before[table.name]
            accepted[table.name] = f"accepted once: {before} rows shrank to {ledger.accepted}"
        elif shrunk:
            found.append(shrunk)
        if found:
            problems[table.name] = tuple(found)
    return Judgement(over_file_budget(journal.files, registry), problems, accepted)


def require_tolerated(found: Judgement, plan: Plan) -> None:
    """Stop where a file or a table exceeds its budget.

    Raises:
        DataRefused: every file and table that does, with its figures and next step.
    """
    problems = [f"{path}: {reason}" for path, reason in found.refused.items()]
    problems += [problem for of_table in found.problems.values() for problem in of_table]
    if problems:
        tables = {file.table for file in plan.files if file.pin.path in found.refused}
        raise DataRefused(
            listed("silver: over budget; nothing was published", problems),
            tables | found.problems.keys(),
        )


def age_warnings(
    registry: Registry, newest: Mapping[str, dt.date | None], at: dt.datetime
) -> list[str]:
    """The tables whose newest row is older than their `max_age`.

    Args:
        registry: the ages that are tolerated.
        newest: by table, the greatest `newest_by`, on the wall clock of the sources.
        at: the time of the run, with its zone.
    """
    now = at.astimezone(ZoneInfo(registry.policy.source_timezone)).replace(tzinfo=None)
    late = (overdue(found, registry.table(name), now) for name, found in newest.items())
    return [warning for warning in late if warning]


def source_warnings(journal: Journal) -> list[str]:
    """Warnings about files: columns that are ignored, and values that are not listed."""
    warnings: list[str] = []
    unlisted: Counter[tuple[str, str]] = Counter()
    for batch in journal.batches.values():
        if batch.extra_columns:
            names = ", ".join(batch.extra_columns)
            warnings.append(f"{batch.source_file}: ignored, not in the registry: {names}")
        for cause in batch.reasons:
            if cause.action == "warned":
                unlisted[batch.table, cause.column] += cause.records
    return warnings + [
        f"{table}: {records} records have a {column} that `one_of` does not list; they are kept"
        for (table, column), records in unlisted.items()
    ]
