"""A tenth source is YAML alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.digest import AUDIT, SILVER, read_table
from tests.support.places import Places, own_registry

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

RETURNS = """
  Returns:
    description: One row per returned order.
    key: OrderID
    newest_by: ReturnedAt
    required: ReturnedAt
    delimiter: ";"
    control_sum: Refund
    max_rejected: 0.5
    columns:
      OrderID: {type: bigint, references: OnlineTransactions.OrderID, description: The order.}
      ReturnedAt: {type: timestamp, formats: [dd.MM.yyyy HH:mm], description: When.}
      Refund: {type: "decimal(12,2)", strip: "$,", above: 0, description: What was paid back.}
"""
FILE = (
    "OrderID;ReturnedAt;Refund\n"
    "1001;31.01.2025 14:05;$1,049.90\n"
    "1001;01.02.2025 09:00;$1,050.00\n"
    "1002;2025-02-03 10:00;7\n"
    "x;31.02.2025 10:00;-1\n"
)


def test_a_tenth_source_by_yaml_alone_is_in_silver_warehouse_and_audit(
    copy: Places, spark: SparkSession
) -> None:
    copy.registry.write_text(own_registry() + RETURNS)
    (copy.bronze / "Returns_2025.csv").write_text(FILE)
    report = copy.run(spark)
    assert report.status == "published", report.message
    assert (copy.silver / "Returns").is_dir()
    rows = read_table(copy.warehouse, SILVER, "Returns")
    assert sorted((row["OrderID"], str(row["Refund"])) for row in rows) == [
        (1001, "1050.00"),
        (1002, "7.00"),
    ]
    (audit,) = (
        row
        for row in read_table(copy.warehouse, AUDIT, "LoadAudit")
        if row["TableName"] == "Returns"
    )
    counts = [audit[name] for name in ("RecordsRead", "Accepted", "Rejected", "Duplicates")]
    assert counts == [4, 2, 1, 1]
    assert audit["AmountSum"] == 1057
    assert audit["MissingReferences"] == 2
    reasons = {
        (row["ColumnName"], row["Reason"])
        for row in read_table(copy.warehouse, AUDIT, "LoadReasons")
        if row["TableName"] == "Returns"
    }
    assert reasons == {
        ("OrderID", "not_an_integer"),
        ("ReturnedAt", "not_a_timestamp"),
        ("Refund", "not_above"),
    }
    without = copy.moved()
    without.registry.write_text(own_registry())
    emptied = without.run(spark)
    assert emptied.status == "published"
    assert read_table(copy.warehouse, SILVER, "Returns") == []
    assert any("Returns" in warning and "emptied" in warning for warning in emptied.warnings)
