"""AOV: average order value by period, dimension and channel."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from c360.contracts.gold.aov import AOV, EVER
from c360.contracts.gold.parts import IN_STORE_UNATTRIBUTED, ONLINE, ONLINE_LOCATION
from c360.gold.attributes import with_product_and_store
from c360.gold.gold_run import GoldRun, published
from c360.gold.keys import key_or_unknown
from c360.gold.ratios import average
from c360.gold.rollup import Measures, rolled_up

_MEASURES = Measures(
    counts=("OrderCount", "ExcludedOrders"), money=("GrossAmount", "ExcludedAmount")
)


def build_aov(orders: DataFrame, products: DataFrame, stores: DataFrame, run: GoldRun) -> DataFrame:
    """AOV. One row per period, dimension and channel on which an order falls.

    The facts are read once, into one row per month, channel, product and store; everything else
    rolls those rows up.

    Args:
        orders: one row per (Channel, OrderID), from `build_orders`.
        products: one row per ProductID.
        stores: one row per StoreID.
        run: the arguments of this gold.

    Source: docs/gold.md, "AOV".
    """
    orders_by_place = rolled_up(
        orders.withColumn("Month", F.trunc(F.to_date("DateTime"), "month")),
        ["Month", "Channel", "ProductID", "StoreID"],
        _MEASURES,
    )
    keys = (*AOV.key, "DimensionName")  # a key has one name, so the name does not split it
    orders_by_dimension = rolled_up(
        orders_by_place.transform(with_product_and_store, products, stores).transform(_exploded),
        keys,
        _MEASURES,
    )
    return orders_by_dimension.select(
        *keys,
        *_MEASURES.names,
        average(F.col("GrossAmount"), F.col("OrderCount")).alias("AverageOrderValue"),
    ).transform(published, AOV, run)


def _exploded(orders_by_place: DataFrame) -> DataFrame:
    """Each row once per period (2) and dimension type (5)."""
    periods = F.array(
        F.struct(F.lit("ALL").alias("PeriodGrain"), F.lit(EVER).alias("PeriodStart")),
        F.struct(
            F.lit("MONTH").alias("PeriodGrain"),
            F.coalesce("Month", F.lit(EVER)).alias("PeriodStart"),
        ),
    )
    return (
        orders_by_place.withColumn("Period", F.explode(periods))
        .withColumn("Dimension", F.explode(_dimensions()))
        .select("Period.*", "Dimension.*", *_MEASURES.names)
    )


def _dimensions() -> Column:
    channel, is_online = F.col("Channel"), F.col("Channel") == ONLINE
    product = key_or_unknown(F.col("ProductKey"))
    category = key_or_unknown(F.col("Category"))
    location = key_or_unknown(F.col("Location"))
    keys = {
        "PRODUCT": F.when(is_online, product).otherwise(F.lit(IN_STORE_UNATTRIBUTED)),
        "CATEGORY": F.when(is_online, category).otherwise(F.lit(IN_STORE_UNATTRIBUTED)),
        "LOCATION": F.when(is_online, F.lit(ONLINE_LOCATION)).otherwise(location),
        "CHANNEL": channel,
        "TOTAL": F.lit("ALL"),
    }
    return F.array(
        *(
            F.struct(
                F.lit(kind).alias("DimensionType"),
                key.alias("DimensionKey"),
                (F.coalesce("ProductName", key) if kind == "PRODUCT" else key).alias(
                    "DimensionName"
                ),
                (F.lit("All") if kind == "TOTAL" else channel).alias("Channel"),
            )
            for kind, key in keys.items()
        )
    )
