"""Everything orders and loyalty say about a customer, added up under one key."""

from __future__ import annotations

from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from c360.contracts.gold.parts import IN_STORE, ONLINE
from c360.gold.keys import key_or_unknown
from c360.gold.rollup import Measures, rolled_up

_MEASURES = Measures(
    counts=(
        "Customers",
        "OrderCount",
        "OnlineOrders",
        "InStoreOrders",
        "ExcludedOrders",
        "LoyaltyAccounts",
        "LoyaltyPoints",
        "LoyaltyLedgerNet",
    ),
    money=("TotalSpend",),
    firsts=("FirstOrderDate", "FirstContactAt"),
    lasts=("LastOrderDate", "LastContactAt"),
)


def measures_by_customer(
    customers: DataFrame, orders: DataFrame, accounts: DataFrame, ledger: DataFrame
) -> DataFrame:
    """Orders, spend, points and contacts. One row per known customer, and UNKNOWN when needed.

    The sources are united, each with its own measures, and added up: no join can multiply them.
    The key UNKNOWN holds whatever belongs to no known customer, and is there if anything does.

    Args:
        customers: one row per CustomerID.
        orders: one row per (Channel, OrderID), from `build_orders`.
        accounts: one row per LoyaltyID.
        ledger: one row per ledger entry, from `build_ledger`.

    Returns:
        CustomerID string, and the measures; FirstContactAt and LastContactAt are those of orders
        of any status and ledger entries.
    """
    contributions = [
        customers.select("CustomerID", F.lit(1).cast("bigint").alias("Customers")),
        _of_orders(orders),
        _of_accounts(accounts),
        _of_ledger(ledger, accounts),
    ]
    united = reduce(lambda one, other: one.unionByName(other, True), contributions)
    by_raw_id = rolled_up(united, ["CustomerID"], _MEASURES)
    is_known = (F.col("Customers") > 0) & F.col("CustomerID").isNotNull()
    by_key = by_raw_id.withColumn(
        "CustomerID", key_or_unknown(F.when(is_known, F.col("CustomerID")))
    )
    return rolled_up(by_key, ["CustomerID"], _MEASURES).drop("Customers")


def _of_orders(orders: DataFrame) -> DataFrame:
    counted = F.col("OrderCount") > 0
    order_date = F.when(counted, F.to_date("DateTime"))
    return orders.select(
        "CustomerID",
        "OrderCount",
        *(
            F.when(F.col("Channel") == channel, F.col("OrderCount")).otherwise(F.lit(0)).alias(name)
            for channel, name in ((ONLINE, "OnlineOrders"), (IN_STORE, "InStoreOrders"))
        ),
        "ExcludedOrders",
        F.col("GrossAmount").alias("TotalSpend"),
        order_date.alias("FirstOrderDate"),
        order_date.alias("LastOrderDate"),
        F.col("DateTime").alias("FirstContactAt"),
        F.col("DateTime").alias("LastContactAt"),
    )


def _of_accounts(accounts: DataFrame) -> DataFrame:
    return accounts.select(
        "CustomerID",
        F.lit(1).cast("bigint").alias("LoyaltyAccounts"),
        F.col("PointsEarned").alias("LoyaltyPoints"),
    )


def _of_ledger(ledger: DataFrame, accounts: DataFrame) -> DataFrame:
    """The ledger under the customers of its accounts. One row per LoyaltyID that has entries."""
    by_account = ledger.groupBy("LoyaltyID").agg(
        F.sum("PointsChange").alias("LoyaltyLedgerNet"),
        F.min("DateTime").alias("FirstContactAt"),
        F.max("DateTime").alias("LastContactAt"),
    )
    owners = accounts.select("LoyaltyID", "CustomerID")  # LoyaltyID is the key of accounts
    return by_account.join(owners, on="LoyaltyID", how="left").drop("LoyaltyID")
