"""Which row of a key survives is a total order: nothing about the frame can change it."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import random
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from chispa import assert_df_equality
from pyspark.sql import DataFrame, SparkSession

from c360 import survivors
from c360.contracts.silver import silver_contract
from c360.registry.specs import TableSpec
from tests.support.local_frames import local_frame
from tests.support.specs import column, table

COLUMNS = (
    column("Word"),
    column("ID", "bigint", required=True),
    column("At", "timestamp"),
    column("Share", "decimal(4,2)"),
)
ORDERS = table(*COLUMNS, key=("ID",), newest_by="At")
SCHEMA = (
    "Word string, ID bigint, At timestamp_ntz, Share decimal(4,2), FileID string, SourceFile string"
)
OLD, NEW = dt.datetime(2025, 1, 1), dt.datetime(2025, 1, 2)
Row = tuple[Any, ...]


def ranked(
    spark: SparkSession, rows: list[Row], spec: TableSpec = ORDERS
) -> dict[Row, tuple[int, bool]]:
    """Rank and conflict of every row."""
    frame = survivors.rank_rows(local_frame(spark, rows, SCHEMA), silver_contract(spec))
    return {tuple(row[:6]): (row["_rank"], row["_conflicts"]) for row in frame.collect()}


def row(**values: Any) -> Row:
    base = {"Word": "a", "ID": 1, "At": OLD, "Share": 1, "FileID": "f", "SourceFile": "x.csv"}
    found = {**base, **values}
    if found["Share"] is not None:
        found["Share"] = Decimal(found["Share"])
    return tuple(found.values())


# Greater first: each pair differs from the rank on that decides.
BETTER = [
    (row(At=NEW, SourceFile="a", Word="a"), row(At=OLD, SourceFile="b", Word="b")),
    (row(At=OLD, SourceFile="a"), row(At=None, SourceFile="b")),
    (row(SourceFile="b.csv", Word="a"), row(SourceFile="a.csv", Word="b")),
    (row(SourceFile="a.csv"), row(SourceFile="Z.csv")),
    (row(SourceFile="Orders_10.csv"), row(SourceFile="Orders_1.csv")),
    (row(SourceFile="Orders_2.csv"), row(SourceFile="Orders_10.csv")),
    (row(SourceFile="\U0001f600.csv"), row(SourceFile="\uffee.csv")),
    (row(SourceFile="ü.csv"), row(SourceFile="z.csv")),
    (row(Word="b", Share=1), row(Word="a", Share=9)),
    (row(Word="a"), row(Word=None, Share=9)),
    (row(Word=""), row(Word=None)),
    (row(Share=10), row(Share=9)),
    (row(Share=-1), row(Share=None)),
]


def test_the_greater_row_survives_and_absent_values_come_last(spark: SparkSession) -> None:
    pairs = [
        tuple((*each[:1], number, *each[2:]) for each in pair) for number, pair in enumerate(BETTER)
    ]
    found = ranked(spark, [each for pair in pairs for each in reversed(pair)])
    assert [found[better][0] for better, _ in pairs] == [1] * len(pairs)
    assert [found[worse][0] for _, worse in pairs] == [2] * len(pairs)


def test_a_loser_conflicts_when_it_differs_in_a_source_column(spark: SparkSession) -> None:
    best = row(At=NEW, SourceFile="c")
    same = row(At=NEW, SourceFile="b", FileID="g")
    older = row(At=OLD, SourceFile="c")
    without = row(At=NEW, SourceFile="a", Word=None)
    assert ranked(spark, [without, older, same, best]) == {
        best: (1, False),
        same: (2, False),
        without: (3, True),
        older: (4, True),
    }


def test_absent_values_are_no_conflict_with_absent_values(spark: SparkSession) -> None:
    one = row(At=None, Word=None, Share=None)
    other = row(At=None, Word=None, Share=None, SourceFile="a")
    assert ranked(spark, [other, one]) == {one: (1, False), other: (2, False)}


def test_keys_of_several_columns_are_told_apart(spark: SparkSession) -> None:
    pair = table(*COLUMNS, key=("ID", "Word"))
    rows = [row(Word="a"), row(Word="b"), row(ID=2, Word="a"), row(Word="a", Share=0)]
    found = ranked(spark, rows, pair)
    assert [found[each][0] for each in rows] == [1, 1, 1, 2]


def random_rows(seed: int) -> list[Row]:
    chance = random.Random(seed)
    pools: list[list[Any]] = [
        [None, "", "a", "b", "ü", "\uffee", "😀"],
        list(range(12)),
        [None, OLD, NEW, NEW.replace(microsecond=1)],
        [None, Decimal(0), Decimal(-1), Decimal(1)],
        ["f"],
        ["a.csv", "b.csv"],
    ]
    return [tuple(chance.choice(pool) for pool in pools) for _ in range(200)]


def expected_rank(rows: list[Row]) -> Counter[tuple[Row, int]]:
    """By the declared order, in plain Python: code points, not code units."""

    def order(found: Row) -> list[tuple[Any, ...]]:
        word, identity, at, share, _, source = found
        return [(0,) if v is None else (1, v) for v in (at, source, word, identity, share)]

    result: Counter[tuple[Row, int]] = Counter()
    for key in {found[1] for found in rows}:
        of_key = sorted((r for r in rows if r[1] == key), key=order, reverse=True)
        result.update((found, rank) for rank, found in enumerate(of_key, start=1))
    return result


@pytest.mark.parametrize(("seed", "partitions"), [(1, 1), (1, 7), (2, 3)])
def test_the_order_is_the_declared_one_over_any_partitioning(
    spark: SparkSession, seed: int, partitions: int
) -> None:
    rows = random_rows(seed)
    shuffled = random.Random(partitions).sample(rows, len(rows))
    frame = local_frame(spark, shuffled, SCHEMA).repartition(partitions)
    found = survivors.rank_rows(frame, silver_contract(ORDERS)).collect()
    ranks = Counter((tuple(each[:6]), each["_rank"]) for each in found)
    assert ranks == expected_rank(rows)


# -- rows without a key

LOG = table(column("Word"), column("Points", "bigint"), name="Log")


def log_key(word: str | None, points: int | None, number: int) -> str:
    text = "\u001f".join("\u0000" if each is None else str(each) for each in (word, points))
    return hashlib.sha256(f"{text}\u001f{number}".encode()).hexdigest()[:32]


def log_rows(spark: SparkSession, *rows: tuple[str | None, int | None]) -> DataFrame:
    return local_frame(spark, list(rows), "Word string, Points bigint")


def test_equal_rows_of_a_file_are_numbered_from_one(spark: SparkSession) -> None:
    rows = [("a", 1), ("a", 1), (None, 1), ("a", None), ("a", 1), (None, 1), ("\u200e", 1)]
    expected = [
        ("a", 1, 1), ("a", 1, 2), ("a", 1, 3), (None, 1, 1), (None, 1, 2), ("a", None, 1),
        ("\u200e", 1, 1),
    ]  # fmt: skip
    for partitions in (1, 4):
        frame = log_rows(spark, *rows).repartition(partitions)
        found = survivors.number_occurrences(frame, LOG)[["Word", "Points", "RowKey"]].collect()
        assert Counter(tuple(each) for each in found) == Counter(
            (word, points, log_key(word, points, number)) for word, points, number in expected
        )


def test_a_first_occurrence_has_the_key_of_a_row_that_no_other_equals(spark: SparkSession) -> None:
    rows = log_rows(spark, ("a", 1), ("a", 1))
    expected = local_frame(
        spark, [("a", 1, log_key("a", 1, 1))] * 2, "Word string, Points bigint, RowKey string"
    )
    assert_df_equality(survivors.first_occurrences(rows, LOG), expected, ignore_nullable=True)


@pytest.mark.parametrize(
    ("rows", "keys"),
    [
        ([], set()),
        ([("a", 1), ("b", 1)], set()),
        ([("a", 1), ("a", 1), ("a", 2), ("b", 2), ("b", 2), ("b", 2)], {("a", 1), ("b", 2)}),
    ],
)
def test_a_key_repeats_when_two_rows_have_it(
    spark: SparkSession, rows: list[tuple[str, int]], keys: set[tuple[str, int]]
) -> None:
    found = survivors.repeated_keys(log_rows(spark, *rows), ("Word", "Points")).collect()
    assert Counter(tuple(each) for each in found) == Counter(keys)


def test_rows_ranked_apart_have_the_ranks_that_they_have_among_all(spark: SparkSession) -> None:
    dice = random.Random(5)
    rows = [
        row(ID=dice.randrange(30), At=dice.choice([OLD, NEW, None]), Word=dice.choice("abc"))
        for _ in range(40)
    ]
    contract = silver_contract(ORDERS)
    frame = local_frame(spark, rows, SCHEMA).repartition(3)
    repeated = survivors.repeated_keys(frame, contract.key)
    assert 0 < repeated.count() < 30
    rank = functools.partial(survivors.rank_rows, contract=contract)
    apart = survivors.rank_apart(frame, repeated, contract.key, rank)
    expected = survivors.rank_rows(frame, contract)
    assert_df_equality(
        apart.select(expected.columns), expected, ignore_row_order=True, ignore_nullable=True
    )


def test_equal_rows_are_numbered_apart_as_among_all(spark: SparkSession) -> None:
    rows = log_rows(spark, ("a", 1), ("b", 1), ("a", 1), (None, None), (None, None))
    keyed = survivors.first_occurrences(rows, LOG)
    repeated = survivors.repeated_keys(keyed, ("RowKey",))
    assert repeated.count() == 2
    rank = functools.partial(survivors.number_occurrences, table=LOG)
    apart = survivors.rank_apart(keyed, repeated, ("RowKey",), rank)
    expected = survivors.number_occurrences(keyed, LOG)
    assert_df_equality(
        apart.select(expected.columns), expected, ignore_row_order=True, ignore_nullable=True
    )
