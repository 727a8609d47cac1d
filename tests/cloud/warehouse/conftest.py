"""The small warehouse in BigQuery; no test of it needs Spark, but for those of the connector."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.cloud.warehouse.world import BigQueryWorld, new_world
from tests.warehouse.world import Make

if TYPE_CHECKING:
    from tests.cloud.bigquery_server import BigQueryServer
    from tests.cloud.gcs_server import GcsServer


@pytest.fixture(autouse=True)
def anonymous(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("C360_CREDENTIALS", "anonymous")


@pytest.fixture
def world(bigquery: BigQueryServer, gcs: GcsServer) -> Iterator[BigQueryWorld]:
    made = new_world(bigquery, gcs.root)
    yield made
    bigquery.close(made.warehouse.address.project)


@pytest.fixture
def make() -> type[Make]:
    return Make
