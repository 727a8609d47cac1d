"""Favourites: the channel, category and location of most of a customer's counted orders."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from c360.contracts.gold.parts import IN_STORE, ONLINE
from c360.gold.attributes import with_product_and_store
from c360.gold.rollup import Measures, rolled_up

_MEASURES = Measures(counts=("OrderCount",), money=("GrossAmount",))


def favourites_by_customer(orders: DataFrame, products: DataFrame, stores: DataFrame) -> DataFrame:
    """The favourites. One row per CustomerID that has a counted order.

    Most counted orders win, then the largest amount, then the first name in code-point order.
    Pseudo-keys take no part: an order without a known category has no category here.

    Args:
        orders: one row per (Channel, OrderID), from `build_orders`; an order has a product or a
            store, never both, so each category and each location has orders of one channel only.
        products: one row per ProductID.
        stores: one row per StoreID.

    Returns:
        CustomerID bigint, FavouriteChannel, FavouriteCategory, FavouriteLocation string.
    """
    counted = orders.where((F.col("OrderCount") > 0) & F.col("CustomerID").isNotNull())
    placed = counted.transform(with_product_and_store, products, stores).select(
        "CustomerID", "Channel", "Category", "Location", *_MEASURES.names
    )
    # All orders of a customer in one place: what follows moves no row again.
    by_place = rolled_up(
        placed.repartition("CustomerID"),
        ["CustomerID", "Channel", "Category", "Location"],
        _MEASURES,
    )
    return by_place.groupBy("CustomerID").agg(
        _favourite_channel().alias("FavouriteChannel"),
        _first(F.col("OrderCount"), F.col("GrossAmount"), "Category").alias("FavouriteCategory"),
        _first(F.col("OrderCount"), F.col("GrossAmount"), "Location").alias("FavouriteLocation"),
    )


def _favourite_channel() -> Column:
    channels = (
        _order(
            F.sum(F.when(F.col("Channel") == channel, F.col("OrderCount"))),
            F.sum(F.when(F.col("Channel") == channel, F.col("GrossAmount"))),
            F.lit(channel),
        )
        for channel in (ONLINE, IN_STORE)
    )
    return F.least(*channels)["Value"]


def _first(orders: Column, amount: Column, attribute: str) -> Column:
    value = F.col(attribute)
    return F.min(F.when(value.isNotNull(), _order(orders, amount, value)))["Value"]


def _order(orders: Column, amount: Column, value: Column) -> Column:
    """What is least for the favourite; NULL where there are no orders."""
    least = F.struct((-orders).alias("Orders"), (-amount).alias("Amount"), value.alias("Value"))
    return F.when(orders.isNotNull(), least)
