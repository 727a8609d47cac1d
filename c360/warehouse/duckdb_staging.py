"""Stages Parquet files in a DuckDB warehouse and compares what arrived with the ledger."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import duckdb

from c360.contracts.model import TableContract
from c360.errors import C360Error, DataRefused, OutsideFailure
from c360.failpoints import failpoint
from c360.warehouse import dml, duckdb_ddl
from c360.warehouse.duckdb_connection import Connection, define, execute, native_rows, rows
from c360.warehouse.figures import Figures, differences, figures_of, require_unique
from c360.warehouse.protocol import StagedTable
from c360.warehouse.sql import Statement, TableRef, staged, staged_with_duplicates
from c360.warehouse.transaction import expected_sum

_GLOB = re.compile(r"[*?\[]")
_READ = "read_parquet($files, hive_partitioning = false)"  # a folder `x=1` is no column
_LOSSLESS = {("TINYINT", "BIGINT"), ("SMALLINT", "BIGINT"), ("INTEGER", "BIGINT")}


def stage(connection: Connection, table: StagedTable, run_id: str) -> None:
    """The state of one table in its staging table, one row a key, as the ledger says.

    Raises:
        DataRefused: two rows of one key, or no value in a required column.
        OutsideFailure: staging does not hold the rows or the sum of the ledger.
    """
    contract, state = table.contract, staged(table.contract, run_id)
    if table.staged_rows == table.rows:
        _load(connection, table, state)
    else:
        everything = staged_with_duplicates(contract, run_id)
        _load(connection, table, everything)
        define(connection, duckdb_ddl.create_table(contract, state))
        execute(connection, Statement("stage.reduce", dml.keep_newest(contract, everything, state)))
        define(connection, duckdb_ddl.drop_table(everything))
    require_unique(contract, rows(connection, dml.duplicate_keys(contract, state)))
    (found,) = rows(connection, dml.count_and_sum(contract, state))
    expected = Figures(table.rows, expected_sum(table))
    _require_same(
        differences(state, "the ledger", expected, figures_of(found), contract.control_sum)
    )


def _load(connection: Connection, table: StagedTable, target: TableRef) -> None:
    define(connection, duckdb_ddl.create_table(table.contract, target))
    if table.parquet_files:
        _insert(connection, table, target)
    found = native_rows(connection, f"SELECT COUNT(*) AS n FROM {duckdb_ddl.table_name(target)}")
    if found[0]["n"] != table.staged_rows:
        expected = Figures(table.staged_rows, None)
        _require_same(
            differences(target, "the ledger", expected, Figures(found[0]["n"], None), None)
        )


def _insert(connection: Connection, table: StagedTable, target: TableRef) -> None:
    files = {"files": [literal_path(file) for file in table.parquet_files]}
    columns = native_rows(connection, f"DESCRIBE SELECT * FROM {_READ}", files)
    _require_types(table.contract, {row["column_name"]: row["column_type"] for row in columns})
    casts = ", ".join(
        f'CAST("{column.name}" AS {column.type.duckdb})' for column in table.contract.columns
    )
    try:
        failpoint("stage.insert")
        connection.execute(
            f"INSERT INTO {duckdb_ddl.table_name(target)} SELECT {casts} FROM {_READ}", files
        )
    except duckdb.ConstraintException as error:
        column = str(error).rpartition(".")[2].strip()
        raise DataRefused(
            f"{TableRef(table.contract.dataset, table.contract.name)}: a row has no value in "
            f"{column}, which is required. Nothing was published. Next: correct the sources, or "
            "declare the column as not required, then run again"
        ) from error


def literal_path(file: str) -> str:
    """The path by which DuckDB reads exactly this file: glob characters stand for themselves."""
    return _GLOB.sub(lambda found: f"[{found[0]}]", file)


def _require_types(contract: TableContract, found: Mapping[str, str]) -> None:
    """Passes when a cast to the contract's types can change no value (a defect if it could)."""
    wrong = [
        f"{column.name} {found.get(column.name, 'is missing')}"
        f" (the contract says {duckdb_ddl.type_name(column.type)})"
        for column in contract.columns
        if not _fits(found.get(column.name, ""), duckdb_ddl.type_name(column.type))
    ]
    if wrong:
        raise C360Error(
            f"{TableRef(contract.dataset, contract.name)}: the Parquet files to publish do not "
            f"have the contract's columns: {'; '.join(wrong)}. Nothing was published"
        )


def _fits(found: str, expected: str) -> bool:
    return found == expected or (found, expected) in _LOSSLESS


def _require_same(said: Sequence[str]) -> None:
    if said:
        raise OutsideFailure(
            f"{'; '.join(said)}. Nothing was published. Next: run the same command again; if it "
            "stays, `c360 verify --storage` finds damaged files"
        )
