"""Cleaning agrees with a second reading of the same rules, on lines damaged at random."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pyspark.sql import DataFrame, Observation, SparkSession

from c360 import cleaning
from c360.bronze.headers import read_header
from c360.bronze.records import read_lines
from c360.header import Header
from c360.lines import bind_fields
from c360.storage.local import LocalStorage
from tests.support.oracle_silver import TABLES, OracleFile, read_file
from tests.support.random_lines import random_file
from tests.support.specs import own_table

LINES = 400
FILES = [
    ("OnlineTransactions", 1),
    ("OnlineTransactions", 2),
    ("LoyaltyTransactions", 3),
    ("LoyaltyAccounts", 4),
    ("Products", 5),
]
Rows = Counter[tuple[str, ...]]


class Outcome(NamedTuple):
    """What cleaning made of one file, as multisets: the order of rows is not promised."""

    accepted: Rows
    rejected: Counter[tuple[bytes, frozenset[str]]]
    counts: dict[str, int]
    rows: list[tuple[Any, ...]]


def shown(row: tuple[Any, ...]) -> tuple[str, ...]:
    """The values in a text that tells types and scales apart."""
    return tuple(f"{type(value).__name__} {value}" for value in row)


def cleaned(
    spark: SparkSession, root: Path, name: str, data: bytes, partitions: int = 0
) -> Outcome:
    """What c360 makes of a file of table `name`."""
    (root / f"{name}.csv").write_bytes(data)
    storage, table = LocalStorage(root), own_table(name)
    header = read_header(storage, f"{name}.csv", table)
    assert isinstance(header, Header)
    lines: DataFrame = read_lines(spark, storage.uri(f"{name}.csv"), table)
    if partitions:
        lines = lines.repartition(partitions)
    counter, given = Observation(), (bind_fields(lines, header, table), table, "UTC")
    rows = [tuple(row) for row in cleaning.accept(*given, counter).collect()]
    rejects = [(bytes(row[0]), frozenset(row[1])) for row in cleaning.reject(*given).collect()]
    return Outcome(Counter(map(shown, rows)), Counter(rejects), counter.get, rows)


def expected(name: str, data: bytes) -> tuple[OracleFile, Rows]:
    oracle = read_file(TABLES[name], f"{name}.csv", data)
    names = TABLES[name].names
    return oracle, Counter(shown(tuple(row[each] for each in names)) for row in oracle.rows)


@pytest.mark.parametrize(("name", "seed"), FILES)
def test_two_readings_of_the_rules_agree_on_every_line(
    spark: SparkSession, tmp_path: Path, name: str, seed: int
) -> None:
    data = random_file(TABLES[name], LINES, seed)
    found, (oracle, rows) = cleaned(spark, tmp_path, name, data), expected(name, data)
    assert found.rejected - Counter(oracle.rejected) == Counter(), "only here"
    assert Counter(oracle.rejected) - found.rejected == Counter(), "only by the oracle"
    assert (found.accepted - rows, rows - found.accepted) == (Counter(), Counter())
    counts = found.counts
    assert (counts["records"], counts["blank_lines"], counts["header_lines"] - 1) == (
        oracle.records,
        oracle.blank_lines,
        oracle.repeated_headers,
    )
    assert counts["records"] == found.accepted.total() + found.rejected.total()
    assert found.accepted.total() > LINES / 10, "the lines are worth the comparison"
    assert found.rejected.total() > LINES / 10


def test_neither_the_order_of_lines_nor_partitions_matter(
    spark: SparkSession, tmp_path: Path
) -> None:
    name, data = "OnlineTransactions", random_file(TABLES["OnlineTransactions"], LINES, 6)
    first = cleaned(spark, tmp_path, name, data, partitions=1)
    start, header, *lines = data.partition(b"OrderID")[0], *_lines(data)
    reversed_data = start + header + b"\n" + b"\n".join(reversed(lines)) + b"\n"
    second = cleaned(spark, tmp_path, name, reversed_data, partitions=7)
    assert first[:3] == second[:3]


def _lines(data: bytes) -> list[bytes]:
    """The header and every line after it, without their ends."""
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removesuffix(b"\n").split(b"\n")
    at = next(place for place, line in enumerate(lines) if b"," in line)
    return lines[at:]


def test_cleaning_a_cleaned_value_changes_nothing(spark: SparkSession, tmp_path: Path) -> None:
    name = "OnlineTransactions"
    first = cleaned(spark, tmp_path, name, random_file(TABLES[name], LINES, 7))
    header = ",".join(TABLES[name].names)
    again = "\n".join([header, *(",".join(map(_text, row)) for row in first.rows)])
    second = cleaned(spark, tmp_path, name, again.encode())
    assert second.accepted == first.accepted
    assert second.rejected == Counter()


def _text(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return value.isoformat(" ")
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    return "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)
