"""The figures of a table, compared with what the ledger or the audit says of them, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from c360.contracts.model import TableContract
from c360.errors import DataRefused
from c360.warehouse.protocol import Row
from c360.warehouse.sql import TableRef, published


@dataclass(frozen=True, slots=True)
class Figures:
    """Rows and control sum of a table; the sum is None where nothing is summed."""

    rows: int | None
    control_sum: Decimal | int | None


def figures_of(row: Row) -> Figures:
    """The figures in the one row of `dml.count_and_sum`."""
    return Figures(row["RowCount"], row["ControlSum"])


def differences(
    where: TableRef, source: str, expected: Figures, found: Figures, control_sum: str | None
) -> tuple[str, ...]:
    """A sentence for each figure of `found` that is not as `source` (ledger, audit) expects it."""
    said = []
    if expected.rows != found.rows:
        said.append(f"{where}: {source} says {expected.rows} rows, the table has {found.rows}")
    if expected.control_sum != found.control_sum:
        said.append(
            f"{where}: {source} says {plain(expected.control_sum)} for the sum of {control_sum}, "
            f"the table has {plain(found.control_sum)}"
        )
    return tuple(said)


def plain(number: Decimal | int | None) -> str:
    """The number without exponent and without zeros at the end of its fraction."""
    if number is None:
        return "nothing"
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def require_unique(contract: TableContract, duplicates: Sequence[Row]) -> None:
    """Passes when `duplicates`, the rows of `dml.duplicate_keys`, are none.

    Raises:
        DataRefused: names the first keys, which are ids and never names or addresses.
    """
    if duplicates:
        keys = "; ".join(
            ", ".join(f"{name} {row[name]}" for name in contract.key) for row in duplicates
        )
        raise DataRefused(
            f"{published(contract)}: {duplicates[0]['DuplicateKeys']} keys have more than one "
            f"row, first: {keys}. Nothing was published. Next: correct the sources of these "
            "keys, then run again"
        )
