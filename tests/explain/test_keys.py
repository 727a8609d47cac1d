"""The text of a key means what its column's type says, or is refused with an example."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from c360.errors import WrongUse
from c360.explain.keys import key_text, parse_key
from tests.support.specs import column, table

NINES = "9" * 29 + "." + "9" * 9  # the greatest decimal(38,9)


def one(kind: str, **rules: Any) -> Any:
    return table(column("Key", kind, **rules), name="Orders", key=("Key",))


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("bigint", "1001", 1001),
        ("bigint", "007", 7),
        ("bigint", " -5 ", -5),
        ("bigint", "9223372036854775807", 9223372036854775807),
        ("decimal(5,2)", "12.5", Decimal("12.50")),
        ("decimal(5,2)", "-999.99", Decimal("-999.99")),
        ("decimal(5,2)", "1.500", Decimal("1.5")),
        ("decimal(38,9)", NINES, Decimal(NINES)),
        ("date", "2025-12-31", dt.date(2025, 12, 31)),
        ("timestamp", "2025-12-31 10:30", dt.datetime(2025, 12, 31, 10, 30)),
        ("timestamp", "2025-12-31T10:30:05.25", dt.datetime(2025, 12, 31, 10, 30, 5, 250000)),
        ("boolean", "True", True),
        ("boolean", "false", False),
        ("string", "a,b", "a,b"),
    ],
)
def test_a_text_is_a_value_of_its_columns_type(kind: str, text: str, value: object) -> None:
    ((name, parsed),) = parse_key(one(kind), text)
    assert (name, parsed, type(parsed)) == ("Key", value, type(value))


@pytest.mark.parametrize(
    ("kind", "text", "example"),
    [
        ("bigint", "abc", "1001"),
        ("bigint", "1.0", "1001"),
        ("bigint", "", "1001"),
        ("bigint", "9223372036854775808", "1001"),
        ("decimal(5,2)", "1.005", "12.50"),
        ("decimal(5,2)", "1000", "12.50"),
        ("decimal(5,2)", "1e1", "12.50"),
        ("decimal(5,2)", "1." + "0" * 28 + "1", "12.50"),
        ("decimal(38,9)", f"{NINES}1", "12.50"),
        ("date", "31.12.2025", "2025-12-31"),
        ("timestamp", "noon", "2025-12-31T10:30:00"),
        ("timestamp", "2025-12-31T10:30:00Z", "2025-12-31T10:30:00"),
        ("boolean", "maybe", "true"),
    ],
)
def test_another_text_is_refused_with_an_example(kind: str, text: str, example: str) -> None:
    with pytest.raises(WrongUse) as refusal:
        parse_key(one(kind), text)
    assert str(refusal.value) == (
        f"Orders: found '{text}' for its key Key; expected a {kind}, for example {example}"
    )


@pytest.mark.parametrize(("case", "value"), [("upper", "ÄB"), ("lower", "äb"), ("", "Äb")])
def test_a_text_key_has_the_case_that_cleaning_gives_it(case: str, value: str) -> None:
    assert parse_key(one("string", case=case), "Äb") == (("Key", value),)


def test_a_composite_key_is_one_line_of_csv() -> None:
    lines = table(
        column("Order", "bigint"), column("Line", "string"), name="Lines", key=("Order", "Line")
    )
    assert parse_key(lines, "7, a") == (("Order", 7), ("Line", "a"))
    assert parse_key(lines, '7,"a,b"') == (("Order", 7), ("Line", "a,b"))
    with pytest.raises(WrongUse) as refusal:
        parse_key(lines, "7")
    assert str(refusal.value) == (
        "Lines: found '7' for its key; expected 2 values separated by commas: Order,Line"
    )


@pytest.mark.parametrize("text", ["7,a\nb", "7\n,a", "7,a\r8,b", f"7,{'x' * 131_073}", "7,\0", ""])
def test_a_composite_key_that_is_no_line_of_csv_is_refused(text: str) -> None:
    lines = table(
        column("Order", "bigint"), column("Line", "bigint"), name="Lines", key=("Order", "Line")
    )
    with pytest.raises(WrongUse, match="Lines: found '"):
        parse_key(lines, text)


def test_rows_without_a_key_are_asked_by_their_row_key() -> None:
    ledger, row_key = table(column("ID", "bigint"), name="Ledger"), "0123456789abcdef" * 2
    assert parse_key(ledger, row_key) == (("RowKey", row_key),)
    for wrong in ("1001", row_key[1:], row_key.upper(), row_key + "0"):
        with pytest.raises(WrongUse, match="expected the 32 hex digits of a RowKey"):
            parse_key(ledger, wrong)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (7, "7"),
        (Decimal("1E+2"), "100"),
        (dt.date(2025, 1, 2), "2025-01-02"),
        (dt.datetime(2025, 1, 2, 3), "2025-01-02T03:00:00"),
        (True, "True"),
        ("a", "a"),
    ],
)
def test_a_value_is_written_so_that_a_cast_reads_it_back(value: Any, text: str) -> None:
    assert key_text(value) == text
