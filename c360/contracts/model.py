"""What a table promises: its columns, key, meaning and the one column that is summed."""

from __future__ import annotations

from dataclasses import dataclass

from c360.datatypes import DataType

STAGING, SILVER, GOLD, AUDIT = (
    "customer360_staging",
    "customer360_silver",
    "customer360_gold",
    "customer360_audit",
)
DATASETS = (STAGING, SILVER, GOLD, AUDIT)


@dataclass(frozen=True, slots=True)
class ColumnContract:
    """One published column; `description` is what the data dictionary says of it."""

    name: str
    type: DataType
    description: str
    nullable: bool = True
    pii: bool = False


@dataclass(frozen=True, slots=True)
class TableContract:
    """One published table. Columns are in published order; every key column is NOT NULL."""

    dataset: str
    name: str
    description: str
    columns: tuple[ColumnContract, ...]
    key: tuple[str, ...] = ()
    newest_first: tuple[str, ...] = ()  # silver: which row of a key survives, greatest first
    control_sum: str | None = None
    partition_by: str | None = None  # a DATE or DATETIME column, by month
    cluster_by: tuple[str, ...] = ()

    @property
    def column_names(self) -> tuple[str, ...]:
        """Every column in published order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> ColumnContract:
        """The column called `name`; a KeyError is a defect of the caller."""
        found = next((column for column in self.columns if column.name == name), None)
        if found is None:
            raise KeyError(f"{self.name}.{name}")
        return found
