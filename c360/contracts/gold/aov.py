"""The contract of AOV: average order value by period, dimension and channel."""

from __future__ import annotations

import datetime as dt

from c360.contracts.gold.parts import MONEY, gold_table
from c360.contracts.model import ColumnContract
from c360.datatypes import BIGINT, DATE, STRING

EVER = dt.date(1900, 1, 1)  # PeriodStart of ALL: a key column is never NULL

_COLUMNS = (
    ColumnContract(
        "PeriodGrain",
        STRING,
        "ALL (everything up to the as-of date) or MONTH (one calendar month).",
        nullable=False,
    ),
    ColumnContract(
        "PeriodStart",
        DATE,
        f"First day of the month; {EVER} where PeriodGrain is ALL.",
        nullable=False,
    ),
    ColumnContract(
        "DimensionType",
        STRING,
        "PRODUCT, CATEGORY, LOCATION, CHANNEL or TOTAL. Each type splits all orders once: "
        "filter on one type before adding rows up.",
        nullable=False,
    ),
    ColumnContract(
        "DimensionKey",
        STRING,
        "ProductID, Category, the store's Location, the channel, or ALL for TOTAL. In-store orders "
        "have IN_STORE_UNATTRIBUTED as product and category, online orders ONLINE as location; "
        "UNKNOWN stands for a product, category, store or location that is not known.",
        nullable=False,
    ),
    ColumnContract(
        "DimensionName",
        STRING,
        "The product's Name for PRODUCT (names repeat: group by DimensionKey), else DimensionKey.",
    ),
    ColumnContract("Channel", STRING, "Online or InStore; All on TOTAL rows only.", nullable=False),
    ColumnContract("OrderCount", BIGINT, "Counted orders; 0 when all were excluded."),
    ColumnContract(
        "GrossAmount", MONEY, "Sum of the counted orders' Amount, in the policy's currency."
    ),
    ColumnContract(
        "AverageOrderValue",
        MONEY,
        "GrossAmount / OrderCount, rounded half up once; NULL when OrderCount is 0. Do not average "
        "this column: divide the sums.",
    ),
    ColumnContract(
        "ExcludedOrders", BIGINT, "Online orders whose status does not count (or is missing)."
    ),
    ColumnContract("ExcludedAmount", MONEY, "Sum of the excluded orders' Amount."),
)

AOV = gold_table(
    "AOV",
    "Average order value: one row per period, dimension and channel on which at least one order, "
    "counted or excluded, falls.",
    _COLUMNS,
    key=("PeriodGrain", "PeriodStart", "DimensionType", "DimensionKey", "Channel"),
    control_sum="GrossAmount",
)
