"""The connector's deadline and its words; the connector itself runs in tests/cloud."""

from __future__ import annotations

import threading
import time
from unittest import mock

import pytest
from pyspark.sql import SparkSession

from c360.errors import C360Error, OutsideFailure
from c360.warehouse.bigquery_address import BigQueryAddress
from c360.warehouse.bigquery_connector import append_with_connector, within
from c360.warehouse.bigquery_errors import NotFoundYet
from c360.warehouse.protocol import StagedTable
from c360.warehouse.sql import TableRef
from tests.warehouse.world import TOTALS

NOT_FOUND = "NOT_FOUND: Requested entity was not found."
TARGET = TableRef("customer360_staging", "Totals__r")
JAVA = """An error occurred while calling o97.save.
: com.google.cloud.spark.bigquery.repackaged.com.google.inject.ProvisionException: Unable
\tat com.google.cloud.spark.bigquery.Something(Something.java:1)
Caused by: java.lang.IllegalStateException: could not
\tat com.google.cloud.spark.bigquery.Other(Other.java:2)
Caused by: io.grpc.StatusRuntimeException: PERMISSION_DENIED: no access to project p
\t... 12 more"""


def test_work_that_ends_in_time_is_waited_for():
    done = []
    within(60, lambda: done.append(1), TARGET)
    assert done == [1]


def test_a_connector_that_hangs_is_given_up_at_its_deadline():
    release, began = threading.Event(), time.monotonic()
    with pytest.raises(OutsideFailure, match=r"Totals__r: .* has not ended in 1 s.*Next: "):
        within(1, release.wait, TARGET)
    assert time.monotonic() - began < 30
    release.set()


def test_of_a_java_error_the_last_cause_is_told():
    def fail():
        raise RuntimeError(JAVA)

    with pytest.raises(OutsideFailure) as failed:
        within(60, fail, TARGET)
    assert "io.grpc.StatusRuntimeException: PERMISSION_DENIED: no access" in str(failed.value)
    assert "ProvisionException" not in str(failed.value)
    assert ".java" not in str(failed.value)
    assert "Next: repair the cause, then run the same command again" in str(failed.value)


@pytest.mark.parametrize(
    "words",
    [
        "java.lang.ClassNotFoundException: Failed to find data source: bigquery.",
        "[DATA_SOURCE_NOT_FOUND] Failed to find the data source: bigquery.",
    ],
)
def test_a_session_without_the_connector_is_told_how_to_get_it(words):
    def fail():
        raise RuntimeError(words)

    with pytest.raises(OutsideFailure, match=r"add the spark-bigquery-connector .* spark\.jars"):
        within(60, fail, TARGET)


def test_a_table_that_the_write_api_does_not_know_yet_is_told_apart():
    words = JAVA.replace("PERMISSION_DENIED: no access to project p", NOT_FOUND)

    def fail():
        raise RuntimeError(words)

    with pytest.raises(NotFoundYet, match="NOT_FOUND: Requested entity was not found"):
        within(60, fail, TARGET)


def test_a_failure_with_endless_words_is_cut_short():
    def fail():
        raise RuntimeError("Caused by: " + "x" * 100_000)

    with pytest.raises(OutsideFailure) as failed:
        within(60, fail, TARGET)
    assert len(str(failed.value)) < 700


def test_without_a_session_it_is_a_defect():
    table = StagedTable(TOTALS, ("gs://b/x.parquet",), 1, 1)
    with (
        mock.patch.object(SparkSession, "getActiveSession", return_value=None),
        pytest.raises(C360Error, match="this process runs no session") as failed,
    ):
        append_with_connector(BigQueryAddress("p-1"), table, TARGET)
    assert failed.value.exit_code == 70
