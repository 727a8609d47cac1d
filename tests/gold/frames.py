"""Silver frames, the policy and expected frames for the tests of gold, from plain rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from chispa import assert_df_equality
from pyspark.sql import DataFrame, SparkSession

from c360.contracts.gold import gold_contract
from c360.contracts.gold.sources import SOURCES
from c360.registry.specs import Policy, ResolutionStatuses, SpendThresholds
from tests.support.local_frames import local_frame

BATCH, RULES = "b" * 16, "r" * 16
AS_OF = dt.date(2025, 12, 31)
Rows = Mapping[str, Sequence[Mapping[str, Any]]]

_POLICY = Policy(
    counted_statuses=("Completed",),
    excluded_statuses=("Pending", "Failed", "Cancelled", "Refunded", "Returned"),
    resolution_statuses=ResolutionStatuses(),
    tier_ranking=(("Bronze", 1), ("Silver", 2), ("Gold", 3), ("Platinum", 4), ("Diamond", 5)),
    champion_tiers=("Gold", "Platinum"),
    frequent_from=5,
    min_buyers_for_percentiles=10,
    fixed_spend_thresholds=SpendThresholds(),
    min_interactions=5,
    source_timezone="UTC",
    currency="USD",
    rule_version=RULES,
)
_DDL = {
    source.table: ", ".join(f"{name} {kind.spark}" for name, kind in source.columns)
    for source in SOURCES
}


def policy(**changes: Any) -> Policy:
    """The default policy with `changes`."""
    return replace(_POLICY, **changes)


def silver_rows(rows: Rows) -> dict[str, list[dict[str, Any]]]:
    """The rows of every source, with None for the columns that a row does not name."""
    return {
        source.table: [
            {name: row.get(name) for name, _ in source.columns}
            for row in rows.get(source.table, ())
        ]
        for source in SOURCES
    }


def silver_frames(spark: SparkSession, rows: Rows) -> dict[str, DataFrame]:
    """Silver as gold receives it; the tables that `rows` does not name are empty."""
    return {
        table: local_frame(spark, [tuple(row.values()) for row in full], _DDL[table])
        for table, full in silver_rows(rows).items()
    }


def gold_frame(spark: SparkSession, table: str, rows: Iterable[Mapping[str, Any]]) -> DataFrame:
    """Whole rows of a gold table in the contract's types."""
    contract = gold_contract(table)
    ddl = ", ".join(f"{each.name} {each.type.spark}" for each in contract.columns)
    return local_frame(
        spark, [tuple(row[name] for name in contract.column_names) for row in rows], ddl
    )


def cells(
    spark: SparkSession, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> DataFrame:
    """Expected rows of some columns of a gold table, in the contract's types."""
    contract = gold_contract(table)
    ddl = ", ".join(f"{name} {contract.column(name).type.spark}" for name in columns)
    return local_frame(spark, rows, ddl)


def assert_cells(frame: DataFrame, expected: DataFrame) -> None:
    """The columns of `expected` in `frame`, every row and type, whatever the order of rows."""
    assert_df_equality(
        frame.select(expected.columns), expected, ignore_row_order=True, ignore_nullable=True
    )


def at(text: str) -> dt.datetime:
    """The wall clock `text` names."""
    return dt.datetime.fromisoformat(text)
