"""Tells records from blank and header lines and splits them into fields; nothing is guessed."""

from __future__ import annotations

import functools
import hashlib
import re

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from c360.header import Header, around_header
from c360.registry.specs import TableSpec
from c360.text import BYTE_ORDER_MARK, PRINTABLE_ASCII, UNUSUAL, WHITE_SPACE

# Columns of a raw frame beside the table's own; no registry column starts with an underscore.
LINE, KIND, ROW_REASON, UNUSUAL_LINE = "_line", "_kind", "_row_reason", "_unusual"
_UNDECODABLE, _QUOTED, _FIELDS = "_undecodable", "_quoted", "_fields"
RECORD, BLANK, HEADER = "record", "blank", "header"
# Why the fields of a record cannot be told apart; the first that applies is given.
ROW_REASONS = ("undecodable_bytes", "bad_quotes", "too_few_fields", "too_many_fields")


def bind_fields(lines: DataFrame, header: Header, table: TableSpec) -> DataFrame:
    """The raw frame of a file: one row per line, its fields bound by name.

    Args:
        lines: one row per line (per record where the table embeds new lines), `value` string.
        header: of this file.
        table: the spec of its table.

    Returns:
        `_line` string (the exact bytes, also where they are not UTF-8), `_kind` (`record`, `blank`
        or `header`), `_unusual` (the line holds what plain text does not: costly checks are due),
        `_row_reason` (NULL, or why the fields cannot be told apart), and every column of the table
        as the text between its delimiters, quotes undone.
    """
    classified, split, bound = _expressions(header, table)
    return lines.select(*classified).select(*split).select(*bound)


@functools.lru_cache(maxsize=256)
def _expressions(header: Header, table: TableSpec) -> tuple[tuple[Column, ...], ...]:
    """What the three steps select; made once for all files of a table that share a header."""
    line = F.col("value")
    is_unusual = ~line.rlike(PRINTABLE_ASCII) & line.rlike(UNUSUAL)
    classified = (
        line.alias(LINE),
        is_unusual.alias(UNUSUAL_LINE),
        (is_unusual & _is_undecodable(line)).alias(_UNDECODABLE),
        line.contains('"').alias(_QUOTED),
    )
    split = (
        F.col(LINE),
        _kind(header, table).alias(KIND),
        F.col(UNUSUAL_LINE),
        F.col(_UNDECODABLE),
        _fields(table.delimiter).alias(_FIELDS),
    )
    texts = (
        F.col(_FIELDS).getItem(position).alias(column.name)
        for column, position in zip(table.columns, header.positions, strict=True)
    )
    kept = (F.col(LINE), F.col(KIND), F.col(UNUSUAL_LINE))
    return classified, split, (*kept, _row_reason(header.fields).alias(ROW_REASON), *texts)


def count_quotes(line: Column) -> Column:
    """The number of quotes in a line, counted in bytes so that bad bytes do not matter."""
    return F.octet_length(line) - F.octet_length(F.replace(line, F.lit('"')))


def _is_undecodable(line: Column) -> Column:
    raw = line.cast(T.BinaryType())
    return F.encode(F.decode(raw, "UTF-8"), "UTF-8") != raw


def _kind(header: Header, table: TableSpec) -> Column:
    """What a line is. Trimming may take single bytes for white space: so bad ones come first."""
    line, is_unusual = F.col(LINE), F.col(UNUSUAL_LINE)
    around = F.lit(around_header(table))
    as_header = F.when(is_unusual, F.btrim(line, around)).otherwise(F.trim(line))
    blank = F.when(is_unusual, F.btrim(line, F.lit(WHITE_SPACE + BYTE_ORDER_MARK))).otherwise(
        F.trim(line)
    )
    return (
        F.when(F.col(_UNDECODABLE), RECORD)
        .when(_is_text(as_header, header.line), HEADER)
        .when(blank == "", BLANK)
        .otherwise(RECORD)
    )


def _is_text(line: Column, text: str) -> Column:
    """True where a line is `text`, which stays out of Spark's plans: their logs keep literals.

    A header may name anything, a person too. The digest is taken of lines of its length only.
    """
    data = text.encode()
    has_length = F.octet_length(line) == len(data)
    return has_length & (F.sha2(line, 256) == hashlib.sha256(data).hexdigest())


def _fields(delimiter: str) -> Column:
    """The fields of a line, or NULL where a quote stands outside RFC 4180.

    Possessive quantifiers keep the expression linear and off the stack for fields of any length.
    """
    line, mark = F.col(LINE), re.escape(delimiter)
    field = rf'(?:"[^"]*+(?:""[^"]*+)*+"|[^"{mark}]*+)'
    # A delimiter in front of the first field makes every match non-empty.
    led = F.concat(F.lit(delimiter), line)
    is_strict = led.rlike(rf"\A(?:{mark}{field})++\z")
    parts = F.regexp_extract_all(led, F.lit(f"{mark}({field})"), F.lit(1))
    return F.when(~F.col(_QUOTED), F.split(line, mark, -1)).when(
        is_strict, F.transform(parts, _unquote)
    )


def _unquote(field: Column) -> Column:
    inner = field.substr(F.lit(2), F.length(field) - 2)
    return F.when(field.startswith('"'), F.replace(inner, F.lit('""'), F.lit('"'))).otherwise(field)


def _row_reason(fields: int) -> Column:
    count = F.size(_FIELDS)
    applies = (
        F.col(_UNDECODABLE),
        F.col(_FIELDS).isNull(),
        count < fields,
        count > fields,
    )
    return F.coalesce(
        *(F.when(holds, reason) for holds, reason in zip(applies, ROW_REASONS, strict=True))
    )
