"""Every marked line is found again, and few others."""

from __future__ import annotations

from unittest import mock

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from c360 import marks
from c360.marks import marked_lines, marks_where
from tests.support.local_frames import local_frame

pytestmark = pytest.mark.spark
LINES = 20_000


@pytest.fixture(scope="module")
def lines(spark: SparkSession) -> DataFrame:
    number = F.col("id")
    text = F.when(number % 997 == 0, F.concat(F.lit("7,\u00e4,"), number)).otherwise(number)
    return spark.range(0, LINES, 1, 4).select(text.cast("string").alias("value"))


def marked(lines: DataFrame, partitions: int = 1) -> str:
    condition = F.col("value").startswith("7,")
    aggregate = marks_where(condition, F.col("value")).alias("marks")
    found: str = lines.repartition(partitions).agg(aggregate).collect()[0]["marks"]
    return found


def test_every_marked_line_is_found_and_few_others_are(lines: DataFrame) -> None:
    found = [row["value"] for row in marked_lines(lines, marked(lines)).collect()]
    wanted = {f"7,\u00e4,{number}" for number in range(0, LINES, 997)}
    assert wanted <= set(found)
    assert len(found) <= len(wanted) + 5


def test_partitions_do_not_change_the_marks(lines: DataFrame) -> None:
    assert marked(lines, 1) == marked(lines, 7) != ""


def test_bytes_that_are_no_text_are_marked_too(spark: SparkSession) -> None:
    raw = local_frame(spark, [(b"7,\xff\xfe",), (b"8,\xff",)], "bytes binary")
    lines = raw.select(F.col("bytes").cast("string").alias("value"))
    found = marked_lines(lines, marked(lines)).select(F.col("value").cast("binary")).collect()
    assert [bytes(row[0]) for row in found] == [b"7,\xff\xfe"]


def test_no_marks_are_no_lines(lines: DataFrame) -> None:
    assert marked_lines(lines, "").head() is None


def test_with_too_many_marks_every_line_is_looked_at(lines: DataFrame) -> None:
    with mock.patch.object(marks, "MOST_USEFUL", 3):
        assert marked_lines(lines, "1 2 3").count() < LINES
        assert marked_lines(lines, "1 2 3 4").count() == LINES
