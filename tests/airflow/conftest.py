"""Airflow in an environment of its own, and the servers that it reaches instead of Google's."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pyspark
import pytest

from tests.airflow.authority import Authority, make_authority
from tests.airflow.connect_proxy import connect_proxy
from tests.airflow.mail_server import mail_server
from tests.airflow.stage import (
    CLUSTERS,
    PROJECT,
    REGION,
    ROOT,
    Outcome,
    Stage,
    make_dags,
)
from tests.cloud import conftest as cloud
from tests.cloud.bigquery_server import BigQueryServer
from tests.cloud.gcs_server import GcsServer
from tests.deploy.scripts import settings_of_env

HERE = Path(__file__).parent
# The fixtures of the cloud's tests that are asked for here too.
bigquery, cloud_settings, cloud_spark_conf = (
    cloud.bigquery,
    cloud.cloud_settings,
    cloud.cloud_spark_conf,
)
gcs, tls = cloud.gcs, cloud.tls
DATAPROC = HERE / "dataproc_server.py"
STARTING = 120  # seconds
CONNECTION = {
    "conn_type": "google_cloud_platform",
    "extra": {"is_anonymous": True, "project": PROJECT, "num_retries": 2},
}
OF_AIRFLOW = {
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
    "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
    "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
}
SAMPLE = ROOT / "sample_data" / "raw"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies in this folder, so that `make test` can leave it out."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.airflow)


@pytest.fixture(scope="session")
def airflow_python() -> Path:
    """The interpreter of the environment that C360_AIRFLOW names."""
    folder = os.environ.get("C360_AIRFLOW", ".venv-airflow")
    python = ROOT / folder / "bin" / "python"
    if not python.exists():
        pytest.skip(f"no {folder}: `make test-airflow` installs it")
    return python


@pytest.fixture(scope="session")
def airflow_home(airflow_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of Airflow with a fresh database, to be copied."""
    home = tmp_path_factory.mktemp("airflow")
    done = subprocess.run(
        [airflow_python, "-m", "airflow", "db", "migrate"],
        env={"PATH": os.environ["PATH"], "AIRFLOW_HOME": str(home), **OF_AIRFLOW},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-2000:]
    return home


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


@contextlib.contextmanager
def dataproc_server(python: Path, folder: Path) -> Iterator[int]:
    """The stand-in, as a process that ends with the block; its port."""
    with (folder / "server.txt").open("wb") as errors:
        process = subprocess.Popen(
            [python, DATAPROC, folder],
            env={"PATH": os.environ["PATH"]},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            ready, _, _ = select.select([process.stdout], [], [], STARTING)
            line = process.stdout.readline() if ready else ""
            assert line, (folder / "server.txt").read_text(encoding="utf-8")[-2000:]
            yield int(line)
        finally:
            process.terminate()
            process.wait(STARTING)


@pytest.fixture(scope="session")
def job_settings(
    cloud_spark_conf: Path,
    gcs: GcsServer,
    bigquery: BigQueryServer,
) -> dict[str, object]:
    """How the stand-in runs a job: where Spark is, and what the clients of a job are told."""
    home = Path(pyspark.__file__).parent
    environment = {
        "PATH": os.environ["PATH"],
        "SPARK_HOME": str(home),
        "SPARK_CONF_DIR": str(cloud_spark_conf),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "STORAGE_EMULATOR_HOST": gcs.url,
        "BIGQUERY_EMULATOR_HOST": bigquery.url,
        "C360_CREDENTIALS": "anonymous",
    }
    if "JAVA_HOME" in os.environ:
        environment["JAVA_HOME"] = os.environ["JAVA_HOME"]
    return {
        "spark_submit": str(home / "bin" / "spark-submit"),
        "buckets": str(gcs.root),
        "environment": environment,
        "kill_after": 8,
        "clusters": CLUSTERS,
    }


@pytest.fixture(scope="session")
def servers(
    gcs: GcsServer,
    bigquery: BigQueryServer,
) -> tuple[GcsServer, BigQueryServer]:
    """What stands for storage and for the warehouse."""
    return gcs, bigquery


@pytest.fixture(scope="session")
def make_stage(
    airflow_python: Path,
    airflow_home: Path,
    authority: Authority,
    servers: tuple[GcsServer, BigQueryServer],
    job_settings: dict[str, object],
) -> Callable[..., contextlib.AbstractContextManager[Stage]]:
    """Makes a project with the sample in its buckets, and an Airflow that knows the DAG."""
    gcs, bigquery = servers

    @contextlib.contextmanager
    def make(folder: Path, **own: str) -> Iterator[Stage]:
        known = settings_of_env(
            PROJECT=PROJECT, LOCATION="US", RETRY_SECONDS="1", MAIL_TO="team@example.com", **own
        )
        make_dags(folder / "dags", known)
        shutil.copytree(airflow_home, folder / "home")
        dataproc = folder / "dataproc"
        dataproc.mkdir()
        (dataproc / "settings.json").write_text(json.dumps(job_settings), encoding="utf-8")
        for name in ("RAW_BUCKET", "SILVER_BUCKET", "SCRIPTS_BUCKET"):
            gcs.create_bucket(known[name])
        with dataproc_server(airflow_python, dataproc) as port, mail_server() as mail:
            routes = {
                "storage.googleapis.com": ("http/1.1", _port(gcs.url)),
                "bigquery.googleapis.com": ("http/1.1", _port(bigquery.url)),
                f"{REGION}-dataproc.googleapis.com": ("h2", port),
                "pubsub.googleapis.com": ("h2", port),
            }
            with connect_proxy(authority, routes) as proxy:
                environment = {
                    "PATH": os.environ["PATH"],
                    **OF_AIRFLOW,
                    "AIRFLOW_HOME": str(folder / "home"),
                    "AIRFLOW__CORE__DAGS_FOLDER": str(folder / "dags"),
                    "AIRFLOW_CONN_GOOGLE_CLOUD_DEFAULT": json.dumps(CONNECTION),
                    "AIRFLOW_CONN_SMTP_DEFAULT": mail.connection,
                    "C360_CREDENTIALS": "anonymous",
                    "GOOGLE_CLOUD_PROJECT": PROJECT,
                    **authority.environment,
                    **proxy.environment,
                }
                stage = Stage(
                    *(folder, airflow_python, gcs, bigquery, proxy, mail, dataproc),
                    *(environment, known),
                )
                _upload(stage)
                yield stage

    return make


@pytest.fixture(scope="session")
def stage(
    make_stage: Callable[..., contextlib.AbstractContextManager[Stage]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stage]:
    """The brief's own buckets and datasets, for every run of the DAG of this session."""
    with make_stage(tmp_path_factory.mktemp("stage")) as stage:
        yield stage


@pytest.fixture(scope="session")
def first(stage: Stage) -> Outcome:
    """The first run that comes to its jobs: it publishes the sample."""
    stage.mail.received.clear()
    return stage.run("2025-12-30")


def _port(url: str) -> int:
    return int(url.rsplit(":", 1)[1])


def _upload(stage: Stage) -> None:
    """The sample, and what deploy/50_code.sh uploads."""
    for path in sorted(SAMPLE.rglob("*.csv*")):
        stage.put("RAW_BUCKET", f"raw/{path.relative_to(SAMPLE).as_posix()}", path.read_bytes())
    for name, path in {
        "dist/c360.zip": stage.dags / "c360.zip",
        "jobs/main.py": ROOT / "jobs" / "main.py",
        "conf/tables.yaml": ROOT / "conf" / "tables.yaml",
    }.items():
        stage.put("SCRIPTS_BUCKET", name, path.read_bytes())
