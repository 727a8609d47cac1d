"""What every warehouse promises of tables that exist already, in BigQuery."""

from __future__ import annotations

from tests.warehouse.migration_contract import MigrationContract


class TestMigration(MigrationContract):
    """The contract of tables that exist already."""
