"""The contract of Customer360: one profile per customer from all sources."""

from __future__ import annotations

from c360.contracts.gold.customer_segments import CUSTOMER_MEASURES
from c360.contracts.gold.parts import gold_table
from c360.contracts.model import ColumnContract
from c360.datatypes import BIGINT, STRING, TIMESTAMP

_FAVOURITE = "most counted orders, then largest amount, then first by name; NULL when there is none"

_COLUMNS = (
    ColumnContract("CustomerID", STRING, "CustomerID as text.", nullable=False),
    ColumnContract("Name", STRING, "The customer's name.", pii=True),
    ColumnContract("Email", STRING, "The customer's e-mail address.", pii=True),
    ColumnContract("Address", STRING, "The customer's postal address.", pii=True),
    *CUSTOMER_MEASURES,
    ColumnContract(
        "ExcludedOrders", BIGINT, "Online orders whose status does not count (or is missing)."
    ),
    ColumnContract("FavouriteChannel", STRING, f"The channel with the {_FAVOURITE}."),
    ColumnContract(
        "FavouriteCategory", STRING, f"The known product category with the {_FAVOURITE}."
    ),
    ColumnContract("FavouriteLocation", STRING, f"The known store location with the {_FAVOURITE}."),
    ColumnContract("Interactions", BIGINT, "Service interactions; 0 when none."),
    ColumnContract("ResolvedInteractions", BIGINT, "Of those, resolved."),
    ColumnContract("EscalatedInteractions", BIGINT, "Of those, escalated."),
    ColumnContract("PendingInteractions", BIGINT, "Of those, pending."),
    ColumnContract(
        "LastInteractionAt", TIMESTAMP, "Wall clock of the last service interaction, or NULL."
    ),
    ColumnContract(
        "FirstContactAt",
        TIMESTAMP,
        "Wall clock of the first order (any status), interaction or loyalty ledger entry, or NULL.",
    ),
    ColumnContract(
        "LastContactAt",
        TIMESTAMP,
        "Wall clock of the last order (any status), interaction or loyalty ledger entry, or NULL.",
    ),
)

CUSTOMER360 = gold_table(
    "Customer360",
    "The customer's profile from all sources: one row per customer, without a row UNKNOWN.",
    _COLUMNS,
    key=("CustomerID",),
    control_sum="TotalSpend",
)
