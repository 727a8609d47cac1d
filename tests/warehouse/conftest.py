"""The small warehouse in a DuckDB file."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pytest

from c360.warehouse.duckdb import DuckDBWarehouse
from tests.warehouse.world import Make, World


@dataclass
class DuckDBWorld(World):
    """The file is opened by each of these methods, so c360 must not have it open."""

    warehouse: DuckDBWarehouse
    type_names = ("BIGINT", "VARCHAR", "DECIMAL")

    @property
    def path(self):
        return self.warehouse.path

    def staging_tables(self):
        with duckdb.connect(str(self.path)) as connection:
            return connection.execute(
                "SELECT table_name FROM duckdb_tables() "
                "WHERE schema_name = 'customer360_staging' ORDER BY ALL"
            ).fetchall()

    def columns(self, table):
        with duckdb.connect(str(self.path)) as connection:
            return connection.execute(
                "SELECT column_name, is_nullable, comment FROM duckdb_columns() "
                "WHERE table_name = $1 AND schema_name = 'customer360_silver' "
                "ORDER BY column_index",
                [table],
            ).fetchall()

    def tamper(self, *statements: str) -> None:
        with duckdb.connect(str(self.path)) as connection:
            for statement in statements:
                connection.execute(statement)


@pytest.fixture
def world(tmp_path) -> DuckDBWorld:
    folder = tmp_path / "parquet"
    folder.mkdir()
    return DuckDBWorld(folder, DuckDBWarehouse(tmp_path / "build" / "c360.duckdb", 5.0))


@pytest.fixture
def make() -> type[Make]:
    return Make
