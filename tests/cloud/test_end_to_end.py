"""The sample from gs:// to BigQuery, as `spark-submit` runs it: the tables are those of DuckDB."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from c360.pipeline import run
from c360.settings import Settings
from tests.cloud.bigquery_server import BigQueryServer
from tests.cloud.gcs_server import GcsServer
from tests.cloud.places import CloudPlaces
from tests.support.bigquery_digest import digests, names_of
from tests.support.golden import DIGESTS, SAMPLE
from tests.support.places import OWN
from tests.support.states import read_files

BRONZE, SILVER = "customer360-raw-data", "customer360-silver-data"


@dataclass(frozen=True)
class Told:
    """What a run on the sample led to."""

    places: CloudPlaces
    report: dict[str, Any]
    requests: list[dict[str, Any]]  # that the BigQuery server was asked meanwhile


@pytest.fixture(scope="module")
def places(gcs: GcsServer, bigquery: BigQueryServer, tmp_path_factory: Any) -> CloudPlaces:
    """The sample in the brief's own buckets."""
    for name in (BRONZE, SILVER):
        gcs.create_bucket(name)
    folder = tmp_path_factory.mktemp("sample")
    made = CloudPlaces.make(gcs, bigquery.warehouse("customer360"), folder, OWN.read_text())
    places = made.moved(bronze=f"gs://{BRONZE}/raw/", silver=f"gs://{SILVER}/")
    places.put(read_files(SAMPLE))
    return places


@pytest.fixture(scope="module")
def submitted(
    places: CloudPlaces, bigquery: BigQueryServer, cloud_spark_conf: Path
) -> Callable[[], Told]:
    """Runs the sample in a process of its own."""

    def submit() -> Told:
        before = len(bigquery.requests())
        outcome, report = places.submitted(cloud_spark_conf)
        assert outcome.exit_code == 0, report.get("message") or outcome.stderr[-2000:]
        return Told(places, report, bigquery.requests()[before:])

    return submit


@pytest.fixture(scope="module")
def published(submitted: Callable[[], Told]) -> Told:
    return submitted()


@pytest.fixture(scope="module")
def again(published: Told, submitted: Callable[[], Told]) -> Told:
    assert published.report["status"] == "published"
    return submitted()


def test_the_sample_is_published(published: Told) -> None:
    assert (published.report["status"], published.report["exit_code"]) == ("published", 0)
    assert all(check["name"] for check in published.report["checks"])


def test_every_table_has_the_golden_contents_of_duckdb(published: Told) -> None:
    golden = json.loads(DIGESTS.read_text())
    assert digests(published.places.warehouse) == golden["tables"]


def test_the_batch_has_the_id_that_it_has_in_local_folders(published: Told, tmp_path: Path) -> None:
    local = Settings(
        bronze=str(SAMPLE),
        silver=str(tmp_path / "silver"),
        warehouse=f"duckdb:///{tmp_path}/w.duckdb",
        dry_run=True,
    )
    assert run(local).batch_id == published.report["batch_id"]


def test_silver_comes_by_load_jobs_gold_by_the_connector_and_all_by_one_transaction(
    published: Told,
) -> None:
    kinds = Counter((each.get("job_type"), each.get("statement")) for each in published.requests)
    streams = Counter(each["path"] for each in published.requests if each["method"] == "GRPC")
    loads = {each.get("job", "") for each in published.requests if each.get("job_type") == "load"}
    run_id = published.report["run_id"]
    assert {
        f"c360-{run_id}-load-{table['table']}-0-1" for table in published.report["tables"]
    } <= loads
    assert streams["AppendRows"] >= 5
    assert streams["BatchCommitWriteStreams"] == 5
    transactions = [
        each for each in published.requests if each.get("job", "") == f"c360-{run_id}-0-1"
    ]
    assert [each["statement"] for each in transactions] == ["SCRIPT"]
    assert kinds["query", "MERGE"] == 0


def test_nothing_stays_in_staging(published: Told) -> None:
    assert names_of(published.places.warehouse, "customer360_staging") == []


def test_the_second_run_finds_nothing_to_do(published: Told, again: Told) -> None:
    assert again.report["status"] == "up_to_date"
    assert again.report["published_by"] == published.report["run_id"]
    assert {each["method"] for each in again.requests} <= {"GET", "POST"}
    assert {each.get("statement") for each in again.requests} <= {None, "SELECT"}
    assert digests(published.places.warehouse) == json.loads(DIGESTS.read_text())["tables"]
