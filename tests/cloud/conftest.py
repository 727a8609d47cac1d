"""Real servers of Cloud Storage and BigQuery, started once; every test has its own names."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from c360.credentials import VARIABLE as CREDENTIALS
from tests.cloud.bigquery_server import BigQueryServer, bigquery_server
from tests.cloud.gcs_server import GcsServer, gcs_server
from tests.cloud.places import CloudPlaces
from tests.cloud.spark_conf import (
    bigquery_settings,
    gcs_settings,
    jvm_settings,
    write_spark_conf,
)
from tests.cloud.tls import TlsFiles, make_tls
from tests.cloud.tools import bigquery_python, fake_gcs_server

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

HERE = Path(__file__).parent
_numbers = itertools.count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies in this folder, so that `make test` can leave it out."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.cloud)


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> TlsFiles:
    """A certificate of localhost, and the trust store of a JVM that believes it."""
    return make_tls(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="session")
def gcs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GcsServer]:
    """A Cloud Storage server, to which the clients of this process and of its children turn."""
    root = tmp_path_factory.mktemp("gcs") / "buckets"
    with gcs_server(fake_gcs_server(), root) as server, pytest.MonkeyPatch.context() as patched:
        patched.setenv("STORAGE_EMULATOR_HOST", server.url)
        patched.setenv(CREDENTIALS, "anonymous")
        yield server


@pytest.fixture(scope="session")
def bigquery(
    gcs: GcsServer, tls: TlsFiles, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BigQueryServer]:
    """A BigQuery server that loads what lies in the buckets of `gcs`."""
    data = tmp_path_factory.mktemp("bigquery")
    with bigquery_server(bigquery_python(), data, gcs.root, tls) as server:
        yield server


@pytest.fixture(scope="session")
def cloud_settings(bigquery: BigQueryServer, gcs: GcsServer, tls: TlsFiles) -> dict[str, str]:
    """The settings of a Spark that knows both servers."""
    assert bigquery.tls_port is not None
    return {
        **jvm_settings(tls),
        **gcs_settings(gcs.url),
        **bigquery_settings(bigquery.url, bigquery.tls_port),
    }


@pytest.fixture(scope="session")
def cloud_spark_conf(
    cloud_settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The folder of spark-defaults.conf that `spark-submit` is given."""
    return write_spark_conf(tmp_path_factory.mktemp("conf"), cloud_settings)


@pytest.fixture(scope="session")
def spark(cloud_settings: dict[str, str]) -> Iterator[SparkSession]:
    """A session with both connectors; it takes the place of the one of all other tests."""
    from pyspark.sql import SparkSession  # noqa: PLC0415  no JVM for tests that need none

    from c360.session import build_session  # noqa: PLC0415

    if SparkSession.getActiveSession() is not None:
        pytest.skip("this process has a session without connectors: run `make test-cloud`")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    session = build_session(cloud_settings, app="c360-cloud-tests")
    session.sparkContext.setLogLevel("OFF")  # connectors log what tests provoke on purpose
    yield session
    session.stop()


@pytest.fixture
def bucket(gcs: GcsServer) -> str:
    """The address of an empty bucket."""
    name = f"bucket-{next(_numbers)}"
    gcs.create_bucket(name)
    return f"gs://{name}"


@pytest.fixture(scope="session")
def fresh_places(
    gcs: GcsServer, bigquery: BigQueryServer, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], CloudPlaces]:
    """Makes places with buckets and a project of their own; the text of their registry is given."""

    def make(registry: str) -> CloudPlaces:
        name = f"test-{next(_numbers)}"
        folder = tmp_path_factory.mktemp(name)
        return CloudPlaces.make(gcs, bigquery.warehouse(name), folder, registry)

    return make
