"""The oracle of silver judges as declared: cases worked out by hand."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.support.oracle_silver import TABLES, figures, read_bronze, read_file, row_key, state
from tests.support.oracle_text import Bad, Column, read_value, split_line

STRICT = [
    ("", [""]),
    ("a,b", ["a", "b"]),
    (",", ["", ""]),
    ('"a,b",c', ["a,b", "c"]),
    ('"a""b"', ['a"b']),
    ('"",x', ["", "x"]),
    ('""""', ['"']),
    ('a,"b"', ["a", "b"]),
]
NOT_STRICT = ['"', '"a', 'a"', 'a"b', '"a"b', '"a" ,b', ' "a"', '"a"","b"', '"a\\"b"', '"""']


@pytest.mark.parametrize(("line", "fields"), STRICT)
def test_strict_lines_are_split(line: str, fields: list[str]) -> None:
    assert split_line(line) == fields


@pytest.mark.parametrize("line", NOT_STRICT)
def test_other_quotes_are_no_strict_line(line: str) -> None:
    assert split_line(line) is None


VALUES: list[tuple[str, str, Any]] = [
    ("string", "\u00a0\t a b \u0085\u3000", "a b"),
    ("string", "\u200ea", "\u200ea"),
    ("string", "nan", "nan"),
    ("string", " N/A\u2003", None),
    ("bigint", "007", 7),
    ("bigint", "-9223372036854775808", -(2**63)),
    ("bigint", "+" + "0" * 5000 + "1", 1),
    ("decimal", "+12", Decimal("12.00")),
    ("decimal", "0009999999999.990000", Decimal("9999999999.99")),
    ("decimal", "-0.0", Decimal("0.00")),
    ("date", "2024-02-29", dt.date(2024, 2, 29)),
    ("timestamp", "2025-01-01 10:05", dt.datetime(2025, 1, 1, 10, 5)),
    ("timestamp", "2025-01-01T10:05:06.5", dt.datetime(2025, 1, 1, 10, 5, 6, 500000)),
    ("timestamp", "2025-01-01 00:30+0100", dt.datetime(2024, 12, 31, 23, 30)),
    ("timestamp", "2025-12-31T23:30:00.000001-01", dt.datetime(2026, 1, 1, 0, 30, 0, 1)),
    ("timestamp", "1959-12-31 23:30:00-01:00", dt.datetime(1960, 1, 1, 0, 30)),
]
INVALID = [
    ("string", "a\tb", ("control_character",)),
    ("string", "\u001cNULL", ("control_character",)),
    ("bigint", "1.0", ("not_an_integer",)),
    ("bigint", "9223372036854775808", ("overflow",)),
    ("bigint", "9" * 5000, ("overflow",)),
    ("decimal", "12.", ("not_a_decimal",)),
    ("decimal", "12345678901.001", ("overflow", "scale")),
    ("date", "2023-02-29", ("not_a_date",)),
    ("date", "0000-02-29", ("out_of_range",)),
    ("timestamp", "2025-01-01", ("not_a_timestamp",)),
    ("timestamp", "2025-01-01 10:05:06.", ("not_a_timestamp",)),
    ("timestamp", "9999-12-31 23:59:59-01", ("out_of_range",)),
    ("timestamp", "2159-12-31 23:59:59-01", ("out_of_range",)),
]


@pytest.mark.parametrize(("kind", "text", "value"), VALUES)
def test_values_are_read_as_declared(kind: str, text: str, value: Any) -> None:
    found = read_value(Column("X", kind), text)
    assert (found, str(found)) == (value, str(value))  # the scale of a decimal shows in its text


@pytest.mark.parametrize(("kind", "text", "reasons"), INVALID)
def test_invalid_values_have_all_their_reasons(
    kind: str, text: str, reasons: tuple[str, ...]
) -> None:
    with pytest.raises(Bad) as bad:
        read_value(Column("X", kind), text)
    assert bad.value.reasons == reasons


def test_an_amount_of_nothing_is_rejected_only_where_it_must_be_above_zero() -> None:
    assert read_value(Column("Price", "decimal"), "0") == 0
    with pytest.raises(Bad, match="not_above"):
        read_value(Column("Amount", "decimal", above_zero=True), "0.00")


def test_lines_are_told_apart() -> None:
    data = b"\xef\xbb\xbf agentid ,SHIFT,x,Name,Department\r\n1,Day,?,A,B\r\r\n\xc2\xa0\n"
    data += b"agentid ,SHIFT,x,Name,Department\n2,Day,?,A\n\xff\n3,Night,?,,-"
    file = read_file(TABLES["Agents"], "Agents.csv", data)
    assert (file.records, file.blank_lines, file.repeated_headers) == (4, 2, 1)
    assert file.rejected == [
        (b"2,Day,?,A", frozenset({"row:too_few_fields"})),
        (b"\xff", frozenset({"row:undecodable_bytes"})),
    ]
    assert file.rows == [
        {"AgentID": 1, "Name": "A", "Department": "B", "Shift": "Day"},
        {"AgentID": 3, "Name": None, "Department": None, "Shift": "Night"},
    ]


ORDERS = "OrderID,CustomerID,ProductID,DateTime,PaymentMethod,Amount,Status\n"


def write_orders(root: Path, name: str, *rows: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(ORDERS + "".join(f"{row}\n" for row in rows))


def test_the_newest_row_of_a_key_survives_then_the_file_then_the_values(tmp_path: Path) -> None:
    old, new = "2025-01-01 10:00", "2025-01-02 10:00"
    write_orders(
        tmp_path,
        "b/OnlineTransactions_1.csv",
        f"1,,,{old},Cash,5,Completed",
        f"1,,,{new},Cash,5,Completed",
        f"2,,,{old},Cash,5,Completed",
        f"3,7,,{old},,5,Completed",
        f"3,,,{old},Cash,9,Completed",
        f"3,7,,{old},,5.00,Completed",
    )
    write_orders(
        tmp_path,
        "a/OnlineTransactions_2.csv",
        f"1,,,{old},Card,6,Pending",
        f"2,,,{old},Cash,5,Completed",
        f"4,,,{old},Cash,5,Completed",
    )
    files = read_bronze(tmp_path)
    rows = {row["OrderID"]: row for row in state(files)["OnlineTransactions"]}
    assert {key: row["SourceFile"][0] for key, row in rows.items()} == {
        1: "b",
        2: "b",
        3: "b",
        4: "a",
    }
    assert rows[1]["DateTime"] == dt.datetime(2025, 1, 2, 10)
    assert rows[3]["CustomerID"] == 7  # NULL comes last, whatever the later columns hold
    found = figures(files)
    b, a = found["b/OnlineTransactions_1.csv"], found["a/OnlineTransactions_2.csv"]
    assert (b.accepted, b.duplicates_in_file, b.conflicting_in_file) == (3, 3, 2)
    assert (b.duplicates_across, b.conflicting_across) == (0, 0)
    assert (a.accepted, a.duplicates, a.conflicting_duplicates) == (1, 2, 1)
    for file in found.values():
        assert file.records == file.accepted + file.rejected + file.duplicates


def test_a_source_file_is_compared_by_code_point(tmp_path: Path) -> None:
    for name in ("OnlineTransactions_Z.csv", "OnlineTransactions_a.csv"):
        write_orders(tmp_path, name, "1,,,2025-01-01 10:00,,5,")
    (row,) = state(read_bronze(tmp_path))["OnlineTransactions"]
    assert row["SourceFile"] == "OnlineTransactions_a.csv"


def test_equal_rows_without_a_key_are_kept_and_a_repeated_file_adds_nothing(
    tmp_path: Path,
) -> None:
    first, second = b"7,2025-01-01 10:00,5,\n", b"07,2025-01-01T10:00,+5,NA\n"
    text = b"LoyaltyID,DateTime,PointsChange,Reason\n" + first + second
    (tmp_path / "LoyaltyTransactions_1.csv").write_bytes(text)
    (tmp_path / "LoyaltyTransactions_2.csv.gz").write_bytes(gzip.compress(text + first))
    files = read_bronze(tmp_path)
    rows = state(files)["LoyaltyTransactions"]
    plain = "7\x1f2025-01-01T10:00:00.000000\x1f5\x1f\x00\x1f"
    assert {row["RowKey"] for row in rows} == {
        hashlib.sha256((plain + str(number)).encode()).hexdigest()[:32] for number in (1, 2, 3)
    }
    found = figures(files)
    assert found["LoyaltyTransactions_1.csv"].accepted == 0
    assert found["LoyaltyTransactions_1.csv"].duplicates_across == 2
    assert found["LoyaltyTransactions_1.csv"].conflicting_duplicates == 0
    assert found["LoyaltyTransactions_2.csv.gz"].accepted == 3


def test_the_row_key_writes_decimals_with_their_full_scale() -> None:
    expected = hashlib.sha256(b"12.50\x1f2025-01-01\x1f1").hexdigest()[:32]
    assert row_key([Decimal("12.50"), dt.date(2025, 1, 1)], 1) == expected


def test_only_names_of_sources_are_read(tmp_path: Path) -> None:
    for name in ("orders.csv", "OnlineTransactions.csv.bak", "xOnlineTransactions.csv"):
        write_orders(tmp_path, name, "1,,,2025-01-01 10:00,,5,")
    assert not any(read_bronze(tmp_path).values())
