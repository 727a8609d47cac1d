"""What staging promises in every warehouse: what arrives is compared with the ledger."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
from decimal import Decimal

import pytest

from c360.contracts.model import SILVER, ColumnContract, TableContract
from c360.datatypes import BIGINT, BOOLEAN, DATE, STRING, TIMESTAMP, decimal
from c360.errors import DataRefused, OutsideFailure


def publish_orders(world, staged, batch="B"):
    return world.warehouse.publish(world.publication(batch, [staged], []))


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


# Two rows of one key by DateTime and SourceFile: the loser, and the survivor.
SURVIVORS = {
    "newest wins": (("2025-01-01 00:00:00", "a.csv"), ("2025-01-02 00:00:00", "a.csv")),
    "a date beats none": ((None, "z.csv"), ("1960-01-01 00:00:00", "a.csv")),
    "then the greatest file": (("2025-01-01 00:00:00", "a.csv"), ("2025-01-01 00:00:00", "b.csv")),
    "by code point and not by language": ((None, "Z.csv"), (None, "a.csv")),
    "capitals come before small letters": ((None, "B.csv"), (None, "a.csv")),
    "accents come after all of ASCII": ((None, "zz.csv"), (None, "é.csv")),
    "planes come in code-point order": ((None, "\uffee.csv"), (None, "\U0001f600.csv")),
    "longer is greater": ((None, "a.csv"), (None, "a.csv.gz")),
}
# What a ledger says of two orders of 10.00 each, and what is said of that.
UNLIKE = (
    ({"staged_rows": 3, "rows": 3}, r"ledger says 3 rows, the table has 2"),
    ({"staged_rows": 1, "rows": 1}, r"ledger says 1 rows, the table has 2"),
    ({"staged_rows": 3, "rows": 2}, r"Orders__.*ledger says 3 rows, the table has 2"),
    ({"staged_rows": 2, "rows": 1}, r"ledger says 1 rows, the table has 2"),
    ({"control_sum": Decimal("20.01")}, r"says 20.01 for the sum of Amount, .* has 20\b"),
    ({"control_sum": None}, r"says 0 for the sum of Amount, the table has 20\b"),
)


class StagingContract:
    """The tests; a subclass beside the fixtures `world` and `make` runs them."""

    odd_name = "Every'thing"  # as odd as the name of a table can be

    def test_the_survivor_of_a_key_follows_the_declared_order(self, world, make):
        def rows(side):
            return [
                make.order(key, at=pair[side][0], file=pair[side][1])
                for key, pair in enumerate(SURVIVORS.values())
            ]

        losers, survivors = rows(0), rows(1)
        for files in ((losers, survivors), (survivors, losers)):
            total = Decimal(10 * len(SURVIVORS))
            staged = world.staged(make.orders, *files, rows=len(SURVIVORS), control_sum=total)
            publish_orders(world, staged)
            found = world.table("Orders")
            assert dict(zip(SURVIVORS, found, strict=True)) == dict(
                zip(SURVIVORS, survivors, strict=True)
            )

    def test_ties_are_broken_by_the_columns_in_declared_order_and_nulls_come_last(
        self, world, make
    ):
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

    def test_other_keys_survive_beside_a_doubled_one(self, world, make):
        first = [make.order(n) for n in range(1, 200)]
        second = [make.order(n, "20.00", file="b.csv") for n in range(100, 300)]
        expected = first[:99] + second
        total = sum(row[3] for row in expected)
        staged = world.staged(make.orders, first, second, rows=299, control_sum=total)
        publish_orders(world, staged)
        assert world.table("Orders") == sorted(expected, key=repr)

    def test_rows_or_a_sum_unlike_the_ledger_stop_the_publication(self, world, make):
        world.publish("A", [make.order(1)])
        before = world.contents()
        for ledger, said in UNLIKE:
            staged = world.staged(make.orders, [make.order(1), make.order(2)], **ledger)
            with pytest.raises(OutsideFailure, match=said):
                publish_orders(world, staged)
            assert world.contents() == before
            assert world.staging_tables() == []

    def test_a_doubled_gold_key_stops_the_publication_and_names_five_keys(self, world, make):
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

    def test_a_doubled_silver_key_that_the_ledger_does_not_know_stops_the_publication(
        self, world, make
    ):
        staged = world.staged(
            make.orders, [make.order(1), make.order(1)], rows=2, control_sum=Decimal(20)
        )
        with pytest.raises(DataRefused, match=r"Orders: 1 keys have more than one row.*OrderID 1"):
            publish_orders(world, staged)

    def test_a_required_column_without_a_value_is_refused_by_name_and_without_values(
        self, world, make
    ):
        row = ("secret@example.org", None, Decimal(1), "B")
        gold = world.staged(make.totals, [row], control_sum=Decimal(1))
        with pytest.raises(DataRefused) as refused:
            world.warehouse.publish(world.publication("B", [], [gold]))
        assert "customer360_gold.Totals: " in str(refused.value)
        assert "no value in City" in str(refused.value)
        assert "secret" not in str(refused.value)

    def test_no_file_gives_an_empty_table(self, world, make):
        publish_orders(world, world.staged(make.orders, []))
        assert world.table("Orders") == []
        staged = world.staged(make.orders, [])
        publish_orders(world, dataclasses.replace(staged, parquet_files=()), "C")
        assert world.table("Orders") == []

    def test_every_type_arrives_exactly(self, world, monkeypatch):
        monkeypatch.setenv("TZ", "America/New_York")
        contract = dataclasses.replace(EVERYTHING, name=self.odd_name)
        staged = world.staged(contract, ROWS, control_sum=-1)
        for batch in "AB":  # inserted, then compared value by value
            outcome = world.warehouse.publish(world.publication(batch, [staged], []))
        assert outcome.load_audit[0].rows_updated == 0
        found = world.warehouse.query(f"SELECT * FROM `customer360_silver`.`{self.odd_name}`")
        key = "Key"
        assert {row[key]: tuple(row.values()) for row in found} == {row[0]: row for row in ROWS}
