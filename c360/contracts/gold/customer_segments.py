"""The contract of CustomerSegments: spend, frequency, loyalty and segment of each customer."""

from __future__ import annotations

from c360.contracts.gold.parts import MONEY, gold_table
from c360.contracts.model import ColumnContract
from c360.datatypes import BIGINT, DATE, STRING, decimal

THRESHOLD = decimal(22, 4)

# Customer360 shows the same measures under the same names.
CUSTOMER_MEASURES = (
    ColumnContract("OrderCount", BIGINT, "Counted orders of both channels; 0 when none."),
    ColumnContract("OnlineOrders", BIGINT, "Counted online orders."),
    ColumnContract("InStoreOrders", BIGINT, "In-store orders (every one counts)."),
    ColumnContract(
        "TotalSpend", MONEY, "Sum of the counted orders' Amount; 0.00 when there are none."
    ),
    ColumnContract(
        "AverageOrderValue",
        MONEY,
        "TotalSpend / OrderCount, rounded half up once; NULL without a counted order.",
    ),
    ColumnContract("FirstOrderDate", DATE, "Date of the first counted order, or NULL."),
    ColumnContract("LastOrderDate", DATE, "Date of the last counted order, or NULL."),
    ColumnContract(
        "RecencyDays",
        BIGINT,
        "Days from LastOrderDate to the as-of date; NULL without a counted order and for UNKNOWN.",
    ),
    ColumnContract(
        "LoyaltyTier",
        STRING,
        "Tier of the account with the highest configured rank (ties: latest JoinDate, then lowest "
        "LoyaltyID), in the configured spelling; None without an account, Unknown when that "
        "account has no tier.",
    ),
    ColumnContract("LoyaltyAccounts", BIGINT, "Loyalty accounts, whatever their JoinDate."),
    ColumnContract("LoyaltyPoints", BIGINT, "Sum of PointsEarned over the accounts; 0 when none."),
    ColumnContract(
        "LoyaltyLedgerNet",
        BIGINT,
        "Sum of PointsChange over the ledger of the accounts; 0 when none. It is another source "
        "than LoyaltyPoints and need not agree with it.",
    ),
    ColumnContract(
        "SpendTier",
        STRING,
        "High from the 90th percentile of buyers' TotalSpend, Medium from the 50th, Low below, "
        "None without a counted order.",
    ),
    ColumnContract(
        "FrequencyTier",
        STRING,
        "Frequent from the policy's frequent_from orders, Repeat from 2, One-Time for 1, None for "
        "0.",
    ),
    ColumnContract(
        "Segment",
        STRING,
        "First that fits: No Purchases, High-Value Customer, One-Time Buyer, Loyalty Champion, "
        "Regular Customer; Unknown on the row UNKNOWN.",
    ),
)

_COLUMNS = (
    ColumnContract(
        "CustomerID",
        STRING,
        "CustomerID as text, or UNKNOWN for all orders, accounts and ledger entries that belong to "
        "no known customer.",
        nullable=False,
    ),
    *CUSTOMER_MEASURES,
    ColumnContract(
        "SpendThreshold",
        THRESHOLD,
        "The spend from which a buyer is a High-Value Customer, exact; the same on every row.",
    ),
)

CUSTOMER_SEGMENTS = gold_table(
    "CustomerSegments",
    "Spend, frequency, loyalty and segment: one row per customer, and UNKNOWN when an order, "
    "account or ledger entry belongs to no known customer.",
    _COLUMNS,
    key=("CustomerID",),
    control_sum="TotalSpend",
)
