"""Holds the state of silver against what the registry tolerates, and says what looks wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from c360.budgets import over_file_budget, over_shrink_budget, over_table_budget, overdue
from c360.errors import C360Error, DataRefused, listed
from c360.journal import Journal
from c360.ledger import open_accounts
from c360.plan import refuse
from c360.registry.specs import Registry
from c360.silver.state import TableState


def require_within_budgets(
    journal: Journal, registry: Registry, rows_before: Mapping[str, int], allowed: frozenset[str]
) -> None:
    """Stop when a ledger does not close or a source exceeds what the registry tolerates.

    Args:
        journal: of the run, with the ledgers of its files and tables.
        registry: the budgets.
        rows_before: by table, the rows that the published run had.
        allowed: the tables that may shrink this once.

    Raises:
        DataRefused: every table and file that exceeds its budget.
    """
    if unbalanced := open_accounts(journal.files):
        raise C360Error(listed("a ledger does not close; nothing was published", unbalanced))
    problems: list[str] = []
    if refused := over_file_budget(journal.files, registry):
        assert journal.plan is not None  # files come from a plan
        journal.plan = refuse(journal.plan, refused)
        problems += [f"{path}: {reason}" for path, reason in refused.items()]
    for ledger in journal.tables:
        table = registry.table(ledger.table)
        problems += over_table_budget(ledger, table)
        if shrunk := over_shrink_budget(ledger, table, rows_before, allowed):
            problems.append(shrunk)
    if problems:
        raise DataRefused(listed("silver: over budget; nothing was published", problems))


def state_warnings(
    journal: Journal, registry: Registry, states: Mapping[str, TableState]
) -> list[str]:
    """What a person should know of a state that is published all the same."""
    zone = ZoneInfo(registry.policy.source_timezone)
    now = journal.started_at.astimezone(zone).replace(tzinfo=None)
    late = (overdue(state.figures.newest, state.table, now) for state in states.values())
    return [*_of_sources(journal), *(warning for warning in late if warning)]


def _of_sources(journal: Journal) -> list[str]:
    """Warnings about files: what no table takes, columns that are ignored, unlisted values."""
    unclaimed = journal.plan.unclaimed if journal.plan else ()
    warnings = [f"{path}: no table takes this file; it is not read" for path in unclaimed]
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
