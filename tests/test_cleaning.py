"""A record is accepted with all its values or rejected with all its reasons, and counted once."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from pyspark.sql import DataFrame, Observation, SparkSession
from pyspark.sql import functions as F

from c360 import cleaning
from c360.header import Header
from c360.lines import bind_fields
from c360.registry.specs import TableSpec
from tests.support.local_frames import local_frame
from tests.support.specs import column, table

ORDERS = table(
    column("OrderID", "bigint", required=True),
    column("Amount", "decimal(12,2)", required=True, above=Decimal("0.00")),
    column("Price", "decimal(12,2)", on_invalid="null", max=Decimal("10.00")),
    column("Status", one_of=("Paid", "Open"), on_unknown="warn"),
    column("Code", one_of=("a", "b"), matches="[a-z]", max_length=2),
    column("DateTime", "timestamp"),
)
NOON = dt.datetime(2025, 1, 1, 12)


class Outcome(NamedTuple):
    """What came of some lines."""

    accepted: list[tuple[Any, ...]]
    rejected: list[tuple[bytes, list[str]]]
    counts: dict[str, int]
    reasons: dict[str, int]


def raw(spark: SparkSession, spec: TableSpec, lines: list[str | bytes]) -> DataFrame:
    names = tuple(each.name for each in spec.columns)
    header = Header(spec.delimiter.join(names), len(names), tuple(range(len(names))), ())
    data = [(line.encode() if isinstance(line, str) else line,) for line in lines]
    frame = local_frame(spark, data, "bytes binary")
    return bind_fields(frame.select(F.col("bytes").cast("string").alias("value")), header, spec)


def cleaned(
    spark: SparkSession, lines: list[str | bytes], spec: TableSpec = ORDERS, zone: str = "UTC"
) -> Outcome:
    of_records, of_rejects = Observation(), Observation()
    given = raw(spark, spec, lines), spec, zone
    accepted = [tuple(row) for row in cleaning.accept(*given, of_records).collect()]
    rejected = [(bytes(row[0]), row[1]) for row in cleaning.reject(*given, of_rejects).collect()]
    return Outcome(accepted, rejected, of_records.get, of_rejects.get)


LINES: list[str | bytes] = [
    "OrderID,Amount,Price,Status,Code,DateTime",
    "1,5,9.99,Paid,a,2025-01-01 12:00",
    " 2 ,5.50,NULL,Lost,-,",
    "3,5,10.01,open,b,2025-01-01T13:00+01:00",
    "4,5,ten,\u00a0,b\t,",
    "5,5,9\x07,Paid,a,",
    "",
    "\u00a0",
    " OrderID,Amount,Price,Status,Code,DateTime\r",
    "x,,ten,Lost,ccc,2025-02-30",
    ",-1.001,10.01,,A,now",
    "6,0,,,c,1959-01-01 00:00",
    "7,5,,Pa\x00id,a,",
    "8,5,,,a",
    "9,5,,,a,,,",
    '10,5,,"Paid"x,a,',
    b"11,5,,\xff,a,",
    '12,5,,"Pa""id","a",',
]


@pytest.fixture(scope="module")
def outcome(spark: SparkSession) -> Outcome:
    return cleaned(spark, LINES)


def test_accepted_records_are_typed_in_the_order_of_the_registry(outcome: Outcome) -> None:
    five = Decimal("5.00")
    assert outcome.accepted == [
        (1, five, Decimal("9.99"), "Paid", "a", NOON),
        (2, Decimal("5.50"), None, "Lost", None, None),
        (3, five, None, "open", "b", NOON),
        (4, five, None, None, "b", None),
        (5, five, None, "Paid", "a", None),
        (12, five, None, 'Pa"id', "a", None),
    ]


def test_rejected_records_have_all_their_reasons_and_their_exact_bytes(outcome: Outcome) -> None:
    assert outcome.rejected == [
        (
            b"x,,ten,Lost,ccc,2025-02-30",
            [
                "OrderID:not_an_integer",
                "Amount:required",
                "Code:not_allowed",
                "Code:no_match",
                "Code:too_long",
                "DateTime:not_a_timestamp",
            ],
        ),
        (
            b",-1.001,10.01,,A,now",
            ["OrderID:required", "Amount:scale", "Code:no_match", "DateTime:not_a_timestamp"],
        ),
        (
            b"6,0,,,c,1959-01-01 00:00",
            ["Amount:not_above", "Code:not_allowed", "DateTime:out_of_range"],
        ),
        (b"7,5,,Pa\x00id,a,", ["Status:control_character"]),
        (b"8,5,,,a", ["row:too_few_fields"]),
        (b"9,5,,,a,,,", ["row:too_many_fields"]),
        (b'10,5,,"Paid"x,a,', ["row:bad_quotes"]),
        (b"11,5,,\xff,a,", ["row:undecodable_bytes"]),
    ]


def test_every_line_is_counted_as_one_thing(outcome: Outcome) -> None:
    counts = {name: count for name, count in outcome.counts.items() if name != cleaning.MARKS}
    assert counts == {
        "records": 14,
        "blank_lines": 2,
        "header_lines": 2,
        "accepted": 6,
        "nulled_Price": 3,
        "unknown_Status": 2,
    }
    assert len(LINES) == 14 + 2 + 2
    assert len(outcome.accepted) + len(outcome.rejected) == 14


def test_every_reason_is_counted_by_the_records_that_have_it(outcome: Outcome) -> None:
    found = {reason: count for reason, count in outcome.reasons.items() if count}
    expected: dict[str, int] = {"rejected": 8}
    for _, reasons in outcome.rejected:
        for reason in reasons:
            expected[reason] = expected.get(reason, 0) + 1
    assert found == expected
    assert not any(reason.startswith("Price:") for reason in outcome.reasons), "only nulled"


def test_a_null_value_that_is_invalid_is_nulled_whatever_its_reason(spark: SparkSession) -> None:
    prices = ["1.234", "12345678901", "abc", "11", "\x01", "NULL", "2"]
    found = cleaned(spark, [f"1,5,{price},,," for price in prices])
    assert [row[2] for row in found.accepted] == [None] * 6 + [Decimal("2.00")]
    assert found.counts["nulled_Price"] == 5, "an absent value is not an invalid one"
    assert found.rejected == []


def test_nulled_and_unknown_values_of_rejected_records_are_not_counted(
    spark: SparkSession,
) -> None:
    found = cleaned(spark, ["x,5,ten,Lost,,"])
    assert (found.counts["nulled_Price"], found.counts["unknown_Status"]) == (0, 0)


def test_a_value_with_an_offset_is_the_wall_clock_of_the_source(spark: SparkSession) -> None:
    found = cleaned(
        spark, ["1,5,,,,2025-07-01 10:00Z", "2,5,,,,2025-07-01 10:00"], zone="Asia/Tokyo"
    )
    assert [row[5] for row in found.accepted] == [
        dt.datetime(2025, 7, 1, 19),
        dt.datetime(2025, 7, 1, 10),
    ]


def test_line_breaks_are_text_only_where_the_table_embeds_them(spark: SparkSession) -> None:
    words = (column("ID", "bigint"), column("Word"))
    lines: list[str | bytes] = ['1,"a\nb"', '2,"a\r\nb\n"', '3,"a\tb"', '4,"a']
    embedded = cleaned(spark, lines, table(*words, embedded_newlines=True))
    assert embedded.accepted == [(1, "a\nb"), (2, "a\r\nb")]
    assert [reasons for _, reasons in embedded.rejected] == [
        ["Word:control_character"],
        ["row:bad_quotes"],
    ]
    assert embedded.counts["open_quotes"] == 1
    plain = cleaned(spark, lines, table(*words))
    assert [reasons for _, reasons in plain.rejected] == [
        ["Word:control_character"],
        ["Word:control_character"],
        ["Word:control_character"],
        ["row:bad_quotes"],
    ]


def test_no_records_are_no_rows_and_are_counted_as_none(spark: SparkSession) -> None:
    found = cleaned(spark, ["", "OrderID,Amount,Price,Status,Code,DateTime"])
    assert (found.accepted, found.rejected) == ([], [])
    assert (found.counts["records"], found.counts["accepted"]) == (0, 0)
    assert not any(found.reasons.values())


def test_the_frames_have_the_types_of_the_registry_and_of_quarantine(spark: SparkSession) -> None:
    given = raw(spark, ORDERS, []), ORDERS, "UTC"
    assert cleaning.accept(*given).dtypes == [
        ("OrderID", "bigint"),
        ("Amount", "decimal(12,2)"),
        ("Price", "decimal(12,2)"),
        ("Status", "string"),
        ("Code", "string"),
        ("DateTime", "timestamp_ntz"),
    ]
    assert cleaning.reject(*given).dtypes == [("RawRecord", "binary"), ("Reasons", "array<string>")]
