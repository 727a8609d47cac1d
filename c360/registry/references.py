"""References between tables: each leads to the single key of a table, in the key's type."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from c360.registry.columns import type_of
from c360.registry.draft import TableDraft
from c360.registry.forms import ColumnForm
from c360.registry.problems import Path, Problem, found, unknown_name


def check_references(table: TableDraft, tables: Sequence[TableDraft]) -> Iterator[Problem]:
    """The references of a table that lead to no key, or to a key of another type."""
    by_name = {each.name: each for each in tables}
    for name, column in table.columns.items():
        if column.references is None:
            continue
        path: Path = (*table.path, "columns", name, "references")
        target, dot, key = column.references.partition(".")
        if not dot:
            yield found(path, column.references, "Table.Column, the single key of a table")
        elif target not in by_name:
            yield unknown_name(path, target, list(by_name))
        else:
            yield from _check_target(column, by_name[target], key, path)


def _check_target(
    column: ColumnForm, target: TableDraft, key: str, path: Path
) -> Iterator[Problem]:
    """Why `key` is no column to refer to; silent about what was not understood there."""
    reference = f"{target.name}.{key}"
    if key not in target.columns:
        if target.columns:
            yield unknown_name(path, key, list(target.columns))
    elif target.key != (key,) and _is_understood(target):
        own = f"its key is {', '.join(target.key)}" if target.key else "it has no key"
        yield found(path, reference, f"the single key of {target.name} ({own})")
    else:
        ours, theirs = type_of(column), type_of(target.columns[key])
        if ours and theirs and ours != theirs:
            yield found(path, reference, f"a column of the type {ours}; it is {theirs}")


def _is_understood(target: TableDraft) -> bool:
    """True when the key of the target is no problem of its own."""
    return "key" not in target.misread and all(name in target.columns for name in target.key)
