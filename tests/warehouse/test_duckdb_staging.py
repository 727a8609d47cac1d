"""Staging: what arrives is compared with the ledger before anything is published."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import random
import shutil
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from c360.contracts.model import SILVER, ColumnContract, TableContract
from c360.datatypes import BIGINT, BOOLEAN, DATE, STRING, TIMESTAMP, decimal
from c360.errors import C360Error, DataRefused, OutsideFailure


def publish_orders(world, staged, batch="B"):
    return world.warehouse.publish(world.publication(batch, [staged], []))


@pytest.mark.parametrize(
    ("candidates", "survivor"),
    [
        ("newest wins", ["2025-01-01 00:00:00|a.csv", "2025-01-02 00:00:00|a.csv"]),
        ("a date beats none", ["|z.csv", "1960-01-01 00:00:00|a.csv"]),
        ("then the greatest file", ["2025-01-01 00:00:00|a.csv", "2025-01-01 00:00:00|b.csv"]),
        ("by code point, not by language", ["|Z.csv", "|a.csv"]),
        ("capitals come before small letters", ["|B.csv", "|a.csv"]),
        ("accents come after all of ASCII", ["|zz.csv", "|é.csv"]),
        ("planes come in code-point order", ["|\uffee.csv", "|\U0001f600.csv"]),
        ("longer is greater", ["|a.csv", "|a.csv.gz"]),
    ],
)
def test_the_survivor_of_a_key_follows_the_declared_order(world, make, candidates, survivor):
    rows = []
    for text in survivor:
        at, _, file = text.partition("|")
        rows.append(make.order(1, at=at or None, file=file))
    for files in (([rows[0]], [rows[1]]), ([rows[1]], [rows[0]])):
        staged = world.staged(make.orders, *files, rows=1, control_sum=Decimal("10.00"))
        publish_orders(world, staged, f"B{candidates}")
        assert world.table("Orders") == [rows[1]]


def test_ties_are_broken_by_the_columns_in_declared_order_and_nulls_come_last(world, make):
    rows = [
        make.order(1, "1.00", status=None),
        make.order(1, "2.00", status=None),
        make.order(1, None, status="B"),
        make.order(1, "3.00", status="A"),
    ]
    for _ in range(3):
        random.shuffle(rows)
        staged = world.staged(make.orders, rows[:2], rows[2:], rows=1, control_sum=0)
        publish_orders(world, staged)
        assert world.table("Orders") == [make.order(1, None, status="B")]


def test_other_keys_survive_beside_a_doubled_one(world, make):
    first = [make.order(n) for n in range(1, 200)]
    second = [make.order(n, "20.00", file="b.csv") for n in range(100, 300)]
    expected = first[:99] + second
    total = sum(row[3] for row in expected)
    staged = world.staged(make.orders, first, second, rows=299, control_sum=total)
    publish_orders(world, staged)
    assert world.table("Orders") == sorted(expected, key=repr)


@pytest.mark.parametrize(
    ("ledger", "said"),
    [
        ({"staged_rows": 3, "rows": 3}, r"ledger says 3 rows, the table has 2"),
        ({"staged_rows": 1, "rows": 1}, r"ledger says 1 rows, the table has 2"),
        ({"staged_rows": 3, "rows": 2}, r"Orders__.*ledger says 3 rows, the table has 2"),
        ({"staged_rows": 2, "rows": 1}, r"ledger says 1 rows, the table has 2"),
        ({"control_sum": Decimal("20.01")}, r"says 20.01 for the sum of Amount, .* has 20\b"),
        ({"control_sum": None}, r"says 0 for the sum of Amount, the table has 20\b"),
    ],
)
def test_rows_or_a_sum_unlike_the_ledger_stop_the_publication(world, make, ledger, said):
    world.publish("A", [make.order(1)])
    before = world.contents()
    staged = world.staged(make.orders, [make.order(1), make.order(2)], **ledger)
    with pytest.raises(OutsideFailure, match=said):
        publish_orders(world, staged)
    assert world.contents() == before
    assert world.staging_tables() == []


def test_a_missing_parquet_file_stops_the_publication(world, make):
    staged = world.staged(make.orders, [make.order(1)], [make.order(2)])
    Path(staged.parquet_files[1]).unlink()
    with pytest.raises(OutsideFailure):
        publish_orders(world, staged)
    assert world.table("Orders") == []


def test_a_doubled_gold_key_stops_the_publication_and_names_five_keys(world, make):
    world.publish("A", [make.order(1)])
    before = world.contents()
    rows = [make.total(f"S{n}", "1.00", "B") for n in range(7)] * 2
    gold = world.staged(make.totals, rows, rows=14, control_sum=Decimal(14))
    with pytest.raises(DataRefused) as refused:
        world.warehouse.publish(world.publication("B", [], [gold]))
    assert "customer360_gold.Totals: 7 keys have more than one row" in str(refused.value)
    assert "first: Status S0, City Oslo; Status S1, City Oslo;" in str(refused.value)
    assert str(refused.value).count("City") == 5
    assert world.contents() == before


def test_a_doubled_silver_key_that_the_ledger_does_not_know_stops_the_publication(world, make):
    staged = world.staged(
        make.orders, [make.order(1), make.order(1)], rows=2, control_sum=Decimal(20)
    )
    with pytest.raises(DataRefused, match=r"Orders: 1 keys have more than one row.*OrderID 1"):
        publish_orders(world, staged)


def test_a_required_column_without_a_value_is_refused_by_name_and_without_values(world, make):
    row = ("secret@example.org", None, Decimal(1), "B")
    gold = world.staged(make.totals, [row], control_sum=Decimal(1))
    with pytest.raises(DataRefused) as refused:
        world.warehouse.publish(world.publication("B", [], [gold]))
    assert "customer360_gold.Totals: a row has no value in City" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_no_file_gives_an_empty_table(world, make):
    publish_orders(world, world.staged(make.orders, []))
    assert world.table("Orders") == []
    staged = world.staged(make.orders, [])
    publish_orders(world, dataclasses.replace(staged, parquet_files=()), "C")
    assert world.table("Orders") == []


NAMES = [
    "a[1].parquet",
    "a*.parquet",
    "a?.parquet",
    "q'uote\".parquet",
    "sp ace.parquet",
    "ünï{a,b}😀.parquet",
    "back\\slash.parquet",
    "per%20cent.parquet",
    "dollar$x#y.parquet",
    "file_id=f0123/part.parquet",
]


@pytest.mark.parametrize("uri", ["", "file://"])
@pytest.mark.parametrize("name", NAMES)
def test_every_path_is_read_literally(world, make, name, uri):
    folder = world.folder / "year=2025"
    decoy, target = world.staged(make.orders, [make.order(1)]), folder / name
    target.parent.mkdir(parents=True)
    for other in ("a1.parquet", "ax.parquet", "aa.parquet", "ünïa.parquet"):
        shutil.copy(decoy.parquet_files[0], folder / other)
    staged = world.staged(make.orders, [make.order(2)])
    os.replace(staged.parquet_files[0], target)
    publish_orders(world, dataclasses.replace(staged, parquet_files=(f"{uri}{target}",)))
    assert world.table("Orders") == [make.order(2)]


def test_a_folder_that_looks_like_a_partition_changes_no_column(world, make):
    staged = world.staged(make.stores, [make.store(1, "Oslo")])
    target = world.folder / "Location=Bergen" / "part.parquet"
    target.parent.mkdir()
    os.replace(staged.parquet_files[0], target)
    staged = dataclasses.replace(staged, parquet_files=(str(target),))
    world.warehouse.publish(world.publication("A", [staged], []))
    assert world.table("Stores") == [make.store(1, "Oslo")]


EVERYTHING = TableContract(
    dataset=SILVER,
    name="Every'thing",
    description="It's one row per Key, with a \\ and a 'quote'.",
    key=("Key",),
    newest_first=("Key",),
    control_sum="Points",
    columns=(
        ColumnContract("Key", STRING, "The key; it's text.", nullable=False),
        ColumnContract("Points", BIGINT, ""),
        ColumnContract("Money", decimal(12, 2), "Money."),
        ColumnContract("Wide", decimal(38, 9), "Wide."),
        ColumnContract("Flag", BOOLEAN, "Flag."),
        ColumnContract("Day", DATE, "Day."),
        ColumnContract("At", TIMESTAMP, "At."),
        ColumnContract("order", STRING, "A word of SQL."),
        ColumnContract("sp ace é", STRING, "A name with a space."),
    ),
)
ROWS = [
    ("null", None, None, None, None, None, None, None, None),
    (
        "low", -(2**63), Decimal("-9999999999.99"), Decimal("-9" * 1 + "9" * 28 + ".999999999"),
        False, dt.date(1960, 1, 1), dt.datetime(1960, 1, 1), "", "\n\t\u00a0",
    ),
    (
        "high", 2**63 - 1, Decimal("9999999999.99"), Decimal("0.000000001"), True,
        dt.date(2159, 12, 31), dt.datetime(2159, 12, 31, 23, 59, 59, 999999), "O'Hara \"x\"",
        "Zoë 😀 漢字 \\ % _",
    ),
    (
        "hour in a clock change", 0, Decimal("-0.01"), Decimal(0), False, dt.date(2025, 3, 30),
        dt.datetime(2025, 3, 30, 2, 30, 0, 1), "NULL", "a;--",
    ),
]  # fmt: skip


def test_every_type_arrives_exactly(world, monkeypatch):
    monkeypatch.setenv("TZ", "America/New_York")
    staged = world.staged(EVERYTHING, ROWS, control_sum=-1)
    for batch in "AB":  # inserted, then compared value by value
        outcome = world.warehouse.publish(world.publication(batch, [staged], []))
    assert outcome.load_audit[0].rows_updated == 0
    found = world.warehouse.query("SELECT * FROM `customer360_silver`.`Every'thing`")
    key = "Key"
    assert {row[key]: tuple(row.values()) for row in found} == {row[0]: row for row in ROWS}


@pytest.mark.parametrize(
    ("select", "said"),
    [
        ("42::BIGINT AS OrderID, 'x' AS DateTime", "DateTime VARCHAR"),
        ("42::BIGINT AS OrderID, 1.125::DECIMAL(12,3) AS Amount", r"Amount DECIMAL\(12,3\)"),
        ("42::BIGINT AS OrderID, now() AS DateTime", "DateTime TIMESTAMP WITH TIME ZONE"),
        ("42::BIGINT AS OrderID", "Status is missing"),
    ],
)
def test_parquet_that_a_cast_could_change_is_a_defect_and_not_published(world, make, select, said):
    file = world.folder / "wrong.parquet"
    duckdb.sql(f"SELECT {select}").write_parquet(str(file))
    staged = dataclasses.replace(
        world.staged(make.orders, [make.order(1)]), parquet_files=(str(file),)
    )
    with pytest.raises(C360Error, match=said) as failed:
        publish_orders(world, staged)
    assert failed.value.exit_code == 70


def test_a_narrow_integer_fits_a_bigint_and_columns_are_matched_by_name(world, make):
    file = world.folder / "narrow.parquet"
    duckdb.sql(
        "SELECT 's.csv' AS SourceFile, 'f' AS FileID, 'Oslo' AS Location, 3::INTEGER AS StoreID, "
        "1 AS Surplus"
    ).write_parquet(str(file))
    staged = dataclasses.replace(
        world.staged(make.stores, [make.store(3)]), parquet_files=(str(file),)
    )
    world.warehouse.publish(world.publication("A", [staged], []))
    assert world.table("Stores") == [(3, "Oslo", "f", "s.csv")]
