"""One Spark session for all tests that ask for it; each setting has its reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

ROOT = Path(__file__).resolve().parent.parent

OWN_SETTINGS = {
    # Rows are few: two partitions show an order that is not declared.
    "spark.sql.shuffle.partitions": "2",
    # Thousands of small jobs in one JVM: the second compiler pays, with room for what it compiles.
    "spark.driver.extraJavaOptions": "-XX:+UseSerialGC -Xms512m -XX:ReservedCodeCacheSize=512m "
    "-Dlog4j2.configurationFile=c360/log4j2.properties",
}


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    """A real local Spark with the settings of a small run, started once."""
    from c360.session import build_session, settings_for  # noqa: PLC0415  no JVM, no Spark

    session = build_session({**settings_for(0), **OWN_SETTINGS}, app="c360-tests")
    session.sparkContext.setLogLevel("ERROR")  # tests provoke failures on purpose
    yield session
    session.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a JVM, so that `make test-fast` can leave it out."""
    for item in items:
        if "spark" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.spark)
