"""Checks of rows: keys are unique, nobody is missing, tables agree, one batch is on every row."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.window import Window as W

from c360.checks.offenders import Comparison, differing
from c360.contracts.gold import GOLD_CONTRACTS
from c360.contracts.gold.customer_segments import CUSTOMER_MEASURES
from c360.contracts.gold.parts import BATCH_ID, IN_STORE, ONLINE, RULE_VERSION, UNKNOWN
from c360.contracts.model import TableContract
from c360.registry.specs import Policy

PEAK_CELLS = 2 * 7 * 24


def check_keys(gold: Mapping[str, DataFrame]) -> DataFrame:
    """Keys of gold that occur more than once, or hold a NULL. One row per table and such key."""
    keys = reduce(
        DataFrame.unionByName, (_key_texts(gold[each.name], each) for each in GOLD_CONTRACTS)
    )
    counts = keys.groupBy("TableName", "Key").agg(F.count(F.lit(1)).alias("Rows"))
    has_null = F.exists("Key", F.isnull)
    shown = F.array_join("Key", " ", "NULL")
    found = F.when(has_null, F.lit("NULL in the key")).otherwise(F.col("Rows").cast("string"))
    return differing(counts, [Comparison("keys", F.col("TableName"), shown, found, F.lit("1"))])


def check_stamps(gold: Mapping[str, DataFrame], policy: Policy) -> DataFrame:
    """Rows of another batch or of other rules. One row per table and value that is not the one.

    Which of several batches is the right one cannot be told from gold: the greatest id is shown.
    """
    stamps = reduce(
        DataFrame.unionByName,
        (
            gold[contract.name].select(
                F.lit(contract.name).alias("TableName"), BATCH_ID, RULE_VERSION
            )
            for contract in GOLD_CONTRACTS
        ),
    ).distinct()
    stamps = stamps.withColumn("Batch", F.max(BATCH_ID).over(W.partitionBy()))
    table = F.col("TableName")
    return differing(
        stamps,
        [
            Comparison(
                "one_batch", table, F.lit(BATCH_ID), F.col(BATCH_ID), _never_null(F.col("Batch"))
            ),
            Comparison(
                "one_batch",
                table,
                F.lit(RULE_VERSION),
                F.col(RULE_VERSION),
                F.lit(policy.rule_version),
            ),
        ],
    )


def check_peak_grid(peak_times: DataFrame) -> DataFrame:
    """What is wrong with the grid. One row per figure that is not 336."""
    inside = (
        F.col("Channel").isin(ONLINE, IN_STORE)
        & F.col("DayOfWeek").between(1, 7)
        & F.col("HourOfDay").between(0, 23)
    )
    cell = F.when(inside, F.struct("Channel", "DayOfWeek", "HourOfDay"))
    figures = peak_times.agg(F.count(F.lit(1)).alias("Rows"), F.count_distinct(cell).alias("Cells"))
    comparisons = [
        Comparison("peak_grid", F.lit("PeakTimes"), F.lit(name), F.col(column), F.lit(PEAK_CELLS))
        for name, column in (("rows", "Rows"), ("cells of the grid", "Cells"))
    ]
    return differing(figures, comparisons)


def check_customers(
    customers: DataFrame, customer_segments: DataFrame, customer360: DataFrame
) -> DataFrame:
    """Customers that are missing, made up or measured twice differently. One row per difference.

    UNKNOWN may be in CustomerSegments and must not be in Customer360.
    """
    measures = tuple(each.name for each in CUSTOMER_MEASURES)
    segments = customer_segments.where(F.col("CustomerID") != UNKNOWN)
    rows = (
        _keys(customers, "CustomerID", "InSilver")
        .join(_prefixed(segments, "Segments", measures), on="CustomerID", how="full")
        .join(_prefixed(customer360, "Profile", measures), on="CustomerID", how="full")
    )
    agree = [
        Comparison(
            "customer360_agrees",
            F.lit("Customer360"),
            F.concat_ws(" ", "CustomerID", F.lit(name)),
            # a customer that a table lacks is named once, by the check of completeness
            found=F.when(F.col("Segments") & F.col("Profile"), F.col(f"Profile{name}")),
            expected=F.when(F.col("Segments") & F.col("Profile"), F.col(f"Segments{name}")),
        )
        for name in measures
    ]
    complete = [
        _presence("customers_complete", table, "CustomerID", mark)
        for table, mark in (("CustomerSegments", "Segments"), ("Customer360", "Profile"))
    ]
    return differing(rows, [*complete, *agree])


def check_agents(agents: DataFrame, agent_kpis: DataFrame) -> DataFrame:
    """Agents that are missing or made up. One row each; UNKNOWN may be in AgentKPIs."""
    known = agent_kpis.where(F.col("AgentID") != UNKNOWN)
    rows = _keys(agents, "AgentID", "InSilver").join(
        known.select("AgentID", F.lit(True).alias("Measured")), on="AgentID", how="full"
    )
    return differing(rows, [_presence("agents_complete", "AgentKPIs", "AgentID", "Measured")])


def _key_texts(rows: DataFrame, contract: TableContract) -> DataFrame:
    """TableName and Key, the texts of the key columns. One row per row."""
    key = F.array(*(F.col(name).cast("string") for name in contract.key))
    return rows.select(F.lit(contract.name).alias("TableName"), key.alias("Key"))


def _keys(rows: DataFrame, key: str, mark: str) -> DataFrame:
    return rows.select(F.col(key).cast("string").alias(key), F.lit(True).alias(mark))


def _prefixed(rows: DataFrame, prefix: str, measures: tuple[str, ...]) -> DataFrame:
    return rows.select(
        "CustomerID",
        F.lit(True).alias(prefix),
        *(F.col(name).alias(f"{prefix}{name}") for name in measures),
    )


def _presence(check: str, table: str, key: str, mark: str) -> Comparison:
    def shown(is_there: Column) -> Column:
        return F.when(is_there, F.lit("present")).otherwise(F.lit("absent"))

    return Comparison(
        check, F.lit(table), F.col(key), found=shown(F.col(mark)), expected=shown(F.col("InSilver"))
    )


def _never_null(batch: Column) -> Column:
    return F.coalesce(batch, F.lit("a BatchID"))
