"""Keeps questions to the catalog cheap, for the server reads that of every attached project."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import duckdb
from local_bigquery.engine import database

_RESULTS = "emulator"  # where the server keeps the results of queries, beside all projects
# DuckDB's functions list what every attached project has, and each costs tens of milliseconds.
_SCHEMAS = "SELECT schema_id, schema_name FROM {catalog}.ducklake_schema WHERE end_snapshot IS NULL"
_OF_ONE = {
    "duckdb_schemas()": "SELECT {project} AS database_name, schema_name FROM (" + _SCHEMAS + ")",
    "duckdb_tables()": (
        "SELECT {project} AS database_name, schema_name, table_name, 0 AS estimated_size "
        "FROM {catalog}.ducklake_table JOIN (" + _SCHEMAS + ") USING (schema_id) "
        "WHERE end_snapshot IS NULL"
    ),
    "duckdb_views()": (
        "SELECT {project} AS database_name, schema_name, view_name, false AS internal "
        "FROM {catalog}.ducklake_view JOIN (" + _SCHEMAS + ") USING (schema_id) "
        "WHERE end_snapshot IS NULL"
    ),
    "duckdb_columns()": (
        "SELECT {project} AS database_name, schema_name, table_name, column_name, "
        "nulls_allowed AS is_nullable FROM {catalog}.ducklake_column "
        "JOIN {catalog}.ducklake_table AS tables USING (table_id) "
        "JOIN (" + _SCHEMAS + ") USING (schema_id) WHERE parent_column IS NULL "
        "AND ducklake_column.end_snapshot IS NULL AND tables.end_snapshot IS NULL"
    ),
}


def fill_gaps() -> None:
    """Let every such question of the server name its project, which is its first parameter."""
    database.fetch = _of_one_project(database.fetch)
    database.objects = _with_results(database.objects)


def close(project: str) -> None:
    """Detach a project that nobody will ask again: each that is attached slows down every query."""
    with database._attach_lock:
        if project in database._attached:
            database._attached.discard(project)
            database.execute(f"DETACH {database.quote(project)}")


def _of_one_project(server_fetch: Callable[..., Any]) -> Callable[..., Any]:
    def fetch(sql: str, params: Sequence[Any] | None = None) -> Any:
        if params and params[0] == _RESULTS and "duckdb_columns()" in sql:
            return []  # those that are required or hidden, which no column of a result is
        if params and params[0] in database._attached:
            for function, query in _OF_ONE.items():
                sql = sql.replace(function, f"({_filled(query, params[0])})")
        return server_fetch(sql, params)

    return fetch


def _with_results(server_objects: Callable[..., Any]) -> Callable[..., Any]:
    """Whether a result is there is asked of that result alone."""

    def objects(project: str, dataset: str, table: str | None = None) -> Any:
        if project != _RESULTS or table is None:
            return server_objects(project, dataset, table)
        try:
            database.fetch(f"SELECT 1 FROM {database.quote(project, dataset, table)} LIMIT 0")
        except duckdb.CatalogException:
            return []
        return [(table, "TABLE", 0)]

    return objects


def _filled(query: str, project: str) -> str:
    """The query with the project as a text, and the name that DuckLake gives to its catalog."""
    text = "'" + project.replace("'", "''") + "'"
    return query.format(project=text, catalog=database.quote(f"__ducklake_metadata_{project}"))
