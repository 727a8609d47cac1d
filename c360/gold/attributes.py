"""What products and stores say about an order: joined by their keys, which are unique."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def with_product_and_store(orders: DataFrame, products: DataFrame, stores: DataFrame) -> DataFrame:
    """`orders` with ProductKey, ProductName, Category and Location; no row more, no row less.

    Each is NULL where the order names no product or store that silver has. ProductID and StoreID
    are the keys of their tables, so a row meets at most one of each.
    """
    known_products = products.select(
        "ProductID",
        F.col("ProductID").cast("string").alias("ProductKey"),
        F.col("Name").alias("ProductName"),
        "Category",
    )
    known_stores = stores.select("StoreID", "Location")
    return orders.join(known_products, on="ProductID", how="left").join(
        known_stores, on="StoreID", how="left"
    )
