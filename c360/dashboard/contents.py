"""What is read of a warehouse for one page: tables of exact values, and what they stand on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from c360.warehouse.protocol import Head, RunSummary

Cell = str | int | bool | float | Decimal | dt.date | dt.datetime | None


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows with named columns."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()

    def place(self, column: str) -> int:
        """Where a column stands; a ValueError is a defect of the caller."""
        return self.columns.index(column)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Everything that one page shows. Nothing was ever published where the head has no run."""

    head: Head
    as_of: dt.date | None = None
    last_order: dt.date | None = None  # of those that count, up to as_of
    published_at: dt.datetime | None = None
    runs: tuple[RunSummary, ...] = ()
    grids: Mapping[str, Grid] = field(default_factory=dict)
    customers_in_all: int | None = None  # None where no look-up was asked for


def grid_of(rows: Sequence[Mapping[str, Any]], columns: Iterable[str] = ()) -> Grid:
    """Rows as a warehouse returns them; `columns` name those of an answer without rows."""
    names = tuple(rows[0]) if rows else tuple(columns)
    return Grid(names, tuple(tuple(row[name] for name in names) for row in rows))
