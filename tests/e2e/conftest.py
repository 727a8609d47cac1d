"""A small published sample that tests of the whole job start from."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from c360.sample.write import write_sample
from tests.support.places import Places

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory, spark: SparkSession) -> Places:
    """A small sample, published; a test that changes anything works on a copy."""
    places = Places.below(tmp_path_factory.mktemp("sample"))
    write_sample(places.bronze, customers=30, orders=120, seed=5, dirty=0.01)
    report = places.run(spark)
    assert report.status == "published", report.message
    return places


@pytest.fixture
def copy(sample: Places, tmp_path: Path) -> Places:
    """The published sample again, with bronze, silver and warehouse of its own."""
    target = Places.below(tmp_path / "copy")
    shutil.copytree(sample.bronze, target.bronze)
    shutil.copytree(sample.silver, target.silver)
    shutil.copy(sample.warehouse, target.warehouse)
    return target
