"""PeakTimes: when orders are placed, by channel, weekday and hour."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.window import Window as W

from c360.contracts.gold.parts import IN_STORE, ONLINE
from c360.contracts.gold.peak_times import PEAK_TIMES
from c360.gold.gold_run import GoldRun, published
from c360.gold.ratios import share
from c360.gold.rollup import Measures, rolled_up, zero_filled

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOURS = 24
_MEASURES = Measures(
    counts=("TransactionCount", "OrderCount"),
    money=("GrossAmount",),
    firsts=("FirstDate",),
    lasts=("LastDate",),
)


def build_peak_times(orders: DataFrame, run: GoldRun) -> DataFrame:
    """PeakTimes. One row per channel, weekday and hour, 336 rows whatever the orders are.

    Args:
        orders: one row per (Channel, OrderID), from `build_orders`.
        run: the arguments of this gold.

    Source: docs/gold.md, "PeakTimes".
    """
    orders_by_cell = rolled_up(
        orders.select(
            "Channel",
            (F.weekday("DateTime") + 1).cast("bigint").alias("DayOfWeek"),
            F.hour("DateTime").cast("bigint").alias("HourOfDay"),
            "TransactionCount",
            "OrderCount",
            "GrossAmount",
            F.to_date("DateTime").alias("FirstDate"),
            F.to_date("DateTime").alias("LastDate"),
        ),
        PEAK_TIMES.key,
        _MEASURES,
    )
    cells = (
        _grid(orders)
        .join(orders_by_cell, on=list(PEAK_TIMES.key), how="left")
        .select(*PEAK_TIMES.key, *zero_filled(_MEASURES))
    )
    return cells.transform(_with_averages).transform(_ranked).transform(published, PEAK_TIMES, run)


def _grid(orders: DataFrame) -> DataFrame:
    """Every cell. One row per channel, weekday and hour."""
    return (
        orders.sparkSession.range(0, 1, 1, 1)
        .select(F.explode(F.array(F.lit(ONLINE), F.lit(IN_STORE))).alias("Channel"))
        .select("Channel", F.explode(F.array(*_numbers(1, len(DAY_NAMES)))).alias("DayOfWeek"))
        .select("Channel", "DayOfWeek", F.explode(F.array(*_numbers(0, HOURS - 1))))
        .withColumnRenamed("col", "HourOfDay")
    )


def _numbers(first: int, last: int) -> list[Column]:
    return [F.lit(number).cast("bigint") for number in range(first, last + 1)]


def _with_averages(cells: DataFrame) -> DataFrame:
    """`cells` with ObservedDays and the unrounded Average per observed day."""
    everywhere = W.partitionBy()
    window = cells.select(
        "*",
        F.min("FirstDate").over(everywhere).alias("WindowStart"),
        F.max("LastDate").over(everywhere).alias("WindowEnd"),
    )
    days = F.datediff("WindowEnd", "WindowStart") + 1
    wait = F.pmod(F.col("DayOfWeek") - 1 - F.weekday("WindowStart"), F.lit(len(DAY_NAMES)))
    observed = F.coalesce(F.floor((days + len(DAY_NAMES) - 1 - wait) / len(DAY_NAMES)), F.lit(0))
    return window.withColumn("ObservedDays", observed).withColumn(
        "AvgPerDay", share(F.col("TransactionCount"), F.col("ObservedDays"))
    )


def _ranked(cells: DataFrame) -> DataFrame:
    in_channel = W.partitionBy("Channel")
    by_count = in_channel.orderBy(F.desc("TransactionCount"))
    by_average = in_channel.orderBy(F.desc_nulls_last("AvgPerDay"))
    sums = cells.select(
        *PEAK_TIMES.key,
        F.element_at(F.array(*map(F.lit, DAY_NAMES)), F.col("DayOfWeek").cast("int")).alias(
            "DayName"
        ),
        "TransactionCount",
        F.col("OrderCount").alias("CountedCount"),
        "GrossAmount",
        "ObservedDays",
        "AvgPerDay",
        F.rank().over(by_count).alias("CellRank"),
        F.rank().over(by_average).alias("CellRankPerDay"),
        F.sum("TransactionCount").over(W.partitionBy("Channel", "DayOfWeek")).alias("DayCount"),
        F.sum("TransactionCount").over(W.partitionBy("Channel", "HourOfDay")).alias("HourCount"),
    )
    return sums.select(
        "*",
        _rank_of_group("DayCount", HOURS).alias("DayRank"),
        _rank_of_group("HourCount", len(DAY_NAMES)).alias("HourRank"),
        ((F.col("CellRank") == 1) & (F.col("TransactionCount") > 0)).alias("IsPeak"),
    )


def _rank_of_group(total: str, cells_in_group: int) -> Column:
    """RANK of groups of equally many cells: the grid is complete, so cells rank 1, 1 + n, ..."""
    rank_of_cell = F.rank().over(W.partitionBy("Channel").orderBy(F.desc(total)))
    return F.floor((rank_of_cell - 1) / cells_in_group) + 1
