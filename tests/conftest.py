"""One Spark session for all tests that ask for it; each setting has its reason."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

ROOT = Path(__file__).resolve().parent.parent

SMALL_RUN = {
    "spark.master": "local[2]",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.ui.enabled": "false",  # no port, no memory for it
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "2",  # rows are few: two show an order that is not declared
    "spark.sql.adaptive.enabled": "false",  # its planning costs more than these rows
    # C1 only: these sessions are class loading and JIT, not work (6 s instead of 14 s)
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.driver.memory": "2g",
}


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    """A real local Spark, started once."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    from c360.session import build_session  # noqa: PLC0415  the fast tests never import Spark

    session = build_session(SMALL_RUN, app="c360-tests")
    session.sparkContext.setLogLevel("ERROR")  # tests provoke failures on purpose
    yield session
    session.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a JVM, so that `make test-fast` can leave it out."""
    for item in items:
        if "spark" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.spark)
