"""Binds the header of a file to its table's columns by name, or says why the file is refused."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

from c360.registry.specs import TableSpec
from c360.text import BYTE_ORDER_MARK, WHITE_SPACE, is_blank, normal_name

PEEK = 1 << 20  # bytes that are looked at; a header longer than this is none
_DELIMITERS = {
    ",": "a comma",
    ";": "a semicolon",
    "\t": "a tab",
    "|": "a vertical bar",
    "^": "a caret",
    "~": "a tilde",
}
_LINE_END = re.compile(r"\r\n|\n|\r")  # as Spark's text reader ends lines
_UNDECODABLE = re.compile("[\udc80-\udcff]")  # how bytes that are not UTF-8 are shown
_LONGEST_NAME = 64
_SAVE_AS = "save it as UTF-8 CSV"


@dataclass(frozen=True, slots=True)
class Header:
    """The header of one file, bound to the columns of its table."""

    line: str  # as in the file, trimmed, without a byte order mark
    fields: int
    positions: tuple[int, ...]  # of the table's columns, in registry order
    extra_columns: tuple[str, ...]  # columns of the file that the registry does not know


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file cannot be read, and what to do about it."""

    reason: str


def bind_header(head: bytes, table: TableSpec) -> Header | Refusal:
    """The header in the first bytes of a file, bound by name, or why the file is refused."""
    if _is_utf16(head):
        return Refusal(f"is UTF-16; {_SAVE_AS}")
    lines = _LINE_END.split(head.decode("utf-8", errors="surrogateescape"))
    filled = [line for line in lines if not is_blank(line)]
    if not filled:
        return Refusal("holds blank lines only; export it again or remove it")
    line = filled[0].strip(around_header(table))
    if _UNDECODABLE.search(line):
        return Refusal(f"has a header that is not UTF-8; {_SAVE_AS}")
    names = _split(line, table.delimiter)
    refusal = _wrong_columns(names, line, table)
    if refusal:
        return refusal
    if len(filled) == 1 and len(head) < PEEK:
        return Refusal("has a header and no records; export it again or remove it")
    expected = [normal_name(column.name) for column in table.columns]
    found = [normal_name(name) for name in names]
    return Header(
        line=line,
        fields=len(names),
        positions=tuple(found.index(name) for name in expected),
        extra_columns=tuple(
            _shown(name, position)
            for position, name in enumerate(names, start=1)
            if normal_name(name) not in expected
        ),
    )


def around_header(table: TableSpec) -> str:
    """The characters around a header line that do not count; a delimiter does."""
    return WHITE_SPACE.replace(table.delimiter, "") + BYTE_ORDER_MARK


def _is_utf16(head: bytes) -> bool:
    start = head[:64]
    every_second_is_nul = len(start) > 1 and (not any(start[1::2]) or not any(start[0::2]))
    return head.startswith((b"\xff\xfe", b"\xfe\xff")) or every_second_is_nul


def _split(line: str, delimiter: str) -> list[str]:
    """The names in a line; none where it holds a field that is far too long for a name."""
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=False), [])
    except csv.Error:
        return []


def _wrong_columns(names: Sequence[str], line: str, table: TableSpec) -> Refusal | None:
    found = [normal_name(name) for name in names]
    expected = {normal_name(column.name): column.name for column in table.columns}
    if not expected.keys() & set(found):
        return _unlike(line, table)
    missing = [name for key, name in expected.items() if key not in found]
    if missing:
        return Refusal(
            f"lacks the column{_s(missing)} {', '.join(missing)}; "
            f"expected {', '.join(expected.values())}: add what is missing or fix the registry"
        )
    twice = [name for key, name in expected.items() if found.count(key) > 1]
    if twice:
        return Refusal(f"has the column{_s(twice)} {', '.join(twice)} twice; keep one of each")
    return None


def _unlike(line: str, table: TableSpec) -> Refusal:
    expected = {normal_name(column.name) for column in table.columns}
    for delimiter, name in _DELIMITERS.items():
        if expected & {normal_name(found) for found in _split(line, delimiter)}:
            return Refusal(
                f"looks separated by {name}; expected {_DELIMITERS[table.delimiter]}: "
                f"export it so, or set `delimiter` of {table.name} in the registry"
            )
    columns = ", ".join(column.name for column in table.columns)
    return Refusal(
        "has no header: its first line names none of the columns; "
        f"expected {columns} in the first line"
    )


def _shown(name: str, position: int) -> str:
    """An unknown column's name, where it is one: a first line may hold anything."""
    name = name.strip(WHITE_SPACE)
    return name if name.isidentifier() and len(name) <= _LONGEST_NAME else f"column {position}"


def _s(names: Sequence[str]) -> str:
    return "s" if len(names) > 1 else ""
