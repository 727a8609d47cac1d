"""Appends Parquet to a BigQuery table with the spark-bigquery-connector of the running session."""

from __future__ import annotations

import threading
from collections.abc import Callable

from pyspark.sql import SparkSession

from c360.errors import C360Error, OutsideFailure
from c360.storage import escape_globs
from c360.warehouse.bigquery_address import BigQueryAddress
from c360.warehouse.bigquery_errors import NotFoundYet
from c360.warehouse.protocol import StagedTable
from c360.warehouse.sql import TableRef

_LONGEST_WORDS = 300
_NOT_THERE = ("Failed to find data source", "Failed to find the data source")
_NOT_FOUND = "NOT_FOUND: Requested entity was not found"


def append_with_connector(address: BigQueryAddress, table: StagedTable, target: TableRef) -> None:
    """The rows of the table's Parquet files, appended to `target`, which exists.

    Rows go through BigQuery's Storage Write API and are visible together. Where the connector
    finds BigQuery, and whom it says it is, are settings of Spark (`spark.datasource.bigquery.*`).

    Raises:
        NotFoundYet: the Storage Write API does not know the table.
        OutsideFailure: the connector failed, or did not end in the address's deadline; all rows
            may have been written, or none.
    """
    spark = SparkSession.getActiveSession()
    if spark is None:
        raise C360Error(f"{target}: gold is staged by Spark, and this process runs no session")
    within(address.deadline, lambda: _append(spark, address, table, target), target)


def _append(
    spark: SparkSession, address: BigQueryAddress, table: StagedTable, target: TableRef
) -> None:
    schema = ", ".join(f"`{each.name}` {each.type.spark}" for each in table.contract.columns)
    frame = spark.read.schema(schema).parquet(*map(escape_globs, table.parquet_files))
    (
        frame.write.format("bigquery")
        .mode("append")
        .option("writeMethod", "direct")
        .option("parentProject", address.project)
        .option("table", f"{address.project}.{target.dataset}.{target.name}")
        .save()
    )


def within(seconds: int, work: Callable[[], object], target: TableRef) -> None:
    """Do the work, or stop waiting for it: where TLS fails the connector hangs and says nothing.

    Raises:
        NotFoundYet: the Storage Write API does not know the table.
        OutsideFailure: the work failed, or has not ended in so many seconds.
    """
    failures: list[Exception] = []

    def carry_out() -> None:
        try:
            work()
        except Exception as failure:
            failures.append(failure)

    thread = threading.Thread(target=carry_out, daemon=True)  # it does not keep the process alive
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise OutsideFailure(
            f"{target}: the BigQuery connector has not ended in {seconds} s. Nothing was "
            "published. Next: check that Spark reaches BigQuery and trusts its certificate, then "
            "run the same command again"
        )
    if failures:
        kind = NotFoundYet if _NOT_FOUND in str(failures[0]) else OutsideFailure
        raise kind(_explained(target, failures[0])) from failures[0]


def _explained(target: TableRef, failure: Exception) -> str:
    """The last cause of a Java error, cut short; before it stand wrappers and stack traces."""
    lines = str(failure).splitlines() or [type(failure).__name__]
    causes = [line for line in lines if line.startswith("Caused by: ")]
    said = (causes[-1].removeprefix("Caused by: ") if causes else lines[0]).rstrip(".")
    advice = "repair the cause"
    if any(words in str(failure) for words in _NOT_THERE):
        advice = "add the spark-bigquery-connector to the session with spark.jars"
    return (
        f"{target}: the BigQuery connector failed: {said[:_LONGEST_WORDS]}. Nothing was "
        f"published. Next: {advice}, then run the same command again"
    )
