"""Turns the text of a key, as a person types it, into typed values."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal

from c360.contracts.silver import ROW_KEY
from c360.decimals import fits
from c360.errors import WrongUse
from c360.explain.model import Value
from c360.registry.specs import ColumnSpec, TableSpec

_ROW_KEY = re.compile(r"[0-9a-f]{32}")
_INTEGER, _DECIMAL = re.compile(r"[+-]?[0-9]+"), re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_BIGINT = 1 << 63
_EXAMPLES = {
    "bigint": "1001",
    "boolean": "true",
    "date": "2025-12-31",
    "decimal": "12.50",
    "timestamp": "2025-12-31T10:30:00",
}


def parse_key(table: TableSpec, text: str) -> tuple[tuple[str, Value], ...]:
    """The values of a key by column; a composite key is one line of CSV.

    Raises:
        WrongUse: there are too few or too many values, or one is not of its column's type.
    """
    if not table.key:
        if not _ROW_KEY.fullmatch(text):
            raise WrongUse(
                f"{table.name}: has no key, its rows are told apart by {ROW_KEY}; found '{text}'; "
                f"expected the 32 hex digits of a {ROW_KEY}, as silver has them"
            )
        return ((ROW_KEY, text),)
    parts = [text] if len(table.key) == 1 else _split(text)
    if len(parts) != len(table.key):
        raise WrongUse(
            f"{table.name}: found '{text}' for its key; expected {len(table.key)} values "
            f"separated by commas: {','.join(table.key)}"
        )
    return tuple(
        (name, _parse(table, table.column(name), part.strip()))
        for name, part in zip(table.key, parts, strict=True)
    )


def key_text(value: Value) -> str:
    """A value in the text form that a cast reads back exactly."""
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _split(text: str) -> list[str]:
    """The values in one line of CSV; none where the text is no such line."""
    try:
        return next(csv.reader([text]), [])
    except csv.Error:  # a line break outside of quotes, or a value too long to be a key
        return []


def _parse(table: TableSpec, column: ColumnSpec, text: str) -> Value:
    try:
        return _PARSERS[column.type.name](text, column)
    except ValueError as cause:
        raise WrongUse(
            f"{table.name}: found '{text}' for its key {column.name}; expected a {column.type}, "
            f"for example {_EXAMPLES[column.type.name]}"
        ) from cause


def _bigint(text: str, column: ColumnSpec) -> int:
    if not _INTEGER.fullmatch(text) or not -_BIGINT <= int(text) < _BIGINT:
        raise ValueError(text)
    return int(text)


def _decimal(text: str, column: ColumnSpec) -> Decimal:
    if not _DECIMAL.fullmatch(text):
        raise ValueError(text)
    value = Decimal(text)
    if not fits(value, column.type.precision, column.type.scale):
        raise ValueError(text)
    return value


def _boolean(text: str, column: ColumnSpec) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)
    return text.lower() == "true"


def _date(text: str, column: ColumnSpec) -> dt.date:
    return dt.date.fromisoformat(text)


def _timestamp(text: str, column: ColumnSpec) -> dt.datetime:
    value = dt.datetime.fromisoformat(text)
    if value.tzinfo is not None:  # silver has wall clock only
        raise ValueError(text)
    return value


def _string(text: str, column: ColumnSpec) -> str:
    return text.upper() if column.case == "upper" else text.lower() if column.case else text


_PARSERS: dict[str, Callable[[str, ColumnSpec], Value]] = {
    "bigint": _bigint,
    "boolean": _boolean,
    "date": _date,
    "decimal": _decimal,
    "string": _string,
    "timestamp": _timestamp,
}
