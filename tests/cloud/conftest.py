"""A real server of Cloud Storage, started once, and a Spark that knows it."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cloud.gcs_server import GcsServer, gcs_server
from tests.cloud.tools import fake_gcs_server, gcs_connector_jar

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

HERE = Path(__file__).parent
_FS = "spark.hadoop.fs.gs"
_JVM = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xms512m -XX:ReservedCodeCacheSize=256m"
_numbers = itertools.count(1)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "cloud: needs the servers of `make test-cloud`")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies in this folder, so that `make test` can leave it out."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.cloud)


@pytest.fixture(scope="session")
def gcs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GcsServer]:
    """A Cloud Storage server, to which the clients of this process and of its children turn."""
    root = tmp_path_factory.mktemp("gcs") / "buckets"
    with gcs_server(fake_gcs_server(), root) as server, pytest.MonkeyPatch.context() as patched:
        patched.setenv("STORAGE_EMULATOR_HOST", server.url)
        patched.setenv("C360_CREDENTIALS", "anonymous")
        yield server


@pytest.fixture
def bucket(gcs: GcsServer) -> str:
    """The address of an empty bucket."""
    name = f"bucket-{next(_numbers)}"
    gcs.create_bucket(name)
    return f"gs://{name}"


@pytest.fixture(scope="session")
def cloud_settings(gcs: GcsServer) -> dict[str, str]:
    """The settings of a Spark that knows the server."""
    return {
        "spark.master": "local[2]",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.adaptive.enabled": "false",
        "spark.jars": str(gcs_connector_jar()),
        "spark.driver.extraJavaOptions": _JVM,
        f"{_FS}.impl": "com.google.cloud.hadoop.fs.gcs.GoogleHadoopFileSystem",
        f"{_FS}.auth.type": "UNAUTHENTICATED",
        f"{_FS}.auth.service.account.enable": "false",  # as 2.2 of the connector says it
        f"{_FS}.auth.null.enable": "true",
        f"{_FS}.storage.root.url": f"{gcs.url}/",
        f"{_FS}.project.id": "test-project",
        f"{_FS}.operation.move.enable": "false",  # the server has no such call
    }


@pytest.fixture(scope="session")
def cloud_spark_conf(
    cloud_settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The folder of spark-defaults.conf that `spark-submit` is given."""
    folder = tmp_path_factory.mktemp("conf")
    lines = [f"{name} {value}\n" for name, value in cloud_settings.items()]
    (folder / "spark-defaults.conf").write_text("".join(lines), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def spark(cloud_settings: dict[str, str]) -> Iterator[SparkSession]:
    """A session with the connector; it takes the place of the one of all other tests."""
    from c360.session import build_session  # noqa: PLC0415  no JVM for tests that need none

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    session = build_session(cloud_settings, app="c360-cloud-tests")
    session.sparkContext.setLogLevel("OFF")  # connectors log what tests provoke on purpose
    yield session
    session.stop()
