"""Every line of a file arrives, byte for byte, whatever its name, its packing and its line ends."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from c360.bronze.records import read_lines
from c360.plan import claim_files
from c360.storage.local import LocalStorage
from tests.support.specs import registry, table

PLAIN, EMBEDDED = table(), table(embedded_newlines=True)


def read(
    spark: SparkSession, root: Path, name: str, data: bytes, spec: object = PLAIN
) -> list[bytes]:
    """The records of a file of these bytes, in no order."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    found = read_lines(spark, LocalStorage(root).uri(name), spec)  # type: ignore[arg-type]
    return [bytes(row[0]) for row in found.select(F.col("value").cast("binary")).collect()]


NAMES = [
    "plain.csv",
    "y[1].csv",
    "a b.csv",
    "ü.csv",
    "a%20b.csv",
    "a{b,c}.csv",
    "a*b?.csv",
    "a#b&c=d;e.csv",
    "a+b@c!$.csv",
    "year=2025/month=01/x.csv",
    "_hidden folder/x.csv",
    ".hidden folder/x.csv",
    "half._COPYING_/x.csv",
]


@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_a_file_is_taken_literally(
    spark: SparkSession, tmp_path: Path, name: str
) -> None:
    for decoy in ("y1.csv", "ab.csv", "a b.csv", "axb1.csv", "ac.csv"):
        (tmp_path / decoy).write_bytes(b"another file\n")
    assert read(spark, tmp_path, name, b"one\ntwo\n") == [b"one", b"two"]


@pytest.mark.parametrize("name", ["x.csv", "x_.csv", "_x.csv", ".x.csv", "x.csv._COPYING_"])
def test_the_names_that_are_read_are_those_that_a_table_may_take(
    spark: SparkSession, tmp_path: Path, name: str
) -> None:
    claims = claim_files(registry(table(files=("*",))), [name])
    assert bool(read(spark, tmp_path, name, b"one\n")) == bool(claims.paths["Orders"])


def test_lines_end_at_line_feeds_and_carriage_returns(spark: SparkSession, tmp_path: Path) -> None:
    data = b"a\nb\r\nc\rd\n\re\r\r\nf\x0bg\x0ch\x1ci\xc2\x85j\xe2\x80\xa8k"
    assert read(spark, tmp_path, "x.csv", data) == [
        b"a", b"b", b"c", b"d", b"", b"e", b"",
        b"f\x0bg\x0ch\x1ci\xc2\x85j\xe2\x80\xa8k",
    ]  # fmt: skip


def test_bytes_that_are_not_utf_8_arrive_as_they_are(spark: SparkSession, tmp_path: Path) -> None:
    lines = [b"\xff", b"a\xc0\xaf", b"\xed\xa0\x80", b"\xe2\x82", b"\x80b", b"\x00", b'"\xfe']
    assert read(spark, tmp_path, "x.csv", b"\n".join(lines)) == lines


def test_a_last_line_needs_no_line_end_and_an_empty_one_counts(
    spark: SparkSession, tmp_path: Path
) -> None:
    assert read(spark, tmp_path, "a.csv", b"a\n\n\nb") == [b"a", b"", b"", b"b"]
    assert read(spark, tmp_path, "b.csv", b"a\n\n") == [b"a", b""]


def test_a_gzip_of_several_parts_is_read_to_its_end(spark: SparkSession, tmp_path: Path) -> None:
    parts = [gzip.compress(part) for part in (b"", b"a\nb", b"c\n", b"d\n")]
    assert read(spark, tmp_path, "x.csv.gz", b"".join(parts)) == [b"a", b"bc", b"d"]


def test_a_gzip_cut_short_is_an_error_and_not_fewer_lines(
    spark: SparkSession, tmp_path: Path
) -> None:
    whole = gzip.compress(b"".join(b"%d,%x\n" % (n, n * n) for n in range(20_000)))
    with pytest.raises(Exception, match=r"EOF|Unexpected end|ZLIB"):
        read(spark, tmp_path, "x.csv.gz", whole[: len(whole) // 2])


def test_a_large_file_is_read_in_parts_without_losing_a_line(
    spark: SparkSession, tmp_path: Path
) -> None:
    before = spark.conf.get("spark.sql.files.maxPartitionBytes")
    spark.conf.set("spark.sql.files.maxPartitionBytes", "1000")
    try:
        lines = [b"%d,%s" % (number, b"x" * (number % 97)) for number in range(500)]
        assert sorted(read(spark, tmp_path, "x.csv", b"\r\n".join(lines))) == sorted(lines)
        quoted = [b'%d,"%s\n"' % (number, b"x\r\n" * (number % 97)) for number in range(500)]
        found = read(spark, tmp_path, "y.csv", b"\r\n".join(quoted), EMBEDDED)
        assert sorted(found) == sorted(quoted)
    finally:
        spark.conf.set("spark.sql.files.maxPartitionBytes", before)


RECORDS = {
    "no quotes": (b"a,b\nc,d\n", [b"a,b", b"c,d"]),
    "CR LF ends": (b"a,b\r\nc,d\r\n", [b"a,b", b"c,d"]),
    "LF inside quotes": (b'a,"x\ny"\nc,d\n', [b'a,"x\ny"', b"c,d"]),
    "CR LF inside quotes": (b'a,"x\r\ny"\r\nc,d\r\n', [b'a,"x\r\ny"', b"c,d"]),
    "CR inside quotes": (b'a,"x\ry"\nc,d', [b'a,"x\ry"', b"c,d"]),
    "CR that ends no line": (b"a\rb\nc", [b"a\rb", b"c"]),
    "blank lines inside quotes": (b'"\n\n \n",b\n', [b'"\n\n \n",b']),
    "blank lines between": (b"a\n\n \nb", [b"a", b"", b" ", b"b"]),
    "doubled quotes": (b'"a""\n""b"\n"",c\n', [b'"a""\n""b"', b'"",c']),
    "a field of quotes only": (b'""""\n""\n', [b'""""', b'""']),
    "open to the end": (b'a\n"b\nc\nd\n', [b"a", b'"b\nc\nd']),
    "two fields": (b'"a\nb","c\r\nd"\ne\n', [b'"a\nb","c\r\nd"', b"e"]),
    "bytes that are not UTF-8": (
        b'\xff\n"\xfe\n\xc0",\xed\xa0\x80\r\n\xe2\x82\r\n\xe2\x82',
        [b"\xff", b'"\xfe\n\xc0",\xed\xa0\x80', b"\xe2\x82", b"\xe2\x82"],
    ),
}


@pytest.mark.parametrize("kind", RECORDS)
def test_a_record_ends_where_all_quotes_are_closed(
    spark: SparkSession, tmp_path: Path, kind: str
) -> None:
    data, expected = RECORDS[kind]
    assert sorted(read(spark, tmp_path, "x.csv", data, EMBEDDED)) == sorted(expected)


def test_a_file_that_is_not_there_is_an_error(spark: SparkSession, tmp_path: Path) -> None:
    with pytest.raises(PySparkException):
        read_lines(spark, LocalStorage(tmp_path).uri("none.csv"), PLAIN).collect()
