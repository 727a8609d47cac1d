"""The small warehouse in BigQuery; no test of it needs Spark, but for those of the connector."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cloud.bigquery_server import BigQueryServer, bigquery_server
from tests.cloud.gcs_server import GcsServer
from tests.cloud.tools import bigquery_python
from tests.cloud.warehouse.world import BigQueryWorld, new_world
from tests.warehouse.world import Make


@pytest.fixture(autouse=True)
def anonymous(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("C360_CREDENTIALS", "anonymous")


@pytest.fixture(scope="module")
def server(gcs: GcsServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BigQueryServer]:
    """A server for each module: the more queries one has answered, the slower are its answers."""
    data = tmp_path_factory.mktemp("server")
    with bigquery_server(bigquery_python(), data, gcs.root) as started:
        yield started


@pytest.fixture
def world(server: BigQueryServer, gcs: GcsServer) -> Iterator[BigQueryWorld]:
    made = new_world(server, gcs.root)
    yield made
    server.close(made.warehouse.address.project)


@pytest.fixture
def make() -> type[Make]:
    return Make
