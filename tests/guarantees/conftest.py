"""The bench of the quick share: the session of all tests, set up for very small runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.guarantees.bench import Bench

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_SMALL = {"spark.sql.codegen.wholeStage": "false", "spark.sql.shuffle.partitions": "1"}


@pytest.fixture(scope="module")
def bench(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    before = {key: spark.conf.get(key) for key in _SMALL}
    for key, value in _SMALL.items():
        spark.conf.set(key, value)
    yield Bench(spark, tmp_path_factory.mktemp("guarantees"))
    for key, value in before.items():
        spark.conf.set(key, str(value))
