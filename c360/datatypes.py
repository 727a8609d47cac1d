"""The closed set of column types and their names in Spark, BigQuery and DuckDB."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DECIMAL = re.compile(r"decimal\((\d{1,2}),\s?(\d{1,2})\)")
# BigQuery's NUMERIC(p, s): at most 9 fraction digits and 29 integer digits.
MAX_SCALE, MAX_INTEGER_DIGITS = 9, 29
FIRST_YEAR, LAST_YEAR = 1960, 2159  # BigQuery leaves rows of other years unpartitioned


@dataclass(frozen=True, slots=True)
class DataType:
    """One column type; `precision` and `scale` are set for decimals only."""

    name: str
    precision: int = 0
    scale: int = 0

    @property
    def spark(self) -> str:
        """The type in Spark's DDL form, for example `decimal(12,2)`."""
        if self.name == "decimal":
            return f"decimal({self.precision},{self.scale})"
        return _SPARK[self.name]

    @property
    def bigquery(self) -> str:
        """The type in GoogleSQL, for example `NUMERIC(12,2)`."""
        if self.name == "decimal":
            return f"NUMERIC({self.precision},{self.scale})"
        return _BIGQUERY[self.name]

    @property
    def duckdb(self) -> str:
        """The type in DuckDB, for example `DECIMAL(12,2)`."""
        if self.name == "decimal":
            return f"DECIMAL({self.precision},{self.scale})"
        return _DUCKDB[self.name]

    def __str__(self) -> str:
        return f"decimal({self.precision},{self.scale})" if self.name == "decimal" else self.name


STRING, BIGINT, BOOLEAN = DataType("string"), DataType("bigint"), DataType("boolean")
DATE, TIMESTAMP, INSTANT = DataType("date"), DataType("timestamp"), DataType("instant")

_SPARK = {
    "string": "string",
    "bigint": "bigint",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp_ntz",  # wall clock of the source, never that of a session's zone
    "instant": "timestamp",
}
_BIGQUERY = {
    "string": "STRING",
    "bigint": "INT64",
    "boolean": "BOOL",
    "date": "DATE",
    "timestamp": "DATETIME",
    "instant": "TIMESTAMP",
}
_DUCKDB = {
    "string": "VARCHAR",
    "bigint": "BIGINT",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "instant": "TIMESTAMPTZ",
}
# What a registry may declare; `instant` is for the audit's own clock readings.
COLUMN_TYPES = ("bigint", "boolean", "date", "decimal(p,s)", "string", "timestamp")


def decimal(precision: int, scale: int) -> DataType:
    """The exact decimal type with `precision` digits, `scale` of them after the point."""
    return DataType("decimal", precision, scale)


def parse_data_type(text: str) -> DataType | None:
    """The type that a registry names, or None when it is none of `COLUMN_TYPES`."""
    if found := _DECIMAL.fullmatch(text):
        precision, scale = int(found[1]), int(found[2])
        fits = 0 <= scale <= MAX_SCALE and 0 < precision - scale + 1 <= MAX_INTEGER_DIGITS + 1
        return decimal(precision, scale) if fits and precision else None
    return DataType(text) if text in _SPARK and text in COLUMN_TYPES else None
