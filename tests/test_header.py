"""A header is bound by name, or its file is refused with the reason and the next step."""

from __future__ import annotations

import pytest

from c360.header import PEEK, Header, Refusal, bind_header
from c360.registry.specs import TableSpec
from c360.registry.tables import DELIMITERS
from tests.support.specs import column, table

COLUMNS = tuple(column(name) for name in ("OrderID", "Amount", "Status"))
ORDERS = table(*COLUMNS)
RECORD = b"\n1,2,3\n"


def bound(head: bytes, spec: TableSpec = ORDERS) -> Header:
    found = bind_header(head, spec)
    assert isinstance(found, Header), found
    return found


def refused(head: bytes, spec: TableSpec = ORDERS) -> str:
    found = bind_header(head, spec)
    assert isinstance(found, Refusal), found
    return found.reason


@pytest.mark.parametrize(
    ("line", "positions"),
    [
        ("OrderID,Amount,Status", (0, 1, 2)),
        ("Status,OrderID,Amount", (1, 2, 0)),
        ("orderid,AMOUNT,sTATUS", (0, 1, 2)),
        (" OrderID\t,\u00a0Amount , Status \r", (0, 1, 2)),
        ('"OrderID","Amount","Status"', (0, 1, 2)),
        ("\ufeffOrderID,Amount,Status", (0, 1, 2)),
        ('\ufeff"OrderID",Amount,Status', (0, 1, 2)),
        ("Amount,More,Status,OrderID", (3, 0, 2)),
    ],
)
def test_columns_are_found_by_name(line: str, positions: tuple[int, ...]) -> None:
    assert bound(line.encode() + RECORD).positions == positions


@pytest.mark.parametrize("before", ["\n", "\r\n", "\r", " \t\n\u00a0\n", "\ufeff\n\ufeff"])
def test_blank_lines_may_stand_before_the_header(before: str) -> None:
    header = bound(f"{before}OrderID,Amount,Status\n1,2,3".encode())
    assert (header.line, header.fields) == ("OrderID,Amount,Status", 3)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\r", "\r\r\n"])
def test_the_header_ends_where_its_line_ends(end: str) -> None:
    header = bound(f"OrderID,Amount,Status{end}1,2,3".encode())
    assert (header.line, header.fields) == ("OrderID,Amount,Status", 3)


def test_the_header_line_is_kept_as_it_stands_without_what_is_around_it() -> None:
    header = bound('\ufeff "orderid" ,Amount, Status\t\r\n1,2,3\r\n'.encode())
    assert header.line == '"orderid" ,Amount, Status'


def test_unknown_columns_are_told_by_name_only_where_they_are_names() -> None:
    line = b"OrderID,Note,Jane Doe,Amount," + b"x" * 65 + b",Status,"
    assert bound(line + RECORD).extra_columns == ("Note", "column 3", "column 5", "column 7")
    assert bound(line + RECORD).fields == 7


def test_two_unknown_columns_may_share_a_name() -> None:
    assert bound(b"Note,OrderID,Note,Amount,Status" + RECORD).extra_columns == ("Note", "Note")


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_a_declared_delimiter_splits_and_is_never_trimmed(mark: str) -> None:
    names = mark.join(["", "OrderID", "Amount", "Status", ""])
    header = bound(f" {names} \n".encode() + RECORD, table(*COLUMNS, delimiter=mark))
    assert (header.positions, header.fields) == ((1, 2, 3), 5)
    assert header.line == names


def test_a_long_header_file_counts_as_having_records_when_only_its_start_is_seen() -> None:
    head = b"OrderID,Amount,Status" + b"\n" * PEEK
    assert bound(head[:PEEK]).fields == 3


REFUSALS = [
    (b"\n \n\t\n", "holds blank lines only; export it again or remove it"),
    (b"\xef\xbb\xbf", "holds blank lines only; export it again or remove it"),
    (b"Order\xffID,Amount,Status" + RECORD, "has a header that is not UTF-8; save it as UTF-8 CSV"),
    (
        b"OrderID,Amount,Status\n",
        "has a header and no records; export it again or remove it",
    ),
    (
        b"OrderID,Amount,Status\r\n\r\n \n",
        "has a header and no records; export it again or remove it",
    ),
    (
        b"OrderID,Status\n1,2\n",
        "lacks the column Amount; expected OrderID, Amount, Status: "
        "add what is missing or fix the registry",
    ),
    (
        b"Status\n1\n",
        "lacks the columns OrderID, Amount; expected OrderID, Amount, Status: "
        "add what is missing or fix the registry",
    ),
    (b"OrderID,Amount,Status,amount" + RECORD, "has the column Amount twice; keep one of each"),
    (
        b"OrderID,Status,Amount,Status , ORDERID" + RECORD,
        "has the columns OrderID, Status twice; keep one of each",
    ),
    (
        b"OrderID;Amount;Status\n1;2;3\n",
        "looks separated by a semicolon; expected a comma: "
        "export it so, or set `delimiter` of Orders in the registry",
    ),
    (
        b"OrderID\tAmount\tStatus\n1\t2\t3\n",
        "looks separated by a tab; expected a comma: "
        "export it so, or set `delimiter` of Orders in the registry",
    ),
    (
        b'"OrderID"|"Amount"\n1|2\n',
        "looks separated by a vertical bar; expected a comma: "
        "export it so, or set `delimiter` of Orders in the registry",
    ),
    (
        b"1,2,3\n4,5,6\n",
        "has no header: its first line names none of the columns; "
        "expected OrderID, Amount, Status in the first line",
    ),
]


@pytest.mark.parametrize(("head", "reason"), REFUSALS)
def test_an_unreadable_file_is_refused_with_its_reason(head: bytes, reason: str) -> None:
    assert refused(head) == reason


@pytest.mark.parametrize("delimiter", sorted(set(DELIMITERS) - {","}))
def test_every_delimiter_that_a_registry_may_declare_is_recognised(delimiter: str) -> None:
    head = f"OrderID{delimiter}Amount{delimiter}Status\n1{delimiter}2{delimiter}3\n"
    declared = table(*COLUMNS, delimiter=delimiter)
    assert refused(head.encode()).startswith("looks separated by a")
    assert refused(b"OrderID,Amount,Status" + RECORD, declared).startswith(
        "looks separated by a comma; expected a"
    )


def test_a_comma_is_named_where_another_delimiter_is_declared() -> None:
    spec = table(*COLUMNS, delimiter=";")
    assert refused(b"OrderID,Amount,Status" + RECORD, spec).startswith(
        "looks separated by a comma; expected a semicolon"
    )


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_named_with_and_without_its_mark(encoding: str) -> None:
    text = "OrderID,Amount,Status\n1,2,3\n"
    assert refused(text.encode(encoding)) == "is UTF-16; save it as UTF-8 CSV"
    assert refused(("\ufeff" + text).encode(encoding)) == "is UTF-16; save it as UTF-8 CSV"


@pytest.mark.parametrize("size", [200_000, PEEK])
def test_a_first_line_of_any_length_is_no_defect(size: int) -> None:
    assert refused(b"x" * size).startswith("has no header")
    assert refused(b'"' + b"x" * size).startswith("has no header")


def test_a_replacement_character_in_valid_utf_8_is_part_of_a_name() -> None:
    header = bound("OrderID,N\ufffdte,Amount,Status\n1,2,3,4".encode())
    assert header.extra_columns == ("column 2",)


def test_no_value_of_a_file_without_a_header_is_shown() -> None:
    assert "Jane" not in refused(b"7,Jane,jane@example.com\n8,Joe,joe@example.com\n")
