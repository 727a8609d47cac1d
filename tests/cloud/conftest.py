"""Real servers of Cloud Storage and BigQuery, started once; every test has its own names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cloud import tools
from tests.cloud.bigquery_server import BigQueryServer, bigquery_server
from tests.cloud.tls import TlsFiles, make_tls

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies in this folder, so that `make test` can leave it out."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.cloud)


@pytest.fixture(scope="session")
def gcs_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the BigQuery server looks for gs://bucket/object."""
    return tmp_path_factory.mktemp("gcs")


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> TlsFiles:
    return make_tls(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="session")
def bigquery(
    tmp_path_factory: pytest.TempPathFactory, gcs_root: Path, tls: TlsFiles
) -> Iterator[BigQueryServer]:
    data = tmp_path_factory.mktemp("bigquery")
    with bigquery_server(tools.bigquery_python(), data, gcs_root, tls) as server:
        yield server
