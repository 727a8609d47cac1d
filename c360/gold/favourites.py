"""Favourites: the channel, category and location of most of a customer's counted orders."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from c360.gold.attributes import with_product_and_store
from c360.gold.rollup import Measures, rolled_up

# The favourite, and the attribute of an order that it is chosen from.
_CHOICES = {
    "FavouriteChannel": "Channel",
    "FavouriteCategory": "Category",
    "FavouriteLocation": "Location",
}
_MEASURES = Measures(counts=("OrderCount",), money=("GrossAmount",))


def favourites_by_customer(orders: DataFrame, products: DataFrame, stores: DataFrame) -> DataFrame:
    """The favourites. One row per CustomerID that has a counted order.

    Most counted orders win, then the largest amount, then the first name in code-point order.
    Pseudo-keys take no part: an order without a known category has no category here.

    Args:
        orders: one row per (Channel, OrderID), from `build_orders`.
        products: one row per ProductID.
        stores: one row per StoreID.

    Returns:
        CustomerID bigint, FavouriteChannel, FavouriteCategory, FavouriteLocation string.
    """
    counted = orders.where((F.col("OrderCount") > 0) & F.col("CustomerID").isNotNull())
    by_place = rolled_up(counted, ["CustomerID", "Channel", "ProductID", "StoreID"], _MEASURES)
    votes = by_place.transform(with_product_and_store, products, stores).transform(_vote)
    totals = rolled_up(votes, ["CustomerID", "Favourite", "Value"], _MEASURES)
    least_first = F.struct(
        (-F.col("OrderCount")).alias("Orders"), (-F.col("GrossAmount")).alias("Amount"), "Value"
    )
    return totals.groupBy("CustomerID").agg(
        *(
            F.min(F.when(F.col("Favourite") == favourite, least_first))["Value"].alias(favourite)
            for favourite in _CHOICES
        )
    )


def _vote(placed: DataFrame) -> DataFrame:
    """One row for each order's place and each favourite that it speaks for: Favourite, Value."""
    choices = [
        F.struct(F.lit(favourite).alias("Favourite"), F.col(attribute).alias("Value"))
        for favourite, attribute in _CHOICES.items()
    ]
    return (
        placed.withColumn("Vote", F.explode(F.array(*choices)))
        .select("CustomerID", "Vote.*", *_MEASURES.names)
        .where(F.col("Value").isNotNull())
    )
