"""The facts of gold: orders of both channels, interactions and ledger entries up to a date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from c360.contracts.gold.parts import IN_STORE, ONLINE
from c360.contracts.gold.sources import AMOUNT
from c360.gold.gold_run import GoldRun
from c360.gold.statuses import is_escalated, is_listed, is_pending, is_resolved

FACT_TABLES = (
    "OnlineTransactions",
    "InStoreTransactions",
    "CustomerServiceInteractions",
    "LoyaltyTransactions",
)


def build_orders(silver: Mapping[str, DataFrame], run: GoldRun) -> DataFrame:
    """Orders of both channels up to `as_of`. One row per (Channel, OrderID).

    The channels are united, never joined: their ids overlap. No id is looked up here, so that
    callers aggregate before they join.

    Returns:
        Channel, OrderID, DateTime, CustomerID, ProductID (NULL in store), StoreID (NULL online),
        and the additive measures TransactionCount, OrderCount, GrossAmount (counted orders),
        ExcludedOrders, ExcludedAmount (the others).

    Source: docs/gold.md, "Counted order" and "Fact key".
    """
    online = _online_orders(silver["OnlineTransactions"], run)
    in_store = _in_store_orders(silver["InStoreTransactions"], run)
    return online.unionByName(in_store).select(
        "Channel",
        "OrderID",
        "DateTime",
        "CustomerID",
        "ProductID",
        "StoreID",
        F.lit(1).cast("bigint").alias("TransactionCount"),
        _one_if(F.col("IsCounted")).alias("OrderCount"),
        _amount_if(F.col("IsCounted")).alias("GrossAmount"),
        _one_if(~F.col("IsCounted")).alias("ExcludedOrders"),
        _amount_if(~F.col("IsCounted")).alias("ExcludedAmount"),
    )


def build_interactions(silver: Mapping[str, DataFrame], run: GoldRun) -> DataFrame:
    """Service interactions up to `as_of`. One row per InteractionID.

    Returns:
        AgentID, CustomerID, DateTime, and the additive measures TotalInteractions, ResolvedCount,
        EscalatedCount, PendingCount, OtherStatusCount; the last four add up to the first.
    """
    status, statuses = F.col("ResolutionStatus"), run.policy.resolution_statuses
    counts = {
        "ResolvedCount": is_resolved(status, statuses),
        "EscalatedCount": is_escalated(status, statuses),
        "PendingCount": is_pending(status, statuses),
    }
    other = ~reduce(Column.__or__, counts.values())
    return up_to(silver["CustomerServiceInteractions"], run.as_of).select(
        "AgentID",
        "CustomerID",
        "DateTime",
        F.lit(1).cast("bigint").alias("TotalInteractions"),
        *(_one_if(holds).alias(name) for name, holds in counts.items()),
        _one_if(other).alias("OtherStatusCount"),
    )


def build_ledger(silver: Mapping[str, DataFrame], run: GoldRun) -> DataFrame:
    """Loyalty ledger entries up to `as_of`: LoyaltyID, DateTime, PointsChange. One row each."""
    return up_to(silver["LoyaltyTransactions"], run.as_of).select(
        "LoyaltyID", "DateTime", "PointsChange"
    )


def up_to(facts: DataFrame, as_of: dt.date) -> DataFrame:
    """The facts that are not dated after `as_of`."""
    return facts.where(F.to_date("DateTime") <= F.lit(as_of))


def latest_fact_date(silver: Mapping[str, DataFrame]) -> DataFrame:
    """The default `as_of`. One row: AsOf, the largest date among all facts, NULL without any."""
    dates = [silver[name].select(F.to_date("DateTime").alias("Date")) for name in FACT_TABLES]
    return reduce(DataFrame.unionByName, dates).agg(F.max("Date").alias("AsOf"))


def future_facts(silver: Mapping[str, DataFrame], as_of: dt.date) -> DataFrame:
    """The facts that gold leaves out. One row per fact table that has any: TableName, Records."""
    counts = [
        silver[name]
        .where(F.to_date("DateTime") > F.lit(as_of))
        .select(F.lit(name).alias("TableName"))
        for name in FACT_TABLES
    ]
    return (
        reduce(DataFrame.unionByName, counts)
        .groupBy("TableName")
        .agg(F.count(F.lit(1)).alias("Records"))
    )


def _online_orders(transactions: DataFrame, run: GoldRun) -> DataFrame:
    return up_to(transactions, run.as_of).select(
        F.lit(ONLINE).alias("Channel"),
        "OrderID",
        "DateTime",
        "CustomerID",
        "ProductID",
        F.lit(None).cast("bigint").alias("StoreID"),
        "Amount",
        is_listed(F.col("Status"), run.policy.counted_statuses).alias("IsCounted"),
    )


def _in_store_orders(transactions: DataFrame, run: GoldRun) -> DataFrame:
    return up_to(transactions, run.as_of).select(
        F.lit(IN_STORE).alias("Channel"),
        F.col("TransactionID").alias("OrderID"),
        "DateTime",
        "CustomerID",
        F.lit(None).cast("bigint").alias("ProductID"),
        "StoreID",
        "Amount",
        F.lit(True).alias("IsCounted"),
    )


def _one_if(condition: Column) -> Column:
    return condition.cast("bigint")


def _amount_if(condition: Column) -> Column:
    # the source's own precision: up to 18 digits Spark holds a decimal in a long
    return F.when(condition, F.col("Amount")).otherwise(F.lit(0).cast(AMOUNT.spark))
