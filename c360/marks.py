"""Finds lines again that an earlier pass over a file has marked, without a closer look at the rest.

To give the reasons of a record costs more than to accept it, and few are rejected. A mark is a hash
of a line: some other lines share it, but each marked line is found.
"""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

_MARKS = 1 << 20
MOST_USEFUL = _MARKS >> 3  # with more of them, too many other lines share one


def marks_where(condition: Column, line: Column) -> Column:
    """An aggregate: the marks of the lines for which the condition holds, as one text.

    A text, for an observation of Spark 3.5 gives no array to Python; sorted, so that no
    partitioning changes it.
    """
    marks = F.array_sort(F.collect_set(F.when(condition, _mark(line))))
    return F.array_join(marks.cast("array<string>"), " ")


def marked_lines(lines: DataFrame, marks: str) -> DataFrame:
    """Of lines, `value` string, those with one of the marks; all of them where marks are too many.

    Args:
        lines: as they were when they were marked.
        marks: what `marks_where` gave.
    """
    if len(marks.split()) > MOST_USEFUL:
        return lines
    mark = F.explode(F.split(F.lit(marks), " ")).alias("mark")
    table = F.broadcast(lines.sparkSession.range(1).select(mark))
    return lines.join(table, _mark(F.col("value")).cast("string") == F.col("mark"), "left_semi")


def _mark(line: Column) -> Column:
    return F.pmod(F.xxhash64(line), F.lit(_MARKS))
