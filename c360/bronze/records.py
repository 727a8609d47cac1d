"""Reads the lines of one bronze file, every one of them, whatever they hold."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as F

from c360.lines import count_quotes
from c360.registry.specs import TableSpec
from c360.storage import escape_globs


def read_lines(spark: SparkSession, uri: str, table: TableSpec) -> DataFrame:
    """One row per line of the file, or per record where the table embeds new lines.

    Lines end at LF, CR LF or CR; with embedded new lines a record ends at an LF (or CR LF) before
    which all quotes are closed. The file's name is taken literally.

    Returns:
        `value` string: the exact bytes without the line end, also where they are not UTF-8.
    """
    if table.embedded_newlines:
        return _join_quoted_lines(spark.read.option("lineSep", "\n").text(escape_globs(uri)))
    return spark.read.text(escape_globs(uri))


def _join_quoted_lines(lines: DataFrame) -> DataFrame:
    """One row per record: lines up to the next line end at which all quotes are closed.

    The lines pass through one task in file order, which is what embedded new lines cost.
    """
    in_order = Window.orderBy("block", "number")
    quotes = count_quotes(F.col("value"))
    before = F.sum(quotes).over(in_order.rowsBetween(Window.unboundedPreceding, -1))
    starts = (F.coalesce(before, F.lit(0)) % 2 == 0).cast("int")
    numbered = lines.select(
        "value",
        F.col("_metadata.file_block_start").alias("block"),
        F.monotonically_increasing_id().alias("number"),
    )
    marked = numbered.withColumn("starts", starts)
    grouped = marked.select(
        "block", "number", "value", F.sum("starts").over(in_order).alias("record")
    )
    parts = F.sort_array(F.collect_list(F.struct("block", "number", "value")))
    joined = grouped.groupBy("record").agg(parts.alias("parts"))
    text = F.array_join(F.transform("parts", lambda part: part["value"]), "\n")
    return joined.select(_without_final_cr(text).alias("value"))


def _without_final_cr(text: Column) -> Column:
    """The text without a CR at its end; cut as bytes, for it need not be UTF-8."""
    raw = text.cast("binary")
    shorter = raw.substr(F.lit(1), F.octet_length(text) - 1)
    return F.when(text.endswith("\r"), shorter).otherwise(raw).cast("string")
