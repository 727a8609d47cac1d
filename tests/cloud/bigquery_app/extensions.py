"""The extensions of DuckDB that the server needs, taken from pinned packages and never fetched."""

from __future__ import annotations

import duckdb
from duckdb_extensions import import_extension
from local_bigquery.engine import database

NEEDED = ("icu", "ducklake", "avro")


def install() -> None:
    """Install what is needed below HOME, and leave out what needs more."""
    for name in NEEDED:
        with duckdb.connect() as connection:
            import_extension(name, con=connection)  # does nothing where it is installed already
    with duckdb.connect() as connection:
        if not _loads(connection, "spatial"):
            # Its macros of geography need 29 MB more, and without those every request would fail.
            database.FUNCTIONS = [
                path for path in database.FUNCTIONS if path.name != "geography.sql"
            ]


def _loads(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    try:
        connection.execute("SET autoinstall_known_extensions = false")
        connection.execute(f"LOAD {name}")
    except duckdb.Error:
        return False
    return True
