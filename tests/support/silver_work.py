"""One run at work on silver in a test: files in bronze become tasks, and batches are read back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from c360.bronze.files import pin_files
from c360.bronze.headers import read_header
from c360.contracts.silver import silver_contract
from c360.header import Header
from c360.ids import file_id
from c360.layout import batch_folder, manifest_path
from c360.manifest import BatchManifest, parse_quarantine_manifest
from c360.plan import PlannedFile
from c360.registry.specs import Registry, TableSpec
from c360.silver.batches import clean_file
from c360.silver.parquet import read_files
from c360.silver.state import state_uris
from c360.silver.workspace import FileTask, Workspace
from c360.storage import Storage
from c360.storage.local import LocalStorage


def workspace(spark: SparkSession, root: Path, registry: Registry, run_id: str = "R1") -> Workspace:
    """A run below `root`, in folders whose names mean something to everyone but us."""
    return Workspace(
        run_id=run_id,
        registry=registry,
        bronze=LocalStorage(root / "bronze [1] ü%20"),
        silver=LocalStorage(root / "silver {a,b}=*"),
        quarantine=LocalStorage(root / "quarantine #?"),
        spark=spark,
    )


def put(work: Workspace, path: str, data: bytes) -> None:
    """A file in bronze, replaced where there is one."""
    work.bronze.delete(path)
    work.bronze.create(path, data)


def task(work: Workspace, path: str, table: TableSpec) -> FileTask:
    """The task of a file, pinned as it is now."""
    pin = pin_files(work.bronze, [path])[path]
    header = read_header(work.bronze, path, table)
    assert isinstance(header, Header), header
    planned = PlannedFile(
        table.name, pin, file_id(table, path, pin.bytes, pin.crc32c), outcome="read"
    )
    return FileTask(work, planned, header)


def clean(work: Workspace, path: str, data: bytes, table: TableSpec) -> BatchManifest:
    """The batch of a file of these bytes."""
    put(work, path, data)
    return clean_file(task(work, path, table))


def batch_rows(work: Workspace, table: TableSpec, *manifests: BatchManifest) -> DataFrame:
    """All rows of batches, as their manifests name the files."""
    return read_files(work.spark, state_uris(work.silver, manifests), silver_contract(table))


def quarantined(work: Workspace, manifest: BatchManifest) -> list[tuple[Any, ...]]:
    """All columns of the rejected records that quarantine shows for a batch, sorted."""
    text = work.quarantine.read(manifest_path(manifest.table, manifest.file_id))
    shown = parse_quarantine_manifest(text or b"")
    if shown is None:
        return []
    folder = f"{batch_folder(shown.table, shown.file_id)}/{shown.folder}"
    uris = [work.quarantine.uri(f"{folder}/{part.name}") for part in shown.files]
    rows = work.spark.read.option("__globPaths__", "false").parquet(*uris).collect()
    return sorted(
        (
            row["TableName"],
            row["SourceFile"],
            row["FileID"],
            bytes(row["RawRecord"]),
            row["Reasons"],
        )
        for row in rows
    )


def files(storage: Storage) -> list[str]:
    """Every stored file."""
    return [stored.path for stored in storage.list()]
