"""Lines are split strictly by RFC 4180, and kept byte for byte where they cannot be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from c360 import lines
from c360.header import Header, bind_header
from tests.support.local_frames import local_frame
from tests.support.specs import column, table

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
COLUMNS = tuple(column(name) for name in ("B", "C", "A"))  # not the order of the file
HEADER = "A,B,C"

Fields = tuple[str, ...]
# A line, and its fields in the order of the file or why they cannot be told apart. Commas stand
# for each of the delimiters.
RECORDS: dict[str | bytes, Fields | str] = {
    "a,b,c": ("a", "b", "c"),
    " a ,\u00a0b, c ": (" a ", "\u00a0b", " c "),
    ",b,c": ("", "b", "c"),
    "a,b,": ("a", "b", ""),
    ",,": ("", "", ""),
    "a,,c": ("a", "", "c"),
    "a'b,c`,d": ("a'b", "c`", "d"),
    "a\\,b,c": ("a\\", "b", "c"),
    "NULL,-,\\N": ("NULL", "-", "\\N"),
    "a\x00,\x1b,c": ("a\x00", "\x1b", "c"),
    "ü,山,😀": ("ü", "山", "😀"),
    "a,\ufffd,c": ("a", "\ufffd", "c"),
    "a,\u200e,\ufeff": ("a", "\u200e", "\ufeff"),
    # quotes as RFC 4180 has them
    '"a",b,c': ("a", "b", "c"),
    '"a","b","c"': ("a", "b", "c"),
    '"a,b",c,d': ("a,b", "c", "d"),
    '"a""b",c,d': ('a"b', "c", "d"),
    '"""a""",b,c': ('"a"', "b", "c"),
    '"a""",b,c': ('a"', "b", "c"),
    '"",b,c': ("", "b", "c"),
    '"","",""': ("", "", ""),
    '"""",b,c': ('"', "b", "c"),
    '"""""",b,c': ('""', "b", "c"),
    'a,b,","': ("a", "b", ","),
    'a,",,",c': ("a", ",,", "c"),
    '",",,","': (",", "", ","),
    '"a\\",b,c': ("a\\", "b", "c"),
    '" a ",b,c': (" a ", "b", "c"),
    'a,b,"c\x00"': ("a", "b", "c\x00"),
    'a,"ü""山",c': ("a", 'ü"山', "c"),
    # any other quote
    '"': "bad_quotes",
    '"a,b,c': "bad_quotes",
    'a,b,"c': "bad_quotes",
    'a,b,c"': "bad_quotes",
    'a",b,c': "bad_quotes",
    'a"b,c,d': "bad_quotes",
    '"a"b,c,d': "bad_quotes",
    '"a"b",c,d': "bad_quotes",
    ' "a",b,c': "bad_quotes",
    '"a" ,b,c': "bad_quotes",
    'a, "b",c': "bad_quotes",
    '"a"","b",c': "bad_quotes",
    '"a\\"b",c,d': "bad_quotes",
    '""a,b,c': "bad_quotes",
    '"""a,b,c': "bad_quotes",
    '"a,b': "bad_quotes",
    # fields too few and too many
    "a": "too_few_fields",
    "a,b": "too_few_fields",
    "\x1c": "too_few_fields",
    '""': "too_few_fields",
    '"a,b,c"': "too_few_fields",
    "a,b,c,": "too_many_fields",
    ",,,": "too_many_fields",
    '"a","b","c",""': "too_many_fields",
    # bytes that are not UTF-8
    b"a,b,\xff": "undecodable_bytes",
    b"\xff": "undecodable_bytes",
    b"\xa0": "undecodable_bytes",
    b" \xa0\x85 ": "undecodable_bytes",
    b"\x80,b,c": "undecodable_bytes",
    b"a,b,\xe2\x82": "undecodable_bytes",
    b"a,\xc0\xaf,c": "undecodable_bytes",
    b"a,\xc1\xbf,c": "undecodable_bytes",
    b"a,\xe0\x80\xaf,c": "undecodable_bytes",
    b"a,\xed\xa0\x80,c": "undecodable_bytes",
    b"a,\xed\xa0\xbd\xed\xb8\x80,c": "undecodable_bytes",
    b"a,\xf4\x90\x80\x80,c": "undecodable_bytes",
    b"a,\xf8\x88\x80\x80\x80,c": "undecodable_bytes",
    b'"a,\xff': "undecodable_bytes",
    b'"\xff",b,c': "undecodable_bytes",
    b"\xe4,b": "undecodable_bytes",
    "a,\ufffd,c".encode() + b"\xff": "undecodable_bytes",
    # another spelling of the header is a record
    "a,B,C": ("a", "B", "C"),
    '"A",B,C': ("A", "B", "C"),
    "A,B, C": ("A", "B", " C"),
}
BLANKS = ("", " ", "   ", "\u00a0", "\u3000\u2028", "\u0085", "\x0b\x0c", "\ufeff", "\ufeff \ufeff")
HEADERS = ("A,B,C", " A,B,C", "A,B,C ", "\ufeffA,B,C", "\u00a0\ufeffA,B,C\u0085")


@dataclass(frozen=True)
class Line:
    kind: str
    reason: str | None
    fields: tuple[str | None, ...]  # in the order of the file


def header_of(mark: str) -> Header:
    spec = table(*COLUMNS, delimiter=mark)
    header = bind_header(HEADER.replace(",", mark).encode() + b"\nx", spec)
    assert isinstance(header, Header)
    return header


def raw_frame(spark: SparkSession, texts: Iterable[bytes], mark: str) -> DataFrame:
    """The raw frame of these lines; text that is not UTF-8 can only be made of bytes."""
    found = local_frame(spark, [(text,) for text in texts], "bytes binary")
    spec = table(*COLUMNS, delimiter=mark)
    value = found.select(F.col("bytes").cast("string").alias("value"))
    return lines.bind_fields(value, header_of(mark), spec)


def with_mark(text: str | bytes, mark: str) -> bytes:
    data = text.encode() if isinstance(text, str) else text
    return data.replace(b",", mark.encode())


@pytest.fixture(scope="module")
def found(spark: SparkSession) -> dict[tuple[str, bytes], Line]:
    """What became of every line under every delimiter, by the exact bytes. One job for all."""
    texts = [*RECORDS, *BLANKS, *HEADERS]
    frames = [
        raw_frame(spark, [with_mark(text, mark) for text in texts], mark).select(
            F.lit(mark).alias("mark"), F.col(lines.LINE).cast("binary").alias("bytes"), "*"
        )
        for mark in DELIMITERS.values()
    ]
    united = frames[0]
    for frame in frames[1:]:
        united = united.union(frame)
    return {
        (row["mark"], bytes(row["bytes"])): Line(
            row[lines.KIND], row[lines.ROW_REASON], (row["A"], row["B"], row["C"])
        )
        for row in united.drop(lines.LINE).collect()
    }


@pytest.mark.parametrize("mark", DELIMITERS)
@pytest.mark.parametrize("text", RECORDS, ids=ascii)
def test_a_record_has_its_fields_or_the_reason_why_they_cannot_be_told_apart(
    found: dict[tuple[str, bytes], Line], text: str | bytes, mark: str
) -> None:
    delimiter, expected = DELIMITERS[mark], RECORDS[text]
    line = found[delimiter, with_mark(text, delimiter)]
    if delimiter == "\t" and not set(text) - {","}:
        assert line.kind == "blank", "tabs alone are white space"
        return
    assert line.kind == "record"
    if isinstance(expected, str):
        assert line.reason == expected
    else:
        assert line.reason is None
        assert line.fields == tuple(field.replace(",", delimiter) for field in expected)


@pytest.mark.parametrize("mark", DELIMITERS)
def test_white_space_and_repeated_headers_are_no_records(
    found: dict[tuple[str, bytes], Line], mark: str
) -> None:
    delimiter = DELIMITERS[mark]
    for texts, kind in ((BLANKS, "blank"), (HEADERS, "header")):
        for text in texts:
            assert found[delimiter, with_mark(text, delimiter)].kind == kind, ascii(text)


def test_a_delimiter_around_the_header_is_part_of_it(spark: SparkSession) -> None:
    texts = [b"A\tB\tC", b"A\tB\tC\t", b"\tA\tB\tC", b" A\tB\tC\xc2\xa0"]
    rows = raw_frame(spark, texts, "\t").select(lines.KIND, lines.ROW_REASON).collect()
    assert [tuple(row) for row in rows] == [
        ("header", None),
        ("record", "too_many_fields"),
        ("record", "too_many_fields"),
        ("header", None),
    ]


def test_only_lines_that_need_it_are_looked_at_closely(spark: SparkSession) -> None:
    usual = ["a,b,c", ' "a" ', "ü,山,😀", "\u200e"]
    unusual = ["a\t", "\x00", "\u00a0", "\u3000", "\ufffd", "\ufeff", "\x7f", "\u009f"]
    texts = [*(text.encode() for text in (*usual, *unusual)), b"\xff"]
    found = raw_frame(spark, texts, ",").select(lines.UNUSUAL_LINE).collect()
    assert [row[0] for row in found] == [False] * len(usual) + [True] * (len(unusual) + 1)


MEGABYTES = 5 << 20
HUGE = {
    b"a,b," + b"x" * MEGABYTES: (None, MEGABYTES),
    b'a,b,"' + b"x," * (MEGABYTES // 2) + b'"': (None, MEGABYTES),
    b'a,b,"' + b'""' * (MEGABYTES // 2) + b'"': (None, MEGABYTES // 2),
    b'a,b,"' + b'x""' * (MEGABYTES // 3) + b'"': (None, MEGABYTES // 3 * 2),
    b'a,b,"' + b"x" * MEGABYTES: ("bad_quotes", None),
    b'a,b,"' + b'""' * (MEGABYTES // 2): ("bad_quotes", None),
    b"," * MEGABYTES: ("too_many_fields", None),
    b'""' + b',""' * (MEGABYTES // 30): ("too_many_fields", None),
    b'""' + b',""' * (MEGABYTES // 30) + b'"': ("bad_quotes", None),
}


def test_a_line_of_megabytes_neither_fails_nor_takes_long(spark: SparkSession) -> None:
    found = (
        raw_frame(spark, HUGE, ",")
        .select(lines.ROW_REASON, F.when(F.col(lines.ROW_REASON).isNull(), F.length("C")))
        .collect()
    )
    assert [tuple(row) for row in found] == list(HUGE.values())


def test_quotes_are_counted_whatever_the_bytes_are(spark: SparkSession) -> None:
    texts = [b"", b'"', b'""', b'a"\xff"\xe2"', 'ü"山'.encode(), b"'`"]
    rows = local_frame(spark, [(text,) for text in texts], "bytes binary")
    count = lines.count_quotes(F.col("bytes").cast("string"))
    assert [row[0] for row in rows.select(count).collect()] == [0, 1, 2, 3, 1, 0]
