"""`python -m tests.bench.naive STEP BRONZE OUT`: one of ten scripts as the job is often written.

A step is a table: read, drop rows without key or amount, cast the time, drop duplicates, write; or
`gold`: four aggregates. Nothing is counted, nothing is kept of what is dropped.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

NEEDED = {
    "Customers": ["CustomerID"],
    "Products": ["ProductID"],
    "Stores": ["StoreID"],
    "Agents": ["AgentID"],
    "OnlineTransactions": ["OrderID", "Amount"],
    "InStoreTransactions": ["TransactionID", "Amount"],
    "CustomerServiceInteractions": ["InteractionID"],
    "LoyaltyAccounts": ["LoyaltyID"],
    "LoyaltyTransactions": ["LoyaltyID", "DateTime"],
}
GOLD = "gold"


def clean(spark: SparkSession, table: str, bronze: Path, out: Path) -> None:
    """One table."""
    files = [str(path) for path in bronze.rglob(f"{table}*.csv*")]
    frame = spark.read.csv(files, header=True, inferSchema=True).dropna(subset=NEEDED[table])
    if "DateTime" in frame.columns:
        frame = frame.withColumn("DateTime", F.try_to_timestamp("DateTime"))
    if "Amount" in frame.columns:
        frame = frame.withColumn("Amount", F.expr("try_cast(Amount AS decimal(12, 2))"))
    frame.dropDuplicates().write.mode("overwrite").parquet(str(out / table))


def aggregate(spark: SparkSession, out: Path) -> None:
    """Four gold tables."""
    tables = {name: spark.read.parquet(str(out / name)) for name in NEEDED}
    online, in_store = tables["OnlineTransactions"], tables["InStoreTransactions"]
    orders = online.select("CustomerID", "Amount", "DateTime").unionByName(
        in_store.select("CustomerID", "Amount", "DateTime")
    )
    gold = {
        "AOV": online.join(tables["Products"], "ProductID")
        .groupBy("ProductID", "Category")
        .agg(F.avg("Amount").alias("AOV"), F.count("*").alias("Orders")),
        "CustomerSegments": orders.groupBy("CustomerID")
        .agg(F.sum("Amount").alias("TotalSpend"), F.count("*").alias("Orders"))
        .join(tables["LoyaltyAccounts"].select("CustomerID", "TierLevel"), "CustomerID", "left"),
        "PeakTimes": orders.groupBy(
            F.dayofweek("DateTime").alias("Day"), F.hour("DateTime").alias("Hour")
        ).count(),
        "AgentKPIs": tables["CustomerServiceInteractions"]
        .groupBy("AgentID")
        .agg(
            F.count("*").alias("Interactions"),
            F.avg((F.col("ResolutionStatus") == "Resolved").cast("int")).alias("Rate"),
        ),
    }
    for name, frame in gold.items():
        frame.write.mode("overwrite").parquet(str(out / GOLD / name))


if __name__ == "__main__":
    session = SparkSession.builder.appName(sys.argv[1]).getOrCreate()
    if sys.argv[1] == GOLD:
        aggregate(session, Path(sys.argv[3]))
    else:
        clean(session, sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
    session.stop()
