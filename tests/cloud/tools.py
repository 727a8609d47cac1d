"""Where the tools of the cloud tests lie, which `make test-cloud` installs into `build/cloud`."""

from __future__ import annotations

import os
from pathlib import Path

import pyspark
import pytest

ROOT = Path(__file__).resolve().parents[2]
CLOUD = ROOT / "build" / "cloud"
_SPARK41 = "SPARK41_CONNECTOR"
_IS_SPARK35 = pyspark.__version__.startswith("3.5.")


def fake_gcs_server() -> Path:
    """The server of Cloud Storage; the test that asks is skipped where it is missing."""
    return _installed("bin/fake-gcs-server")


def bigquery_python() -> Path:
    """The interpreter that the BigQuery server runs on."""
    return _installed("bigquery-env/bin/python")


def gcs_connector_jar() -> Path:
    """What teaches Spark the scheme gs://, made for the Hadoop that this PySpark brings."""
    version = "hadoop3-2.2.26" if _IS_SPARK35 else "4.0.4"
    return _installed(f"jars/gcs-connector-{version}-shaded.jar")


def connector_jar() -> Path:
    """Google's BigQuery connector for the Spark that is installed here."""
    if _IS_SPARK35:
        return _installed("jars/spark-3.5-bigquery-0.42.1.jar")
    jar = Path(os.environ.get(_SPARK41, ""))
    if not jar.is_file():
        pytest.skip(
            f"no BigQuery connector for Spark {pyspark.__version__}: `make test-cloud-spark41` "
            f"takes one from {_SPARK41}; `make test-cloud` needs none"
        )
    return jar.resolve()


def _installed(name: str) -> Path:
    path = CLOUD / name
    if not path.exists():
        pytest.skip(f"no {path.relative_to(ROOT)}: `make test-cloud` installs it")
    return path
