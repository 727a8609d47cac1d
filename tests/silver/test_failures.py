"""A failure of Spark is told with its file and its cause, and without the data it quotes."""

from __future__ import annotations

import pytest
from py4j.protocol import Py4JError
from pyspark.errors import AnalysisException
from pyspark.sql import SparkSession

from c360.errors import C360Error, DataRefused, OutsideFailure
from c360.silver.failures import explained

JOB = (
    "org.apache.spark.SparkException: Job aborted: jane@example.com\n"
    "\tat org.apache.spark.Some.where(Some.scala:1)\n"
    "Caused by: java.lang.RuntimeException: while reading jane@example.com\n"
    "Caused by: {cause}: jane@example.com\n\tat java.base/java.lang.Thread.run\n"
)


def told(path: str, text: str) -> C360Error:
    with pytest.raises(C360Error) as caught, explained(path):
        raise Py4JError(text)
    assert isinstance(caught.value.__cause__, Py4JError)
    return caught.value


def test_the_innermost_cause_is_told_by_its_class_alone() -> None:
    failure = told("in/Orders.csv", JOB.format(cause="java.nio.file.FileSystemException"))
    assert isinstance(failure, OutsideFailure)
    assert str(failure) == (
        "in/Orders.csv: Spark failed (java.nio.file.FileSystemException). Nothing was published; "
        "see the driver's log, then run the same command again"
    )


def test_a_failure_without_causes_is_told_by_its_first_class() -> None:
    text = "An error: java.lang.OutOfMemoryError: Java heap space of jane@example.com"
    assert "Spark failed (java.lang.OutOfMemoryError)." in str(told("Orders.csv", text))
    assert "Spark failed (no cause given)." in str(told("Orders.csv", "jane@example.com"))


@pytest.mark.parametrize(
    "cause",
    [
        "java.io.EOFException",
        "java.util.zip.ZipException",
        "java.io.IOException: not a gzip file",
        "java.io.IOException: invalid distance too far back",
        "java.io.IOException: stored gzip CRC mismatch",
    ],
)
def test_a_broken_gzip_is_the_files_fault_and_only_in_a_gzip(cause: str) -> None:
    refused = told("Orders.csv.gz", JOB.format(cause=cause))
    assert isinstance(refused, DataRefused)
    assert str(refused) == "is a gzip file that ends too early or is damaged; upload it again"
    assert isinstance(told("Orders.csv", JOB.format(cause=cause)), OutsideFailure)


def test_a_full_disk_is_not_the_fault_of_a_gzip() -> None:
    text = JOB.format(cause="java.io.IOException: No space left on device")
    assert isinstance(told("Orders.csv.gz", text), OutsideFailure)


def test_what_is_no_failure_of_spark_passes_through() -> None:
    with pytest.raises(KeyError), explained("Orders.csv"):
        raise KeyError("a defect of c360")
    with pytest.raises(DataRefused, match="as it is"), explained("Orders.csv"):
        raise DataRefused("as it is")


def test_a_query_that_spark_does_not_understand_is_a_defect(spark: SparkSession) -> None:
    with pytest.raises(AnalysisException), explained("Orders.csv"):
        spark.range(1).select("nothing")


def test_a_path_that_went_away_is_told_as_that(spark: SparkSession) -> None:
    with (
        pytest.raises(OutsideFailure, match=r"Orders\.csv: went away while it was read"),
        explained("Orders.csv"),
    ):
        spark.read.text("file:///nowhere/at/all.csv")
