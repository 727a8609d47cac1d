"""Publishing to BigQuery and reading it back."""

from __future__ import annotations

import pytest

from tests.cloud.bigquery_world import BigQueryWorld, new_world
from tests.warehouse.migration_contract import MigrationContract
from tests.warehouse.publication_contract import PublicationContract
from tests.warehouse.staging_contract import StagingContract
from tests.warehouse.world import Make


@pytest.fixture(autouse=True)
def anonymous(monkeypatch):
    monkeypatch.setenv("C360_CREDENTIALS", "anonymous")


@pytest.fixture
def world(bigquery, gcs_root) -> BigQueryWorld:
    return new_world(bigquery, gcs_root)


@pytest.fixture
def make() -> type[Make]:
    return Make


class TestPublication(PublicationContract):
    """The contract of every warehouse, in BigQuery."""


class TestStaging(StagingContract):
    """The contract of every warehouse, in BigQuery."""

    odd_name = "Everything ünï-1"


class TestMigration(MigrationContract):
    """The contract of every warehouse, in BigQuery."""
