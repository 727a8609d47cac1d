"""The bench of the quick share: the session of all tests, set up for very small runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.guarantees.bench import Bench

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_PARTITIONS = "spark.sql.shuffle.partitions"


@pytest.fixture(scope="module")
def bench(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    before = str(spark.conf.get(_PARTITIONS))
    spark.conf.set(_PARTITIONS, "1")
    yield Bench(spark, tmp_path_factory.mktemp("guarantees"))
    spark.conf.set(_PARTITIONS, before)
