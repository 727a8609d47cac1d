"""What the steps of one run on silver share."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import SparkSession

from c360.contracts.model import TableContract
from c360.contracts.silver import silver_contract
from c360.header import Header
from c360.layout import batch_folder
from c360.plan import PlannedFile
from c360.registry.specs import Registry, TableSpec
from c360.storage import Storage


@dataclass(frozen=True, slots=True)
class Workspace:
    """One run at work: its id, its registry, its places and its Spark session."""

    run_id: str
    registry: Registry
    bronze: Storage
    silver: Storage
    quarantine: Storage
    spark: SparkSession


@dataclass(frozen=True, slots=True)
class FileTask:
    """One bronze file that a run cleans."""

    work: Workspace
    file: PlannedFile
    header: Header

    @property
    def path(self) -> str:
        """The file's path below the bronze root."""
        return self.file.pin.path

    @property
    def table(self) -> TableSpec:
        """The spec of the file's table."""
        return self.work.registry.table(self.file.table)

    @property
    def contract(self) -> TableContract:
        """The contract of the file's table."""
        return silver_contract(self.table)

    @property
    def folder(self) -> str:
        """The folder of the file's batch, and of its rejected records below their root."""
        return batch_folder(self.file.table, self.file.file_id)
