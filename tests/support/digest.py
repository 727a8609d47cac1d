"""What a DuckDB warehouse holds, as typed rows and as one digest a table.

A digest is SHA-256 over the rows in canonical text, sorted: equal contents have equal digests,
whatever order the rows lie in and whatever made them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

Row = dict[str, Any]
SILVER, GOLD, AUDIT = "customer360_silver", "customer360_gold", "customer360_audit"
# Another publication of the same contents has another id; everything else is content.
WITHOUT_BATCH = ("BatchID",)
_TABLES = """
SELECT table_schema, table_name FROM information_schema.tables
WHERE table_schema IN ('customer360_silver', 'customer360_gold', 'customer360_audit')
ORDER BY table_schema, table_name
"""


def read_table(warehouse: Path, dataset: str, table: str) -> list[Row]:
    """The rows of one published table, in no order."""
    return _rows(warehouse, f"SELECT * FROM {dataset}.{table}")


def read_all(warehouse: Path, *datasets: str) -> dict[str, list[Row]]:
    """The rows of every table of these datasets (silver and gold when none is given), by name."""
    wanted = datasets or (SILVER, GOLD)
    tables = [(row["table_schema"], row["table_name"]) for row in _rows(warehouse, _TABLES)]
    return {
        f"{dataset}.{table}": read_table(warehouse, dataset, table)
        for dataset, table in tables
        if dataset in wanted
    }


def digests(warehouse: Path, leave_out: Collection[str] = WITHOUT_BATCH) -> dict[str, str]:
    """The digest of every silver and gold table, by name, without the columns `leave_out`."""
    return {name: digest(rows, leave_out) for name, rows in read_all(warehouse).items()}


def published_digest(warehouse: Path) -> str:
    """One digest over all that readers see, BatchID and the head of the publications included."""
    tables = {name: digest(rows, ()) for name, rows in read_all(warehouse).items()}
    tables["head"] = digest(read_table(warehouse, AUDIT, "Publication"), ())
    return hashlib.sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest()


def digest(rows: Collection[Row], leave_out: Collection[str] = WITHOUT_BATCH) -> str:
    """SHA-256 over the rows in canonical text, sorted."""
    texts = sorted(
        json.dumps(
            [[name, canonical(value)] for name, value in row.items() if name not in leave_out],
            ensure_ascii=False,
        )
        for row in rows
    )
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def canonical(value: Any) -> str:
    """A value with its type: 1, 1.0, 1.00 and the text '1' are four values, and NULL is none."""
    if value is None:
        return "NULL"
    if isinstance(value, Decimal):
        return f"decimal {value:f}"
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return f"{type(value).__name__} {text}"


def _rows(warehouse: Path, sql: str) -> list[Row]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        found = connection.sql(sql)
        instants = [
            name
            for name, kind in zip(found.columns, found.types, strict=True)
            if "TIME ZONE" in str(kind)
        ]
        if instants:  # read as text: DuckDB hands instants over only where pytz is installed
            casts = ", ".join(f"CAST({name} AS VARCHAR) AS {name}" for name in instants)
            found = connection.sql(f"SELECT * REPLACE ({casts}) FROM ({sql})")
        names = found.columns
        return [dict(zip(names, values, strict=True)) for values in found.fetchall()]
