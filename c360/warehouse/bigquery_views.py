"""Views for analysts, rendered from the contracts: what is published, and the state of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from c360.contracts.audit import LOAD_AUDIT, LOAD_FILES, LOAD_REASONS, PUBLICATION
from c360.contracts.model import AUDIT, SILVER, STAGING, ColumnContract, TableContract
from c360.datatypes import BIGINT, BOOLEAN
from c360.warehouse.audit_sql import RUN_COLUMNS
from c360.warehouse.bigquery_ddl import Described, column_options, table_options
from c360.warehouse.dialect import to_bigquery
from c360.warehouse.dml import newest_rows
from c360.warehouse.sql import TableRef, column_list, published, quoted

_UNACCOUNTED = (
    "Records that are neither accepted, nor rejected, nor duplicates: 0, or NULL where none are "
    "counted."
)


@dataclass(frozen=True, slots=True)
class View:
    """One view: its columns and the SELECT that fills them, in the same order."""

    table: TableRef
    description: str
    columns: Sequence[Described]
    query: str


def create_view(view: View) -> str:
    """Creates or replaces the view; nothing is stored by it."""
    columns = ", ".join(f"{quoted(each.name)} {column_options(each)}" for each in view.columns)
    return (
        f"CREATE OR REPLACE VIEW {view.table.sql} ({columns}) "
        f"{table_options(view.description)} AS {to_bigquery(view.query)}"
    )


def audit_views() -> tuple[View, ...]:
    """What is published, over the audit: the batch, its tables, files and rejects, and the runs."""
    return (_current_batch(), _current_tables(), _current_files(), _current_rejects(), _runs())


def load_target(contract: TableContract) -> TableRef:
    """The staging table that a person fills by `bq load`, without a run."""
    return TableRef(STAGING, contract.name)


def state_view(contract: TableContract) -> View:
    """One row a key of the files that were loaded into `load_target`, by the declared order.

    A loader chooses the types of a table that it creates: the casts give those of the contract.
    """
    source = load_target(contract)
    casts = (
        f"CAST({quoted(column.name)} AS {column.type.bigquery}) AS {quoted(column.name)}"
        for column in contract.columns
    )
    return View(
        TableRef(SILVER, f"{contract.name}_state"),
        f"{contract.description} From the files that were loaded into {source}: of the rows with "
        f"one key the greatest by {', '.join(contract.newest_first)}.",
        contract.columns,
        f"SELECT {', '.join(casts)} FROM ({newest_rows(contract, source)})",
    )


def _current_batch() -> View:
    figures = ("RecordsRead", "Accepted", "Rejected", "Duplicates")
    latest = ("AsOf", "RuleVersion", "AppVersion", "SparkVersion", "StartedAt", "FinishedAt")
    tables = ColumnContract("Tables", BIGINT, "Tables that the publication carried.")
    heads = column_list(PUBLICATION.column_names, "P.")
    selected = [
        heads,
        "COUNT(A.`TableName`) AS `Tables`",
        *(f"MAX(A.{quoted(name)}) AS {quoted(name)}" for name in latest),
        *(f"SUM(A.{quoted(name)}) AS {quoted(name)}" for name in figures),
    ]
    return View(
        TableRef(AUDIT, "CurrentBatch"),
        "The published batch: one row. Figures are sums over the silver tables.",
        (*PUBLICATION.columns, tables, *_of(LOAD_AUDIT, *latest, *figures)),
        f"SELECT {', '.join(selected)} FROM {published(PUBLICATION).sql} AS P "
        f"LEFT JOIN {published(LOAD_AUDIT).sql} AS A ON A.`RunID` = P.`RunID` GROUP BY {heads}",
    )


def _current_tables() -> View:
    return _current(
        LOAD_AUDIT,
        "CurrentTables",
        "What the published run did to each table: one row a table.",
        "RecordsRead",
    )


def _current_files() -> View:
    return _current(
        LOAD_FILES,
        "CurrentFiles",
        "The source files of the published batch, and those that it superseded: one row a file.",
        "Records",
    )


def _current(contract: TableContract, name: str, description: str, records: str) -> View:
    """The rows of the published run, with the check that its records are all accounted for."""
    columns = column_list(contract.column_names, "A.")
    others = " - ".join(f"A.{quoted(each)}" for each in ("Accepted", "Rejected", "Duplicates"))
    return View(
        TableRef(AUDIT, name),
        description,
        (*contract.columns, ColumnContract("Unaccounted", BIGINT, _UNACCOUNTED)),
        f"SELECT {columns}, A.{quoted(records)} - {others} AS `Unaccounted` {_of_head(contract)}",
    )


def _current_rejects() -> View:
    names = ("TableName", "ColumnName", "Reason", "Action")
    columns = column_list(names, "A.")
    return View(
        TableRef(AUDIT, "CurrentRejects"),
        "Why records of the published batch were rejected or values became NULL: one row a table "
        "and cause. A record with two causes counts in both.",
        (
            *_of(LOAD_REASONS, *names, "Records"),
            ColumnContract("Files", BIGINT, "Files in which the cause was found."),
        ),
        f"SELECT {columns}, SUM(A.`Records`) AS `Records`, COUNT(DISTINCT A.`Path`) AS `Files` "
        f"{_of_head(LOAD_REASONS)} GROUP BY {columns}",
    )


def _runs() -> View:
    given = {column.name: column for column in LOAD_AUDIT.columns}
    tables = ColumnContract("Tables", BIGINT, "Tables that the run reached.")
    columns = [given.get(name, tables) for name in RUN_COLUMNS]
    selected = ", ".join(f"{text} AS {quoted(name)}" for name, text in RUN_COLUMNS.items())
    return View(
        TableRef(AUDIT, "Runs"),
        "Every run, the failed and refused ones too: one row a run, with its worst status.",
        (*columns, ColumnContract("IsPublished", BOOLEAN, "Whether its batch is published now.")),
        f"SELECT {column_list(tuple(RUN_COLUMNS), 'A.')}, P.`RunID` IS NOT NULL AS `IsPublished` "
        f"FROM (SELECT {selected} FROM {published(LOAD_AUDIT).sql} GROUP BY `RunID`) AS A "
        f"LEFT JOIN {published(PUBLICATION).sql} AS P ON P.`RunID` = A.`RunID`",
    )


def _of_head(contract: TableContract) -> str:
    return (
        f"FROM {published(contract).sql} AS A "
        f"JOIN {published(PUBLICATION).sql} AS P ON P.`RunID` = A.`RunID`"
    )


def _of(contract: TableContract, *names: str) -> tuple[ColumnContract, ...]:
    return tuple(contract.column(name) for name in names)
