"""What the contracts of gold share: their types, their key words and their last two columns."""

from __future__ import annotations

from c360.contracts.model import GOLD, ColumnContract, TableContract
from c360.datatypes import STRING, decimal

MONEY, RATE = decimal(22, 2), decimal(7, 4)
# Pseudo-keys: what a fact is booked on when it has no key of its own.
UNKNOWN, IN_STORE_UNATTRIBUTED, ONLINE_LOCATION = "UNKNOWN", "IN_STORE_UNATTRIBUTED", "ONLINE"
ONLINE, IN_STORE = "Online", "InStore"

BATCH_ID, RULE_VERSION = "BatchID", "RuleVersion"
_STAMP = (
    ColumnContract(
        BATCH_ID,
        STRING,
        "The publication that wrote the row; the same on every row of every gold table.",
        nullable=False,
    ),
    ColumnContract(
        RULE_VERSION,
        STRING,
        "Hash of the policy section of the registry that the row was calculated with.",
        nullable=False,
    ),
)


def gold_table(
    name: str,
    description: str,
    columns: tuple[ColumnContract, ...],
    key: tuple[str, ...],
    control_sum: str,
) -> TableContract:
    """The contract of a gold table: its own columns, then BatchID and RuleVersion."""
    return TableContract(
        dataset=GOLD,
        name=name,
        description=description,
        columns=(*columns, *_STAMP),
        key=key,
        control_sum=control_sum,
    )
