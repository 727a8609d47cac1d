"""What must change in a published table so that it can hold what its contract promises."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from c360.contracts.model import ColumnContract, TableContract
from c360.datatypes import DataType
from c360.errors import WrongUse, listed
from c360.warehouse.sql import TableRef, published


@dataclass(frozen=True, slots=True)
class PublishedColumn:
    """A column as the warehouse's own catalogue describes it."""

    name: str
    type: str
    nullable: bool
    description: str = ""


PublishedTables = Mapping[TableRef, Sequence[PublishedColumn]]


@dataclass(frozen=True, slots=True)
class Migration:
    """The additive changes of one table. Nothing that holds values is ever dropped."""

    added: tuple[ColumnContract, ...] = ()  # always nullable: old rows have no value before MERGE
    relaxed: tuple[ColumnContract, ...] = ()  # NOT NULL so far, and no longer required
    described: tuple[ColumnContract, ...] = ()  # the description changed
    retired: tuple[str, ...] = ()  # the contract lacks them: the MERGE makes them NULL


def require_compatible(
    contracts: Sequence[TableContract],
    tables: PublishedTables,
    type_name: Callable[[DataType], str],
) -> None:
    """Passes when each published table can be migrated; `type_name` is the warehouse's own.

    Raises:
        WrongUse: a column of another type, or a required one that the contract lacks; all at once.
    """
    problems = [
        problem
        for contract in contracts
        for problem in _problems(contract, tables.get(published(contract), ()), type_name)
    ]
    if problems:
        raise WrongUse(listed(f"published tables: {len(problems)} problems", problems))


def migration_of(contract: TableContract, columns: Sequence[PublishedColumn]) -> Migration:
    """What turns the published `columns` into a table that can hold the contract's rows."""
    found = {column.name.casefold(): column for column in columns}
    pairs = [(column, found.get(column.name.casefold())) for column in contract.columns]
    declared = {name.casefold() for name in contract.column_names}
    return Migration(
        added=tuple(column for column, old in pairs if old is None),
        relaxed=tuple(c for c, old in pairs if old and c.nullable and not old.nullable),
        described=tuple(c for c, old in pairs if old and c.description != old.description),
        retired=tuple(column.name for key, column in found.items() if key not in declared),
    )


def _problems(
    contract: TableContract,
    columns: Sequence[PublishedColumn],
    type_name: Callable[[DataType], str],
) -> list[str]:
    expected = {column.name.casefold(): column for column in contract.columns}
    problems = []
    for column in columns:
        where = f"{published(contract)}.{column.name}"
        declared = expected.get(column.name.casefold())
        if declared is None and not column.nullable:
            problems.append(
                f"{where}: published as NOT NULL, and the contract no longer has it; it cannot "
                f"become NULL. Next: drop the column or the table {published(contract)}, which "
                "the next run fills again, or declare the column as before"
            )
        elif declared is not None and column.type != type_name(declared.type):
            problems.append(
                f"{where}: published as {column.type}; the contract says "
                f"{type_name(declared.type)}. Next: give the column another name, or drop the "
                f"table {published(contract)}, which the next run fills again"
            )
    return problems
