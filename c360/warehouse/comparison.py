"""Renders the comparison of a published table with its second calculation, cell by cell."""

from __future__ import annotations

from collections.abc import Sequence

from c360.contracts.gold.parts import BATCH_ID, RULE_VERSION
from c360.contracts.model import ColumnContract, TableContract
from c360.warehouse.sql import column_list, published, quoted

# What the second calculation cannot know of itself: it is told which publication is verified.
_TOLD = {BATCH_ID: "CAST(@batch_id AS STRING)", RULE_VERSION: "CAST(@rule_version AS STRING)"}
# Numbers the rows of one key, so that a doubled row finds no partner and shows as surplus.
_OCCURRENCE = "`c360_occurrence`"


def value_columns(contract: TableContract) -> tuple[ColumnContract, ...]:
    """The columns that are compared; those of the key pair the rows."""
    return tuple(column for column in contract.columns if column.name not in contract.key)


def with_source(check: str, table: TableContract, source: str) -> str:
    """`check` with the query `source` in the place of the published `table`."""
    # As text: sqlglot writes NUMERIC(22, 2) back as NUMERIC, and its digits would be lost.
    return check.replace(f"{table.dataset}.{table.name}", f"(\n{source}\n)")


def disagreement_counts(contract: TableContract, check: str) -> str:
    """One row: Paired, Missing and Surplus rows, and for each value column its differing cells."""
    paired = "NOT `IsMissing` AND NOT `IsSurplus`"
    counts = [
        f"COUNTIF({paired}) AS `Paired`",
        "COUNTIF(`IsMissing`) AS `Missing`",
        "COUNTIF(`IsSurplus`) AS `Surplus`",
        *(
            f"COUNTIF({paired} AND {_differs(column)}) AS {quoted(column.name)}"
            for column in value_columns(contract)
        ),
    ]
    return f"{_pairs(contract, check)} SELECT {', '.join(counts)} FROM pairs"


def disagreeing_rows(contract: TableContract, check: str, limit: int) -> str:
    """The first `limit` rows that differ, by key: the key, IsMissing, IsSurplus and the cells.

    Each value column C is `differs_C` and, unless it is personal data, `published_C` and
    `computed_C`.
    """
    columns = value_columns(contract)
    keys = [
        f"COALESCE({_side('published', name)}, {_side('computed', name)}) AS {quoted(name)}"
        for name in contract.key
    ]
    differs = [f"{_differs(column)} AS {_side('differs', column.name)}" for column in columns]
    values = [
        _side(side, column.name)
        for column in columns
        if not column.pii
        for side in ("published", "computed")
    ]
    shown = ", ".join([*keys, "`IsMissing`", "`IsSurplus`", *differs, *values])
    condition = " OR ".join(["`IsMissing`", "`IsSurplus`", *map(_differs, columns)])
    return (
        f"{_pairs(contract, check)} SELECT {shown} FROM pairs WHERE {condition} "
        f"ORDER BY {column_list(contract.key)} LIMIT {limit}"
    )


def _pairs(contract: TableContract, check: str) -> str:
    """The common table expressions up to `pairs`: one row per key and occurrence on either side."""
    names = contract.column_names
    told = ", ".join(
        f"{_TOLD[name]} AS {quoted(name)}" if name in _TOLD else quoted(name) for name in names
    )
    occurrence = f"ROW_NUMBER() OVER (PARTITION BY {column_list(contract.key)}) AS {_OCCURRENCE}"
    same = " AND ".join(
        f"P.{name} = C.{name}" for name in [*map(quoted, contract.key), _OCCURRENCE]
    )
    return (
        f"WITH numbered AS (SELECT {column_list(names)}, {occurrence} "
        f"FROM {published(contract).sql}), "
        f"checked AS (\n{check}\n), "
        f"computed AS (SELECT {told}, {occurrence} FROM checked), "
        f"pairs AS (SELECT P.{_OCCURRENCE} IS NULL AS `IsMissing`, "
        f"C.{_OCCURRENCE} IS NULL AS `IsSurplus`, "
        f"{_sides('P', 'published', names)}, {_sides('C', 'computed', names)} "
        f"FROM numbered AS P FULL OUTER JOIN computed AS C ON {same})"
    )


def _sides(alias: str, side: str, names: Sequence[str]) -> str:
    return ", ".join(f"{alias}.{quoted(name)} AS {_side(side, name)}" for name in names)


def _side(side: str, name: str) -> str:
    return quoted(f"{side}_{name}")


def _differs(column: ColumnContract) -> str:
    return f"{_side('published', column.name)} IS DISTINCT FROM {_side('computed', column.name)}"
