"""From text to frozen specs: defaults, inheritance, references, and a further source."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, is_dataclass
from decimal import Decimal

import pytest

from c360.datatypes import decimal
from c360.registry.specs import ColumnSpec, Reference, TableSpec
from c360.registry.tables import NULL_WORDS
from tests.registry.texts import OWN, parsed, small

A_TENTH_SOURCE = """
  Returns:
    description: One row per returned order.
    files: [Returns*.csv, returned_*.csv.gz]
    key: [OrderID, LineNumber]
    newest_by: ReturnedAt
    required: [ReturnedAt]
    take: newest
    delimiter: ";"
    embedded_newlines: true
    max_rejected: 0
    max_age: 36h
    control_sum: Refund
    partition_by: ReturnedAt
    cluster_by: OrderID
    columns:
      OrderID: {type: bigint, references: OnlineTransactions.OrderID}
      LineNumber: bigint
      ReturnedAt: {type: timestamp, formats: [dd/MM/yyyy HH:mm], min: "2020-01-01 00:00"}
      Refund: {type: "decimal(12,2)", strip: "$, $", min: 0, max: 99.9, on_invalid: null}
      Reason: {type: string, one_of: [Broken, Late], matches: "[A-Za-z]+", case: upper}
      Country: {type: string, null_words: [], max_length: 2}
"""


def only(text: str) -> TableSpec:
    [table] = parsed(text).tables
    return table


def test_a_tenth_source_is_yaml_alone():
    registry = parsed(OWN.read_text() + A_TENTH_SOURCE)
    assert len(registry.tables) == 10
    returns = registry.table("Returns")
    own = {field.name: getattr(returns, field.name) for field in fields(TableSpec)}
    assert own.pop("spec_hash")
    assert [column.name for column in own.pop("columns")] == [
        "OrderID", "LineNumber", "ReturnedAt", "Refund", "Reason", "Country"
    ]  # fmt: skip
    assert own == {
        "name": "Returns",
        "description": "One row per returned order.",
        "files": ("Returns*.csv", "returned_*.csv.gz"),
        "key": ("OrderID", "LineNumber"),
        "newest_by": "ReturnedAt",
        "take": "newest",
        "delimiter": ";",
        "embedded_newlines": True,
        "max_rejected": 0.0,
        "max_rejected_file": 0.5,
        "min_records": 1,
        "max_shrink": 0.5,
        "max_drift": 0.25,
        "max_share_drift": 0.02,
        "max_age": dt.timedelta(hours=36),
        "control_sum": "Refund",
        "partition_by": "ReturnedAt",
        "cluster_by": ("OrderID",),
    }


def test_the_columns_of_a_tenth_source_are_typed_and_complete():
    columns = parsed(OWN.read_text() + A_TENTH_SOURCE).table("Returns").columns
    words = tuple(sorted(NULL_WORDS))
    assert columns[0].references == Reference("OnlineTransactions", "OrderID")
    assert [column.required for column in columns] == [True, True, True, False, False, False]
    assert columns[2].min == dt.datetime(2020, 1, 1)
    assert columns[2].formats == ("dd/MM/yyyy HH:mm",)
    assert columns[3] == ColumnSpec(
        "Refund",
        decimal(12, 2),
        null_words=words,
        strip=" $,",
        min=Decimal("0.00"),
        max=Decimal("99.90"),
        on_invalid="null",
    )
    assert (columns[4].one_of, columns[4].case) == (("Broken", "Late"), "upper")
    assert (columns[5].null_words, columns[5].max_length) == ((), 2)


def test_a_silent_table_has_the_documented_defaults():
    table = only(small())
    silent = TableSpec("Orders", "", (), ())
    for name in ("take", "delimiter", "embedded_newlines", "max_rejected", "max_rejected_file",
                 "min_records", "max_shrink", "max_drift", "max_share_drift", "max_age",
                 "newest_by", "cluster_by"):  # fmt: skip
        assert getattr(table, name) == getattr(silent, name), name
    assert table.files == ("Orders*.csv", "Orders*.csv.gz")
    assert table.column("Status").null_words == tuple(sorted(NULL_WORDS))


def test_the_defaults_written_out_are_the_defaults():
    own = OWN.read_text()
    start, end = own.index("defaults:"), own.index("# Everything that changes a number")
    assert parsed(own[:start] + own[end:]) == parsed(own)


def test_defaults_hold_where_a_table_is_silent():
    defaults = 'max_shrink: 0.1\ndelimiter: ";"\nnull_words: [x]\nmax_length: 9\nmax_age: 7d'
    table = only(small(defaults=defaults, table="newest_by: DateTime"))
    assert (table.max_shrink, table.delimiter) == (0.1, ";")
    assert table.max_age == dt.timedelta(days=7)
    assert table.column("Status").null_words == ("x",)
    assert table.column("Status").max_length == 9


def test_what_a_table_or_a_column_says_comes_before_the_defaults():
    table = only(
        small(
            defaults="max_shrink: 0.1\nnull_words: [x]\nmax_length: 9",
            table="max_shrink: 0\nnull_words: [y]\nmax_length: 8",
            columns="New: {type: string, null_words: [z], max_length: 7}",
        )
    )
    assert table.max_shrink == 0.0
    assert (table.column("Status").null_words, table.column("Status").max_length) == (("y",), 8)
    assert (table.column("New").null_words, table.column("New").max_length) == (("z",), 7)


def test_a_default_is_left_out_where_it_does_not_fit():
    table = only(small(defaults="max_age: 7d\nmax_length: 9"))
    assert table.max_age is None
    assert table.column("Amount").max_length is None


def test_key_columns_are_required():
    required = [column.name for column in only(small(table="key: [OrderID, Day]")).columns
                if column.required]  # fmt: skip
    assert required == ["OrderID", "Day"]


def test_a_table_may_have_no_key():
    assert only(small(table="take: all")).key == ()


def test_a_folded_description_is_one_line():
    assert only(small(table="description: >\n  One row\n  per order.")).description == (
        "One row per order."
    )


@pytest.mark.parametrize(
    ("kind", "bound", "expected"),
    [
        ("bigint", "-9223372036854775808", -(2**63)),
        ('"decimal(12,2)"', "0", Decimal("0.00")),
        ('"decimal(12,2)"', "-0.5", Decimal("-0.50")),
        ('"decimal(3,3)"', "0.999", Decimal("0.999")),
        ("date", '"2024-02-29"', dt.date(2024, 2, 29)),
        ("timestamp", '"2024-02-29T23:59:59"', dt.datetime(2024, 2, 29, 23, 59, 59)),
    ],
)
def test_a_bound_has_the_type_of_its_column(kind: str, bound: str, expected: object):
    column = only(small(columns=f"New: {{type: {kind}, min: {bound}}}")).column("New")
    assert (column.min, type(column.min)) == (expected, type(expected))
    assert str(column.min) == str(expected)


def test_the_running_form_holds_frozen_values_only():
    def leaves(value: object):
        if is_dataclass(value):
            for field in fields(value):
                yield from leaves(getattr(value, field.name))
        elif isinstance(value, tuple):
            for item in value:
                yield from leaves(item)
        else:
            yield type(value)

    assert set(leaves(parsed(OWN.read_text() + A_TENTH_SOURCE))) <= {
        str, int, float, bool, Decimal, type(None), dt.timedelta, dt.datetime
    }  # fmt: skip
