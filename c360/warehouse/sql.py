"""The words of every SQL text: quoted names, parameters and the statement that carries them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from c360.audit import Value
from c360.contracts.model import STAGING, TableContract
from c360.datatypes import DataType
from c360.errors import WrongUse
from c360.layout import is_run_folder

# What would end a quoted name or change its reading in either warehouse.
_UNQUOTABLE = re.compile(r"[`\"\\\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Param:
    """One named parameter; the type tells a NULL of one type from a NULL of another."""

    name: str
    type: DataType
    value: Value


@dataclass(frozen=True, slots=True)
class Statement:
    """One DML text in the BigQuery dialect; `step` names what it writes.

    Without rows in the SELECT `where_any` the text changes nothing: a warehouse that is paid for
    what a text looks at asks for them first.
    """

    step: str
    text: str
    params: tuple[Param, ...] = ()
    where_any: str = ""


@dataclass(frozen=True, slots=True)
class TableRef:
    """A table in a dataset (DuckDB: in a schema)."""

    dataset: str
    name: str

    @property
    def sql(self) -> str:
        """The quoted name in the BigQuery dialect."""
        return f"{quoted(self.dataset)}.{quoted(self.name)}"

    def __str__(self) -> str:
        return f"{self.dataset}.{self.name}"


def quoted(name: str) -> str:
    """`name` as an identifier of the BigQuery dialect.

    Raises:
        WrongUse: a name that cannot be quoted in both warehouses.
    """
    if not name or _UNQUOTABLE.search(name):
        raise WrongUse(
            f"{name!r} cannot name a table or column: quotes, backslashes and control characters "
            "are not allowed. Next: rename it in the registry"
        )
    return f"`{name}`"


def column_list(names: tuple[str, ...], prefix: str = "") -> str:
    """The quoted names, comma-separated, each with `prefix` before it (as in `S.`)."""
    return ", ".join(prefix + quoted(name) for name in names)


def published(contract: TableContract) -> TableRef:
    """Where the table of `contract` is published."""
    return TableRef(contract.dataset, contract.name)


def staged(contract: TableContract, run_id: str) -> TableRef:
    """Where the run `run_id` stages the table, one row a key."""
    return TableRef(STAGING, f"{contract.name}__{run_id}")


def staged_with_duplicates(contract: TableContract, run_id: str) -> TableRef:
    """Where the run `run_id` stages a table whose files share keys."""
    return TableRef(STAGING, f"{contract.name}__{run_id}__all")


def is_staged(table: TableRef) -> bool:
    """True for a table that a run has staged; people may keep tables of their own beside them."""
    return table.dataset == STAGING and any(map(is_run_folder, table.name.split("__")[1:]))


def greatest(contract: TableContract, column: str, alias: str) -> str:
    """SELECT of one row: the greatest published value of a column; NULL where there is no row."""
    return f"SELECT MAX({quoted(column)}) AS {alias} FROM {published(contract).sql}"
