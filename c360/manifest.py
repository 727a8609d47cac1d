"""The manifest of a silver batch: the one record that makes a cleaned file visible."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Any, Literal

from c360.ids import content_hash

MANIFEST = "_manifest.json"
FORMAT = 1
# Ways in which a text can be no manifest; a few bytes can nest deeper than Python recurses.
_DAMAGE = (ValueError, TypeError, KeyError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True)
class PartFile:
    """One Parquet file of a batch; `name` is relative to the batch's folder."""

    name: str
    bytes: int
    rows: int
    crc32c: str


@dataclass(frozen=True, slots=True)
class FileCounts:
    """What became of the records of one file. records = accepted + rejected + duplicates."""

    records: int  # not the header, blank lines or repeated headers
    blank_lines: int
    repeated_headers: int
    accepted: int  # the rows in the batch
    rejected: int
    duplicates: int  # losers of a key inside this file
    conflicting_duplicates: int  # of those, the ones that differ from the survivor


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many records have one reason on one column (`row` for the record itself)."""

    column: str
    reason: str
    action: Literal["rejected", "nulled", "warned"]
    records: int


@dataclass(frozen=True, slots=True)
class BatchManifest:
    """One bronze file cleaned under one spec. Paths are relative: roots may move."""

    table: str
    file_id: str
    source_file: str
    source_bytes: int
    source_crc32c: str
    spec_hash: str
    run_id: str
    folder: str  # of the run whose files count, inside the batch's folder
    header: str  # the header line of the source file, for the replay of rejected records
    files: tuple[PartFile, ...]
    counts: FileCounts
    reasons: tuple[ReasonCount, ...]
    extra_columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuarantineManifest:
    """The rejected records of one bronze file."""

    table: str
    file_id: str
    source_file: str
    run_id: str
    folder: str
    header: str
    files: tuple[PartFile, ...]
    records: int
    reasons: tuple[ReasonCount, ...]


def to_json(manifest: BatchManifest | QuarantineManifest) -> bytes:
    """The manifest as stored; equal manifests have equal bytes, and a digest of their content."""
    content = {"format": FORMAT, **dataclasses.asdict(manifest)}
    signed = {**content, "digest": content_hash(content)}
    return json.dumps(signed, indent=1, sort_keys=True).encode()


def parse_manifest(text: bytes) -> BatchManifest | None:
    """The batch's manifest in `text`, or None when it is damaged or of another format."""
    try:
        found = _content(text)
        return BatchManifest(
            **{
                **found,
                "counts": FileCounts(**found["counts"]),
                "extra_columns": tuple(found["extra_columns"]),
            }
        )
    except _DAMAGE:
        return None


def parse_quarantine_manifest(text: bytes) -> QuarantineManifest | None:
    """The quarantine's manifest in `text`, or None when it is damaged or of another format."""
    try:
        return QuarantineManifest(**_content(text))
    except _DAMAGE:
        return None


def _content(text: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    if found.pop("digest") != content_hash(found):
        raise ValueError("a manifest that is not as it was written")
    if found.pop("format") != FORMAT:
        raise ValueError("a manifest of another format")
    return {
        **found,
        "files": tuple(PartFile(**part) for part in found["files"]),
        "reasons": tuple(ReasonCount(**reason) for reason in found["reasons"]),
    }
