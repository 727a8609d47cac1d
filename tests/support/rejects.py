"""Rejected records as a run leaves them, written with DuckDB: no test of reading needs a JVM."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

from c360.layout import batch_folder, manifest_path
from c360.manifest import (
    BatchManifest,
    FileCounts,
    PartFile,
    QuarantineManifest,
    ReasonCount,
    to_json,
)
from c360.plan import FilePin, Outcome, Plan, PlannedFile
from c360.storage.local import LocalStorage

Reject = tuple[bytes, list[str]]
HEADER = "ID,Word"
RUN = "R1"


def store_rejects(
    quarantine: LocalStorage, source: str, file_id: str, *parts: Sequence[Reject]
) -> QuarantineManifest:
    """The manifest of what is written: one Parquet file a part."""
    folder = batch_folder("Orders", file_id)
    described = []
    for number, part in enumerate(parts):
        name = f"part-{number}.parquet"
        write_parquet(quarantine.folder / folder / RUN / name, part)
        described.append(PartFile(name, 0, len(part), ""))
    manifest = QuarantineManifest(
        table="Orders",
        file_id=file_id,
        source_file=source,
        run_id=RUN,
        folder=RUN,
        header=HEADER,
        files=tuple(described),
        records=sum(len(part) for part in parts),
        reasons=counted(record for part in parts for record in part),
    )
    assert quarantine.create(f"{folder}/_manifest.json", to_json(manifest))
    return manifest


def store_batch_of(silver: LocalStorage, rejects: QuarantineManifest, accepted: int = 1) -> None:
    """The silver manifest of the same file, as a run writes it after its rejects."""
    assert silver.create(
        manifest_path("Orders", rejects.file_id), to_json(batch_of(rejects, accepted))
    )


def batch_of(rejects: QuarantineManifest, accepted: int = 1) -> BatchManifest:
    records = accepted + rejects.records
    return BatchManifest(
        table="Orders",
        file_id=rejects.file_id,
        source_file=rejects.source_file,
        source_bytes=1,
        source_crc32c="00000000",
        spec_hash="s",
        run_id=RUN,
        folder=RUN,
        header=HEADER,
        files=(),
        counts=FileCounts(records, 0, 0, accepted, rejects.records, 0, 0),
        reasons=(*rejects.reasons, ReasonCount("Word", "unknown_value", "warned", 1)),
    )


def planned(source: str, file_id: str, outcome: Outcome = "read") -> PlannedFile:
    return PlannedFile("Orders", FilePin(source, 1, "00000000"), file_id, outcome)


def plan_of(*files: PlannedFile) -> Plan:
    return Plan(files, (), (), "b")


def counted(records: Iterable[Reject]) -> tuple[ReasonCount, ...]:
    counts = Counter(reason for _, reasons in records for reason in reasons)
    return tuple(
        ReasonCount(*name.split(":"), "rejected", count) for name, count in sorted(counts.items())
    )


def write_parquet(path: Path, records: Sequence[Reject]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE rejects (RawRecord BLOB, Reasons VARCHAR[])")
        connection.executemany("INSERT INTO rejects VALUES (?, ?)", [list(r) for r in records])
        target = str(path).replace("'", "''")
        connection.execute(f"COPY rejects TO '{target}' (FORMAT parquet)")
