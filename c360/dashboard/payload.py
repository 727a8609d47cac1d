"""Turns what was read into the data of the page: plain JSON values, short, in a steady order."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from c360.contracts.gold import GOLD_CONTRACTS
from c360.contracts.gold.parts import RATE
from c360.dashboard.contents import Cell, Contents, Grid
from c360.dashboard.measures import Measure
from c360.dashboard.views import HIGH
from c360.registry.specs import Policy
from c360.warehouse.protocol import RunSummary

MOST_KEYS = 250  # of one dimension; the others are added up in one row
MIN_ORDERS = 5  # in each of two periods, before a change of their averages is ranked
# Sums keep the name of their column, and so its scale.
_SCALES = {
    column.name: column.type.scale for contract in GOLD_CONTRACTS for column in contract.columns
} | {HIGH: RATE.scale}
_SUMS = ("OrderCount", "GrossAmount", "ExcludedOrders", "ExcludedAmount")
_ORDER_VALUE = ("PeriodStart", "DimensionType", "DimensionKey", "DimensionName", "Channel", *_SUMS)

# The columns that the page shows; what a view has beyond them is for other tools.
_SHOWN: Mapping[str, tuple[str, ...]] = {
    "order_value": _ORDER_VALUE,
    "order_value_ever": _ORDER_VALUE,
    "segments": (
        *("Segment", "LoyaltyTier", "SpendTier", "FrequencyTier", "Customers", "Buyers"),
        *("TotalSpend", "OrderCount", "LoyaltyPoints", "SpendThreshold"),
    ),
    "peaks": (
        *("Channel", "DayOfWeek", "DayName", "HourOfDay", "TransactionCount", "CountedCount"),
        *("GrossAmount", "ObservedDays", "AvgPerDay", "CellRank", "CellRankPerDay", "IsPeak"),
    ),
    "agents": (
        *("AgentID", "Department", "Shift", "TotalInteractions", "ResolvedCount"),
        *("EscalatedCount", "PendingCount", "OtherStatusCount", "CustomersServed"),
        *("ResolutionRateLow95", "ResolutionRateHigh95", "MeetsMinimum", "RankInDepartment"),
    ),
    "names": ("AgentID", "AgentName"),
    "ledger": (
        *("Layer", "TableName", "FilesRead", "FilesReused", "RecordsRead", "Accepted", "Rejected"),
        *("Duplicates", "ConflictingDuplicates", "MissingReferences", "RowsInTable"),
    ),
    "files": (
        *("TableName", "Path", "Bytes", "Records", "Accepted", "Rejected", "Duplicates"),
        *("Outcome", "Reason"),
    ),
    "reasons": ("TableName", "ColumnName", "Reason", "Action", "Files", "Records"),
    "batches": ("TableName", "Rows", "Batches", "BatchID", "Policies"),
    "customers": (
        *("CustomerID", "Name", "Email", "Address", "Segment", "LoyaltyTier", "OrderCount"),
        *("TotalSpend", "AverageOrderValue", "LastOrderDate", "LoyaltyPoints", "ExcludedOrders"),
        *("FavouriteChannel", "FavouriteCategory", "FavouriteLocation", "Interactions"),
        "ResolvedInteractions",
    ),
}


def payload(contents: Contents, policy: Policy, measures: Sequence[Measure]) -> dict[str, Any]:
    """Everything that the scripts of the page know."""
    grids = {name: _only(grid, _SHOWN[name]) for name, grid in contents.grids.items()}
    _fold_small_keys(grids)
    return {
        "facts": _facts(contents, policy),
        "measures": {measure.name: _measure(measure) for measure in measures},
        "runs": [_run(run) for run in contents.runs],
        "grids": {name: _encoded(grid) for name, grid in grids.items()},
    }


def _facts(contents: Contents, policy: Policy) -> dict[str, Any]:
    return {
        "batch": contents.head.batch_id,
        "run": contents.head.run_id,
        "asOf": _plain(contents.as_of),
        "lastOrder": _plain(contents.last_order),
        "publishedAt": _plain(contents.published_at),
        "ruleVersion": policy.rule_version,
        "currency": policy.currency,
        "zone": policy.source_timezone,
        "tiers": [name for name, _ in policy.tier_ranking],
        "counted": list(policy.counted_statuses),
        "minInteractions": policy.min_interactions,
        "minOrders": MIN_ORDERS,
        "customersInAll": contents.customers_in_all,
    }


def _measure(measure: Measure) -> dict[str, Any]:
    return {
        "title": measure.title,
        "table": measure.table,
        "numerator": list(measure.numerator),
        "denominator": list(measure.denominator),
        "format": measure.format,
        "formula": measure.formula,
        "description": measure.description,
    }


def _run(run: RunSummary) -> dict[str, Any]:
    return {
        "run": run.run_id,
        "batch": run.batch_id,
        "status": run.status,
        "asOf": _plain(run.as_of),
        "finishedAt": _plain(run.finished_at),
        "message": run.message,
    }


def _only(grid: Grid, columns: Sequence[str]) -> Grid:
    """The grid with these columns, its rows in the order of their values."""
    if not grid.columns:
        return Grid(tuple(columns))
    places = [grid.place(column) for column in columns]
    rows = (tuple(row[place] for place in places) for row in grid.rows)
    return Grid(tuple(columns), tuple(sorted(rows, key=_in_order)))


def _in_order(row: tuple[Cell, ...]) -> list[tuple[bool, Any]]:
    """NULL last; a column has values of one type."""
    return [(cell is None, 0 if cell is None else cell) for cell in row]


def _fold_small_keys(grids: dict[str, Grid]) -> None:
    """Adds up the keys of a dimension beyond the first by amount, in every period, as key NULL."""
    ever = grids.get("order_value_ever")
    if ever is None:
        return
    kept = _largest_keys(ever)
    for name in ("order_value", "order_value_ever"):
        grids[name] = _folded(grids[name], kept)


def _largest_keys(ever: Grid) -> set[tuple[Cell, Cell]]:
    kind, key = ever.place("DimensionType"), ever.place("DimensionKey")
    amount = ever.place("GrossAmount")
    sums: dict[Cell, dict[Cell, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in ever.rows:
        sums[row[kind]][row[key]] += Decimal(str(row[amount] or 0))
    return {
        (dimension, name)
        for dimension, by_key in sums.items()
        for name in sorted(by_key, key=lambda key: (-by_key[key], str(key)))[:MOST_KEYS]
    }


def _folded(grid: Grid, kept: set[tuple[Cell, Cell]]) -> Grid:
    kind, key = grid.place("DimensionType"), grid.place("DimensionKey")
    head = len(grid.columns) - len(_SUMS)
    rows = [row for row in grid.rows if (row[kind], row[key]) in kept]
    rest: dict[tuple[Cell, ...], list[Any]] = {}
    for row in grid.rows:
        if (row[kind], row[key]) not in kept:
            start, _, _, channel = row[:2], row[2], row[3], row[4]
            sums = rest.setdefault((*start, None, None, channel), [0] * len(_SUMS))
            for place, cell in enumerate(row[head:]):
                sums[place] += cell
    rows += [(*first, *sums) for first, sums in rest.items()]
    return Grid(grid.columns, tuple(sorted(rows, key=_in_order)))


def _encoded(grid: Grid) -> dict[str, Any]:
    """Columns, rows, and the words of those columns whose rows name a word by its place."""
    words: dict[str, list[str]] = {}
    columns = list(zip(*grid.rows, strict=True)) or [()] * len(grid.columns)
    cells = []
    for name, column in zip(grid.columns, columns, strict=True):
        plain = [_plain(cell, _SCALES.get(name, 0)) for cell in column]
        texts = dict.fromkeys(cell for cell in plain if isinstance(cell, str))
        repeated = bool(texts) and len(texts) * 2 <= len(plain) and not _has_decimals(column)
        if repeated:
            words[name] = list(texts)
            place = {text: index for index, text in enumerate(texts)}
            plain = [None if cell is None else place[str(cell)] for cell in plain]
        cells.append(plain)
    return {
        "columns": list(grid.columns),
        "exact": [
            name
            for name, column in zip(grid.columns, columns, strict=True)
            if any(_is_number(cell) for cell in column)
        ],
        "words": words,
        "rows": [list(row) for row in zip(*cells, strict=True)],
    }


def _has_decimals(column: Sequence[Cell]) -> bool:
    return any(isinstance(cell, Decimal | float) for cell in column)


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | float | Decimal) and not isinstance(cell, bool)


def _plain(cell: Cell, scale: int = 0) -> str | int | bool | None:
    """A value as JSON has it: dates are text, and exact numbers with their declared scale."""
    if isinstance(cell, Decimal | float):
        return f"{cell:.{scale}f}"  # a warehouse may have left out zeros at the end
    if isinstance(cell, dt.datetime):
        moment = cell.astimezone(dt.UTC) if cell.tzinfo else cell
        return moment.isoformat(sep=" ", timespec="seconds").removesuffix("+00:00")
    return cell.isoformat() if isinstance(cell, dt.date) else cell
