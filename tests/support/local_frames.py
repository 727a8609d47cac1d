"""Small frames made by SQL: `createDataFrame` starts a process of Python for each of its tasks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F


def local_frame(spark: SparkSession, rows: Iterable[Sequence[Any]], schema: str) -> DataFrame:
    """Rows of plain values as a frame.

    Args:
        spark: the session.
        rows: of None, bool, int, float, Decimal, str, bytes, date or datetime.
        schema: `name type, name type`, types without a comma but for those of a decimal.
    """
    columns = [each.split(" ", 1) for each in schema.replace(", ", "\n").split("\n")]
    literals = [f"({', '.join(map(_literal, row))})" for row in rows]
    if not literals:
        empty = (F.lit(None).cast(kind).alias(name) for name, kind in columns)
        return spark.range(0).select(*empty)
    names = ", ".join(f"`{name}`" for name, _ in columns)
    values = spark.sql(f"SELECT * FROM VALUES {', '.join(literals)} AS rows({names})")
    return values.select(*(F.col(f"`{name}`").cast(kind).alias(name) for name, kind in columns))


def _literal(value: Any) -> str:
    """A cell as SQL: bytes as they are, all else as the text that a cast reads."""
    if value is None:
        return "NULL"
    if isinstance(value, bytes | bytearray):
        return f"X'{value.hex()}'"
    return f"CAST(X'{str(value).encode().hex()}' AS STRING)"
