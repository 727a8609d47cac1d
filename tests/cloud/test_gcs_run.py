"""The sample from bucket to bucket by `spark-submit`, and every command on what it made."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from c360.errors import OutsideFailure
from c360.explain import explain
from c360.layout import batch_folder
from c360.locks import live_runs, run_lock, sweep
from c360.manifest import MANIFEST, BatchManifest, parse_manifest
from c360.pipeline import run
from c360.places import Places
from c360.prune import by_kind, prune
from c360.registry.read import read_registry
from c360.settings import Settings
from c360.storage import Storage, open_storage
from c360.validate import validate
from c360.warehouse.open import open_warehouse
from tests.cloud.gcs_server import GcsServer
from tests.support.places import OWN, Outcome, command
from tests.support.processes import submitted_as_configured

SAMPLE = OWN.parents[1] / "sample_data" / "raw"
BUCKETS = ("acme-customer360-raw-data", "acme-customer360-silver-data", "acme-customer360-scripts")
BRONZE, SILVER = f"gs://{BUCKETS[0]}/raw/", f"gs://{BUCKETS[1]}/"
REPORT = f"gs://{BUCKETS[2]}/reports/ü run.json"
ROOTS = ("--bronze", BRONZE, "--silver", SILVER)


@dataclass(frozen=True)
class Submitted:
    """How the run that all tests look at ended, and what its report says."""

    outcome: Outcome
    report: dict


@pytest.fixture(scope="module", autouse=True)
def first(gcs: GcsServer, cloud_spark_conf: Path) -> Submitted:
    """`spark-submit jobs/main.py run --only silver` on the sample, from gs:// to gs://."""
    for name in BUCKETS:
        gcs.create_bucket(name)
    bronze = open_storage(BRONZE)
    for file in (path for path in SAMPLE.rglob("*") if path.is_file()):
        assert bronze.create(file.relative_to(SAMPLE).as_posix(), file.read_bytes())
    words = ("run", "--only", "silver", "--registry", str(OWN), *ROOTS, "--report", REPORT)
    outcome = submitted_as_configured(cloud_spark_conf, *words)
    assert outcome.exit_code == 0, outcome.stderr[-2000:]
    return Submitted(outcome, read_report())


@pytest.fixture(scope="module")
def local(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The same run from folder to folder."""
    settings = Settings(
        registry=OWN,
        bronze=str(SAMPLE),
        silver=str(tmp_path_factory.mktemp("local") / "silver"),
        only_silver=True,
        audit_failures=False,
    )
    done = run(settings, spark=lambda _: spark)
    assert done.exit_code == 0, done.message
    return settings


def read_report() -> dict:
    folder, _, name = REPORT.rpartition("/")
    return json.loads(open_storage(folder).read(name) or b"{}")


def manifests(silver: Storage) -> dict[str, BatchManifest]:
    """Every batch by FileID, without what belongs to one run: its id and the names of its files."""
    found = (
        parse_manifest(silver.read(stored.path) or b"")
        for stored in silver.list()
        if stored.path.endswith(f"/{MANIFEST}") and not stored.path.startswith("_")
    )
    return {
        each.file_id: dataclasses.replace(each, run_id="", folder="", files=())
        for each in found
        if each is not None
    }


def test_batches_have_the_ids_the_counts_and_the_pins_of_a_local_run(local: Settings) -> None:
    here, there = manifests(open_storage(local.silver)), manifests(open_storage(SILVER))
    assert len(there) == sum(path.is_file() for path in SAMPLE.rglob("*.csv*"))
    assert there == here


def test_bronze_in_a_bucket_is_validated_as_in_a_folder(gcs: GcsServer) -> None:
    there = validate(Settings(registry=OWN, bronze=BRONZE))
    here = validate(Settings(registry=OWN, bronze=str(SAMPLE)))
    assert there == dataclasses.replace(here, bronze=BRONZE.rstrip("/"))
    assert command("validate", "--registry", str(OWN), "--bronze", BRONZE).exit_code == 0
    scripts = f"gs://{BUCKETS[2]}"
    open_storage(scripts).create("conf/tables.yaml", OWN.read_bytes())
    words = ("validate", "--registry", f"{scripts}/conf/tables.yaml", "--bronze", BRONZE)
    assert command(*words).exit_code == 0


def test_a_second_run_reuses_everything_and_replaces_the_report(
    first: Submitted, spark: SparkSession
) -> None:
    before = [stored.path for stored in open_storage(SILVER).list()]
    words = ("run", "--only", "silver", "--registry", str(OWN), *ROOTS, "--report", REPORT)
    outcome = command(*words, spark=spark)
    assert outcome.exit_code == 0, outcome.stderr
    report = read_report()
    assert report["run_id"] != first.report["run_id"]
    assert {file["outcome"] for file in first.report["files"]} == {"read"}
    assert {file["outcome"] for file in report["files"]} == {"reused"}
    assert report["tables"] == [
        {**table, "files_read": 0, "files_reused": table["files_read"]}
        for table in first.report["tables"]
    ]
    assert [stored.path for stored in open_storage(SILVER).list()] == before


def test_every_batch_is_verified_in_the_bucket(gcs: GcsServer) -> None:
    outcome = command("verify", "--storage", "--registry", str(OWN), *ROOTS)
    assert (outcome.exit_code, outcome.stdout) == (0, "23 of 23 batches are whole\n")


def test_the_files_of_a_state_are_named_as_bq_load_takes_them(gcs: GcsServer) -> None:
    outcome = command("status", "--uris", "Customers", "--registry", str(OWN), *ROOTS)
    uris = outcome.stdout.splitlines()
    silver = open_storage(SILVER)
    assert uris
    for uri in uris:
        assert uri.startswith(f"{SILVER}Customers/file_id=f")
        assert uri.endswith(".parquet")
        assert silver.stat(uri.removeprefix(SILVER))


def test_rejected_records_are_shown_and_exported_byte_for_byte(
    local: Settings, tmp_path: Path
) -> None:
    roots = {
        "gs": ROOTS,
        "here": ("--bronze", local.bronze, "--silver", local.silver),
    }
    told = {}
    for name, words in roots.items():
        asked = (*words, "--registry", str(OWN))
        out = tmp_path / name
        told[name] = (
            command("quarantine", "list", *asked).stdout,
            command("quarantine", "show", "OnlineTransactions", *asked).stdout,
            command("quarantine", "export", "--out", str(out), *asked).exit_code,
            {path.name: path.read_bytes() for path in out.iterdir()},
        )
    assert told["gs"] == told["here"]
    assert "OnlineTransactions" in told["gs"][0]
    assert len(told["gs"][3]) > 1


def test_a_row_is_explained_from_files_in_a_bucket(
    spark: SparkSession, local: Settings, tmp_path: Path
) -> None:
    with (SAMPLE / "Agents.csv").open(encoding="utf-8-sig") as file:
        key = next(row["AgentID"] for row in csv.DictReader(file) if row["AgentID"].isdigit())
    warehouse = f"duckdb:///{tmp_path / 'none.duckdb'}"
    there, here = (
        explain(
            Settings(registry=OWN, bronze=bronze, warehouse=warehouse),
            "Agents",
            key,
            lambda _: spark,
        )
        for bronze in (BRONZE, local.bronze)
    )
    assert there.survivor is not None
    assert there == here


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """The places as a prune has them; nothing is published."""
    return Places(
        bronze=open_storage(BRONZE),
        silver=open_storage(SILVER),
        quarantine=open_storage(f"{SILVER}_quarantine"),
        warehouse=open_warehouse(f"duckdb:///{tmp_path / 'warehouse.duckdb'}"),
    )


def test_what_dead_runs_left_in_a_bucket_stays_until_it_is_pruned(places: Places) -> None:
    silver = places.silver
    before = [stored.path for stored in silver.list()]
    (file_id, batch), *_ = sorted(manifests(silver).items())
    dead = f"{batch_folder(batch.table, file_id)}/r20250101T000000-00000001"
    young = f"{batch_folder(batch.table, file_id)}/r20990101T000000-00000001"
    for folder in (dead, young):
        silver.create(f"{folder}/part-0.parquet", b"1")
        silver.create(f"{folder}/_temporary/0/part-1.parquet", b"1")
    with run_lock((silver, places.quarantine), "r20250101T000000-00000001"):
        assert live_runs((silver, places.quarantine)) == set()
        assert sweep(silver, places.quarantine, keep=()) == 0
    assert len(list(silver.list())) == len(before) + 4
    unused, _ = prune(places, read_registry(OWN), 1, tomorrow(), dry_run=False)
    assert by_kind(unused) == {"dead run": (1, 2)}
    assert [stored.path for stored in silver.list(dead)] == []
    silver.delete_tree(young)
    assert [stored.path for stored in silver.list()] == before


def test_a_file_that_left_bronze_leaves_a_batch_to_prune(places: Places) -> None:
    rows = [stored for stored in places.bronze.list() if stored.path.endswith("2025-06.csv")]
    (late,) = [stored.path for stored in rows if "Online" in stored.path]
    data = places.bronze.read(late) or b""
    places.bronze.delete(late)
    try:
        unused, _ = prune(places, read_registry(OWN), 1, tomorrow(), dry_run=True)
    finally:
        places.bronze.create(late, data)
    assert {kind: count for kind, (count, _) in by_kind(unused).items()} == {
        "silver batch": 1,
        "rejected records": 1,
    }
    assert unused[0].uri.startswith(f"{SILVER}OnlineTransactions/file_id=f")


def test_a_root_in_a_bucket_that_is_missing_ends_with_3(gcs: GcsServer) -> None:
    for words in (("--bronze", "gs://nowhere/raw"), ("--bronze", BRONZE, "--silver", "gs://nope")):
        outcome = command("verify", "--storage", "--registry", str(OWN), *words)
        assert outcome.exit_code == OutsideFailure.exit_code
        assert "Check the name of the bucket, or create it" in outcome.stderr


def tomorrow() -> dt.datetime:
    """A time after every run of these tests."""
    return dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
