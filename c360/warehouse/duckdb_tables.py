"""The published tables of a DuckDB warehouse: what there is, and making it fit the contracts."""

from __future__ import annotations

from collections.abc import Sequence

from c360.contracts.audit import AUDIT_CONTRACTS, PUBLICATION
from c360.contracts.model import DATASETS, TableContract
from c360.warehouse import audit_sql, duckdb_ddl
from c360.warehouse.duckdb_connection import (
    Connection,
    define,
    execute,
    native_rows,
    rows,
    transaction,
)
from c360.warehouse.migration import (
    Migration,
    PublishedColumn,
    PublishedTables,
    migration_of,
    require_compatible,
)
from c360.warehouse.sql import Statement, TableRef, is_staged, published
from c360.warehouse.transaction import DATASET_OF, PublishedState

_CATALOGUE = """
    SELECT c.schema_name, c.table_name, c.column_name, c.data_type, c.is_nullable, c.comment
    FROM duckdb_columns() AS c
    JOIN duckdb_tables() AS t USING (database_oid, schema_oid, table_oid)
    WHERE c.database_name = current_database()
    ORDER BY c.schema_name, c.table_name, c.column_index
"""


def read_tables(connection: Connection) -> PublishedTables:
    """Every table of the four schemas with its columns in order; views are none."""
    tables: dict[TableRef, list[PublishedColumn]] = {}
    for row in native_rows(connection, _CATALOGUE):
        if row["schema_name"] in DATASETS:
            table = TableRef(row["schema_name"], row["table_name"])
            column = PublishedColumn(
                row["column_name"], row["data_type"], row["is_nullable"], row["comment"] or ""
            )
            tables.setdefault(table, []).append(column)
    return tables


def ensure_tables(connection: Connection, contracts: Sequence[TableContract]) -> PublishedState:
    """Creates and migrates what the contracts and the audit need; the rows stay as they are.

    Raises:
        WrongUse: a published column cannot be migrated; nothing was changed.
    """
    wanted = (*AUDIT_CONTRACTS, *contracts)
    with transaction(connection):
        tables = read_tables(connection)
        require_compatible(wanted, tables, duckdb_ddl.type_name)
        for dataset in DATASETS:
            define(connection, duckdb_ddl.create_schema(dataset))
        retired = {
            published(contract): _ensure_table(connection, contract, tables).retired
            for contract in wanted
        }
        execute(connection, Statement("ensure.head", audit_sql.CREATE_HEAD))
    return PublishedState(retired, _orphans(connection, wanted, tables))


def drop_staging(connection: Connection) -> None:
    """Drops what was staged, by this run and by dead ones: only one process can be here."""
    for table in staging_tables(connection):
        define(connection, duckdb_ddl.drop_table(table))


def staging_tables(connection: Connection) -> tuple[TableRef, ...]:
    """What runs have staged and not dropped."""
    return tuple(filter(is_staged, read_tables(connection)))


def has_audit(connection: Connection) -> bool:
    """Whether anything was ever written by c360 to this database."""
    return published(PUBLICATION) in read_tables(connection)


def _ensure_table(
    connection: Connection, contract: TableContract, tables: PublishedTables
) -> Migration:
    columns = tables.get(published(contract))
    if columns is None:
        define(connection, duckdb_ddl.create_table(contract, published(contract)))
        define(connection, duckdb_ddl.comment_on_table(contract))
        for column in contract.columns:
            define(connection, duckdb_ddl.comment_on_column(contract, column))
        return Migration()
    migration = migration_of(contract, columns)
    for column in migration.added:
        define(connection, duckdb_ddl.add_column(contract, column))
    for column in migration.relaxed:
        define(connection, duckdb_ddl.drop_not_null(contract, column))
    for column in (*migration.added, *migration.described):
        define(connection, duckdb_ddl.comment_on_column(contract, column))
    return migration


def _orphans(
    connection: Connection, wanted: Sequence[TableContract], tables: PublishedTables
) -> tuple[TableRef, ...]:
    """Tables that the audit says were published and that no contract speaks of now."""
    ever = [
        TableRef(DATASET_OF[row["Layer"]], row["TableName"])
        for row in rows(connection, audit_sql.EVER_PUBLISHED)
    ]
    expected = {published(contract) for contract in wanted}
    return tuple(table for table in ever if table in tables and table not in expected)
