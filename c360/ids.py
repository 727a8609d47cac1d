"""The ids of c360: each a hash of content, so that equal inputs have equal names everywhere."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from c360.registry.specs import ColumnSpec, TableSpec

# Raised when the same file under the same spec would be cleaned into other rows.
CLEANING_VERSION = 1
# Raised when the same silver under the same policy would give other gold rows.
GOLD_VERSION = 1


def content_hash(value: Any) -> str:
    """16 hex digits of SHA-256 over canonical JSON (sorted keys, UTF-8)."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def spec_hash(table: TableSpec, source_timezone: str) -> str:
    """The hash of all that changes a cleaned row of `table`, and of nothing else.

    Descriptions, personal-data marks, file patterns, references and budgets are left out: they
    change what is read, reported or tolerated, never a cleaned row.
    """
    return content_hash(
        {
            "cleaning_version": CLEANING_VERSION,
            "columns": [_cleaning_rules(column) for column in table.columns],
            "delimiter": table.delimiter,
            "embedded_newlines": table.embedded_newlines,
            "key": table.key,
            "newest_by": table.newest_by,
            "source_timezone": source_timezone,
            "table": table.name,
        }
    )


def file_id(table: TableSpec, path: str, size: int, crc32c: str) -> str:
    """The id of the silver batch that cleaning this file under this spec makes."""
    return content_hash([table.name, path, size, crc32c, table.spec_hash])


def batch_id(file_ids: Iterable[str], rule_version: str, as_of: str | None) -> str:
    """The id of a publication: the current silver batches, the policy and the `as_of` argument."""
    return content_hash([sorted(file_ids), rule_version, as_of, GOLD_VERSION])


def _cleaning_rules(column: ColumnSpec) -> dict[str, Any]:
    return {
        "above": column.above,
        "case": column.case,
        "formats": column.formats,
        "matches": column.matches,
        "max": column.max,
        "max_length": column.max_length,
        "min": column.min,
        "name": column.name,
        "null_words": column.null_words,
        "on_invalid": column.on_invalid,
        "on_unknown": column.on_unknown,
        "one_of": column.one_of,
        "required": column.required,
        "strip": column.strip,
        "type": str(column.type),
    }
