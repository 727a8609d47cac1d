"""What the nine sources hold: the columns that the sample fills and how each can be spoiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["integer", "money", "date", "timestamp", "text"]
Record = dict[str, str]  # text by column, in the order of the source; "" for absent


@dataclass(frozen=True, slots=True)
class ColumnShape:
    """One column; `above_zero` columns refuse 0 and everything below."""

    name: str
    kind: Kind
    required: bool = False
    above_zero: bool = False


@dataclass(frozen=True, slots=True)
class TableShape:
    """One source; `key` is empty for the ledger, whose equal rows are all kept."""

    name: str
    columns: tuple[ColumnShape, ...]
    key: str = ""

    @property
    def column_names(self) -> tuple[str, ...]:
        """Every column in the order of the source."""
        return tuple(column.name for column in self.columns)


_KINDS: Mapping[str, Kind] = {
    "Amount": "money",
    "Price": "money",
    "DateTime": "timestamp",
    "JoinDate": "date",
    "PointsEarned": "integer",
    "PointsChange": "integer",
}


def _kind(column: str) -> Kind:
    return "integer" if column.endswith("ID") else _KINDS.get(column, "text")


def _shape(name: str, columns: str, key: str = "") -> TableShape:
    return TableShape(
        name,
        tuple(
            ColumnShape(
                column.rstrip("*"),
                _kind(column.rstrip("*")),
                required=column.endswith("*"),
                above_zero=column == "Amount*",
            )
            for column in columns.split()
        ),
        key,
    )


# A star marks a column that must have a value.
SHAPES: Mapping[str, TableShape] = {
    shape.name: shape
    for shape in (
        _shape("Customers", "CustomerID* Name Email Address", "CustomerID"),
        _shape("Products", "ProductID* Name Category Price", "ProductID"),
        _shape("Stores", "StoreID* Location Manager OpenHours", "StoreID"),
        _shape("Agents", "AgentID* Name Department Shift", "AgentID"),
        _shape(
            "OnlineTransactions",
            "OrderID* CustomerID ProductID DateTime* PaymentMethod Amount* Status",
            "OrderID",
        ),
        _shape(
            "InStoreTransactions",
            "TransactionID* CustomerID StoreID DateTime* Amount* PaymentMethod",
            "TransactionID",
        ),
        _shape(
            "CustomerServiceInteractions",
            "InteractionID* CustomerID DateTime* AgentID IssueType ResolutionStatus",
            "InteractionID",
        ),
        _shape(
            "LoyaltyAccounts", "LoyaltyID* CustomerID PointsEarned TierLevel JoinDate", "LoyaltyID"
        ),
        _shape("LoyaltyTransactions", "LoyaltyID* DateTime* PointsChange Reason"),
    )
}
