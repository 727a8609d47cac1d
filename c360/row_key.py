"""The key of rows that have none: a hash of the row and its occurrence among equal rows."""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F

from c360.registry.specs import ColumnSpec, TableSpec

_UNIT_SEPARATOR, _NULL = "\u001f", "\u0000"
_HEX_DIGITS = 32


def row_text(table: TableSpec) -> Column:
    """The canonical text of a row: its columns in registry order, joined by U+001F.

    NULL is U+0000, decimals have their full scale, timestamps six fraction digits. Neither
    separator can be part of a value: control characters are rejected.
    """
    return F.concat_ws(
        _UNIT_SEPARATOR,
        *(F.coalesce(_text(column), F.lit(_NULL)) for column in table.columns),
    )


def row_key(text: Column, occurrence: Column) -> Column:
    """32 hex digits of SHA-256 over the row's text, U+001F and its occurrence number, from 1."""
    numbered = F.concat_ws(_UNIT_SEPARATOR, text, occurrence.cast("string"))
    return F.substring(F.sha2(numbered, 256), 1, _HEX_DIGITS)


def _text(column: ColumnSpec) -> Column:
    value = F.col(column.name)
    if column.type.name == "timestamp":
        return F.date_format(value, "yyyy-MM-dd'T'HH:mm:ss.SSSSSS")
    if column.type.name == "decimal":  # a cast writes small ones with an exponent
        return F.replace(F.format_number(value, column.type.scale), F.lit(","))
    return value.cast("string")
