"""Manifests and batches for tests, written without Spark."""

from __future__ import annotations

from typing import Any

from c360.layout import batch_folder, manifest_path
from c360.manifest import BatchManifest, FileCounts, PartFile, ReasonCount, to_json
from c360.storage import Storage

COUNTS = FileCounts(
    records=9,
    blank_lines=1,
    repeated_headers=0,
    accepted=6,
    rejected=2,
    duplicates=1,
    conflicting_duplicates=0,
)


def manifest(**changes: Any) -> BatchManifest:
    """A manifest with something in every field."""
    fields: dict[str, Any] = {
        "table": "Orders",
        "file_id": "01ab",
        "source_file": "in/Orders ü.csv",
        "source_bytes": 99,
        "source_crc32c": "0000abcd",
        "spec_hash": "5bec",
        "run_id": "R1",
        "folder": "R1",
        "header": 'ID,"Word"',
        "files": (PartFile("part-0.parquet", 4, 6, "22620404"),),
        "counts": COUNTS,
        "reasons": (
            ReasonCount("ID", "not_an_integer", "rejected", 2),
            ReasonCount("Word", "unknown_value", "warned", 1),
        ),
        "extra_columns": ("Note",),
    }
    return BatchManifest(**{**fields, **changes})


def store_batch(
    silver: Storage, parts: dict[str, bytes], file_id: str = "01ab", run_id: str = "R1"
) -> BatchManifest:
    """A visible batch of these files, whose bytes stand for Parquet."""
    folder = f"{batch_folder('Orders', file_id)}/{run_id}"
    files = []
    for name, data in parts.items():
        silver.create(f"{folder}/{name}", data)
        size, crc32c = silver.stat(f"{folder}/{name}") or (0, "")
        files.append(PartFile(name, size, 1, crc32c))
    found = manifest(file_id=file_id, run_id=run_id, folder=run_id, files=tuple(files))
    silver.create(manifest_path("Orders", file_id), to_json(found))
    return found
