"""What every check returns: a frame of offenders, empty when the check passes."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.window import Window as W

OFFENDER_COLUMNS = ("CheckName", "TableName", "Offender", "Found", "Expected")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One value that a row of a frame claims, and what it must be; NULL equals NULL.

    `offender` says which key or measure is compared; it holds no personal data.
    """

    check: str
    table: Column
    offender: Column
    found: Column
    expected: Column


def differing(rows: DataFrame, comparisons: list[Comparison]) -> DataFrame:
    """The comparisons that fail, all made in one pass. One row per row of `rows` and failure."""
    texts = [
        F.struct(
            F.lit(each.check).alias("CheckName"),
            each.table.alias("TableName"),
            each.offender.cast("string").alias("Offender"),
            each.found.cast("string").alias("Found"),
            each.expected.cast("string").alias("Expected"),
        )
        for each in comparisons
    ]
    return rows.select(F.inline(F.array(*texts))).where(
        ~F.col("Found").eqNullSafe(F.col("Expected"))
    )


def first_offenders(offenders: DataFrame, most: int = 5) -> DataFrame:
    """At most `most` offenders of each check and table, with Offenders, how many there are.

    Safe to collect whatever went wrong; in no order.
    """
    each = W.partitionBy("CheckName", "TableName")
    numbered = offenders.select(
        *OFFENDER_COLUMNS,
        F.count(F.lit(1)).over(each).alias("Offenders"),
        F.row_number().over(each.orderBy("Offender", "Found", "Expected")).alias("Number"),
    )
    return numbered.where(F.col("Number") <= most).drop("Number")
