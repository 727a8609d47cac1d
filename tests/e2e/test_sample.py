"""The sample, published: every record and every cell as the oracles say, and its golden digests."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING

import pytest

from c360.report import RunReport
from tests.support.digest import GOLD, SILVER
from tests.support.golden import (
    DIGESTS,
    SAMPLE,
    Golden,
    compare_with_golden,
    sample_golden,
    unannounced_changes,
)
from tests.support.judges import (
    Files,
    judge_batches,
    judge_files,
    judge_published,
    judge_verification,
)
from tests.support.oracle_silver import read_bronze
from tests.support.places import Places

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Places:
    return Places.below(tmp_path_factory.mktemp("sample"), bronze=SAMPLE)


@pytest.fixture(scope="module")
def report(places: Places, spark: SparkSession) -> RunReport:
    report = places.run(spark)
    assert report.status == "published", report.message
    return report


@pytest.fixture(scope="module")
def files() -> Files:
    return read_bronze(SAMPLE)


def test_every_ledger_of_the_sample_closes(places: Places, report: RunReport, files: Files) -> None:
    assert judge_files(places, report, files) == []


def test_batches_and_rejects_of_the_sample_are_those_of_the_oracle(
    places: Places, report: RunReport, files: Files
) -> None:
    assert judge_batches(places, report, files) == []


@pytest.mark.usefixtures("report")
def test_published_tables_equal_the_independent_calculation(places: Places, files: Files) -> None:
    assert judge_published(places, files) == []


@pytest.mark.usefixtures("report")
def test_gold_agrees_with_its_second_calculation_in_sql(places: Places) -> None:
    assert judge_verification(places) == []


@pytest.mark.usefixtures("report")
def test_every_version_of_spark_makes_the_golden_digests(places: Places) -> None:
    assert compare_with_golden(sample_golden(places)) == []


def changed(golden: Golden, layer: str, **parts: object) -> Golden:
    """The golden digests with another content in the first table of a layer."""
    found = copy.deepcopy(golden)
    name = next(name for name in found["tables"] if name.startswith(layer))
    found["tables"][name] = "0" * 64
    return {**found, **parts}


@pytest.mark.parametrize(
    ("layer", "constant"), [(SILVER, "CLEANING_VERSION"), (GOLD, "GOLD_VERSION")]
)
def test_contents_change_only_with_their_version(layer: str, constant: str) -> None:
    golden: Golden = json.loads(DIGESTS.read_text())
    (problem,) = unannounced_changes(golden, changed(golden, layer))
    assert f"raise {constant}" in problem
    raised = {**golden["versions"], layer: golden["versions"][layer] + 1}
    assert unannounced_changes(golden, changed(golden, layer, versions=raised)) == []
    assert unannounced_changes(golden, changed(golden, layer, inputs="other")) == []
    assert unannounced_changes(golden, golden) == []


def test_gold_may_change_with_the_silver_that_it_is_made_of() -> None:
    golden: Golden = json.loads(DIGESTS.read_text())
    raised = {**golden["versions"], SILVER: golden["versions"][SILVER] + 1}
    both = changed(changed(golden, GOLD), SILVER, versions=raised)
    assert unannounced_changes(golden, both) == []
