"""The places of one run in the cloud: two buckets, a project of BigQuery, and a local registry."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from google.cloud import storage

from c360.credentials import google_credentials
from c360.pipeline import run
from c360.registry.load import parse_registry
from c360.registry.specs import Registry
from c360.report import RunReport
from c360.settings import Settings
from c360.warehouse.bigquery import BigQueryWarehouse
from c360.warehouse.bigquery_address import parse_address
from tests.cloud.gcs_server import GcsServer
from tests.support.places import Outcome
from tests.support.processes import submitted_as_configured

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@dataclass(frozen=True)
class CloudPlaces:
    """Where a run reads and writes; bronze and silver are addresses in buckets."""

    registry: Path
    bronze: str
    silver: str
    warehouse: str

    @classmethod
    def make(cls, gcs: GcsServer, warehouse: str, folder: Path, registry: str) -> CloudPlaces:
        """Places with two fresh buckets; the registry's text is written into the folder."""
        project = parse_address(warehouse).project
        for layer in ("raw", "silver"):
            gcs.create_bucket(f"{project}-{layer}")
        path = folder / "tables.yaml"
        path.write_text(registry, encoding="utf-8")
        return cls(path, f"gs://{project}-raw/raw", f"gs://{project}-silver", warehouse)

    @property
    def words(self) -> list[str]:
        """The options of a command that name these places."""
        return [
            *("--registry", str(self.registry), "--bronze", self.bronze),
            *("--silver", self.silver, "--warehouse", self.warehouse),
        ]

    @property
    def rules(self) -> Registry:
        """The registry, parsed."""
        return parse_registry(self.registry.read_text(encoding="utf-8"), str(self.registry))

    @property
    def opened(self) -> BigQueryWarehouse:
        """The warehouse as the product has it."""
        return BigQueryWarehouse(parse_address(self.warehouse))

    def run(self, spark: SparkSession, **options: Any) -> RunReport:
        """A run in this process, in a session that is already warm."""
        settings = Settings(
            registry=self.registry,
            bronze=self.bronze,
            silver=self.silver,
            warehouse=self.warehouse,
            **options,
        )
        return run(settings, spark=lambda _: spark)

    def submitted(self, conf: Path, *words: str) -> tuple[Outcome, dict[str, Any]]:
        """How `spark-submit jobs/main.py run` ended, and its report."""
        report = self.registry.with_name("report.json")
        report.unlink(missing_ok=True)
        given = ("run", *self.words, "--report", str(report), *words)
        outcome = submitted_as_configured(conf, *given)
        return outcome, json.loads(report.read_text()) if report.exists() else {}

    def put(self, files: Mapping[str, bytes]) -> None:
        """Make bronze hold these files, by their path, and no others."""
        name, _, prefix = self.bronze.removeprefix("gs://").partition("/")
        client = storage.Client(project="test-project", credentials=google_credentials())
        bucket = client.bucket(name)
        before = {blob.name: blob for blob in bucket.list_blobs(prefix=f"{prefix}/")}
        for path, data in files.items():
            before.pop(f"{prefix}/{path}", None)
            bucket.blob(f"{prefix}/{path}").upload_from_string(data)
        for blob in before.values():
            blob.delete()

    def moved(self, **places: str) -> CloudPlaces:
        """The same with other places."""
        return dataclasses.replace(self, **places)
