"""Real servers of Cloud Storage and BigQuery, started once; every test has its own names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

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
def gcs(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """The folder in which the BigQuery server looks for gs://bucket/object."""
    return SimpleNamespace(root=tmp_path_factory.mktemp("gcs"))


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> TlsFiles:
    return make_tls(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="session")
def bigquery(
    tmp_path_factory: pytest.TempPathFactory, gcs: SimpleNamespace, tls: TlsFiles
) -> Iterator[BigQueryServer]:
    data = tmp_path_factory.mktemp("bigquery")
    with bigquery_server(tools.bigquery_python(), data, gcs.root, tls) as server:
        yield server


@pytest.fixture(scope="session")
def spark(bigquery: BigQueryServer, tls: TlsFiles):
    from c360.session import build_session, settings_for  # noqa: PLC0415  no JVM, no Spark

    java = f"-XX:+UseSerialGC {tls.java_options}"
    settings = {
        "spark.jars": str(tools.connector_jar()),
        "spark.driver.extraJavaOptions": java,
        "spark.executor.extraJavaOptions": java,
        "spark.datasource.bigquery.gcpAccessToken": "anyone",
        "spark.datasource.bigquery.bigQueryHttpEndpoint": bigquery.url,
        "spark.datasource.bigquery.bigQueryStorageGrpcEndpoint": f"localhost:{bigquery.tls_port}",
        "spark.datasource.bigquery.enableReadSessionCaching": "false",
    }
    session = build_session({**settings_for(0), **settings}, app="c360-cloud-tests")
    yield session
    session.stop()
