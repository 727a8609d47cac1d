"""Which row of a key survives: a total order, so that no partitioning can change the answer."""

from __future__ import annotations

import functools
from collections.abc import Callable

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from c360.contracts.model import TableContract
from c360.contracts.silver import FILE_ID, ROW_KEY, SOURCE_FILE
from c360.registry.specs import TableSpec
from c360.row_key import row_key, row_text

RANK, CONFLICTS = "_rank", "_conflicts"
MOST_APART = 1 << 17  # keys that every task may hold in memory
Rank = Callable[[DataFrame], DataFrame]


def rank_rows(rows: DataFrame, contract: TableContract) -> DataFrame:
    """The rows with `_rank` among those of their key and `_conflicts`.

    `_rank` is 1 for the survivor: the greatest by `contract.newest_first`, NULLs last.
    `_conflicts` is true for a loser that differs from the survivor in a source column.
    """
    return rows.select("*", *_ranking(contract))


@functools.lru_cache(maxsize=256)
def _ranking(contract: TableContract) -> tuple[Column, Column]:
    order = [F.col(column).desc_nulls_last() for column in contract.newest_first]
    of_key = Window.partitionBy(*contract.key).orderBy(*order)
    lineage = (FILE_ID, SOURCE_FILE)
    source = F.struct(*(name for name in contract.column_names if name not in lineage))
    conflicts = ~source.eqNullSafe(F.first(source).over(of_key))
    return F.row_number().over(of_key).alias(RANK), conflicts.alias(CONFLICTS)


def first_occurrences(rows: DataFrame, table: TableSpec) -> DataFrame:
    """The rows of a table without a key, each with the RowKey it has if no other row equals it."""
    return rows.withColumn(ROW_KEY, row_key(row_text(table), F.lit(1)))


def number_occurrences(rows: DataFrame, table: TableSpec) -> DataFrame:
    """The rows of one file of a table without a key, equal rows told apart by number.

    Each is the survivor of its RowKey: `_rank` is 1 and `_conflicts` false.
    """
    return rows.drop(ROW_KEY).select("*", *_numbering(table))


@functools.lru_cache(maxsize=256)
def _numbering(table: TableSpec) -> tuple[Column, ...]:
    text = row_text(table)
    occurrence = F.row_number().over(Window.partitionBy(text).orderBy(F.lit(1)))
    key = row_key(text, occurrence).alias(ROW_KEY)
    return key, F.lit(1).alias(RANK), F.lit(False).alias(CONFLICTS)


def repeated_keys(rows: DataFrame, key: tuple[str, ...]) -> DataFrame:
    """The keys that more than one row has. One row each: the columns of the key."""
    counted = rows.groupBy(*key).agg(F.count(F.lit(1)).alias("_rows"))
    return counted.where(F.col("_rows") > 1).select(*key)


def rank_apart(rows: DataFrame, repeated: DataFrame, key: tuple[str, ...], rank: Rank) -> DataFrame:
    """What `rank` makes of the rows whose keys repeat; all others survive where they are.

    To rank is to move and to sort every row of a frame: where few keys repeat, only their rows are.

    Args:
        rows: one table's rows.
        repeated: at most `MOST_APART` keys, from `repeated_keys`.
        key: the columns of the key.
        rank: `rank_rows` or `number_occurrences` for this table.
    """
    keys = F.broadcast(repeated)
    alone = rows.join(keys, on=[*key], how="left_anti")
    survivors = alone.select("*", F.lit(1).alias(RANK), F.lit(False).alias(CONFLICTS))
    return rank(rows.join(keys, on=[*key], how="left_semi")).unionByName(survivors)
