"""DDL for DuckDB, rendered from a contract; it keeps NOT NULL and the descriptions."""

from __future__ import annotations

from c360.contracts.model import ColumnContract, TableContract
from c360.datatypes import DataType
from c360.warehouse.sql import TableRef, published, quoted

_IN_CATALOGUE = {"TIMESTAMPTZ": "TIMESTAMP WITH TIME ZONE"}


def type_name(data_type: DataType) -> str:
    """The type as DuckDB's catalogue spells it."""
    return _IN_CATALOGUE.get(data_type.duckdb, data_type.duckdb)


def create_schema(dataset: str) -> str:
    """Creates a schema."""
    return f"CREATE SCHEMA IF NOT EXISTS {_name(dataset)}"


def create_table(contract: TableContract, table: TableRef) -> str:
    """Creates an empty table with the columns of the contract."""
    columns = ", ".join(
        f"{_name(column.name)} {column.type.duckdb}{'' if column.nullable else ' NOT NULL'}"
        for column in contract.columns
    )
    return f"CREATE TABLE {table_name(table)} ({columns})"


def drop_table(table: TableRef) -> str:
    """Drops a staging table."""
    return f"DROP TABLE {table_name(table)}"


def comment_on_table(contract: TableContract) -> str:
    """Describes a published table."""
    return f"COMMENT ON TABLE {table_name(published(contract))} IS {_literal(contract.description)}"


def comment_on_column(contract: TableContract, column: ColumnContract) -> str:
    """Describes a published column."""
    table = table_name(published(contract))
    return f"COMMENT ON COLUMN {table}.{_name(column.name)} IS {_literal(column.description)}"


def add_column(contract: TableContract, column: ColumnContract) -> str:
    """Adds a column, nullable as in BigQuery."""
    table = table_name(published(contract))
    return f"ALTER TABLE {table} ADD COLUMN {_name(column.name)} {column.type.duckdb}"


def drop_not_null(contract: TableContract, column: ColumnContract) -> str:
    """Lets a column be NULL that the contract no longer requires."""
    table = table_name(published(contract))
    return f"ALTER TABLE {table} ALTER COLUMN {_name(column.name)} DROP NOT NULL"


def table_name(table: TableRef) -> str:
    """The quoted name of a table."""
    return f"{_name(table.dataset)}.{_name(table.name)}"


def _name(name: str) -> str:
    return f'"{quoted(name)[1:-1]}"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
