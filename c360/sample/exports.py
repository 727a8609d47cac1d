"""Which files the sample consists of, and what is particular about each as real exports are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from c360.sample.moments import YEAR
from c360.sample.shapes import SHAPES, Record


@dataclass(frozen=True, slots=True)
class Style:
    """How one export is written."""

    newline: str = "\n"
    bom: bool = False
    gzip: bool = False
    reordered: bool = False
    shouted: bool = False  # header in capitals, with blanks around the names
    extra: str = ""  # a column that nobody declared
    quote_all: bool = False
    last_newline: bool = True
    repeated_headers: int = 0
    blank_lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Export:
    """One source file to be: `records` are clean, one a line, repetitions included."""

    path: str
    table: str
    style: Style
    records: list[Record] = field(default_factory=list)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns in the order of this file."""
        names = SHAPES[self.table].column_names
        ordered = names[2:] + names[:2] if self.style.reordered else names
        return (*ordered[:3], self.style.extra, *ordered[3:]) if self.style.extra else ordered


_MONTHLY = (
    Style(),
    Style(gzip=True),
    Style(reordered=True),
    Style(newline="\r\n", blank_lines=("", "  ")),
    Style(bom=True),
    Style(extra="Coupon"),
    Style(repeated_headers=2),
    Style(last_newline=False, blank_lines=("\t",)),
    Style(shouted=True),
    Style(newline="\r"),
    Style(quote_all=True),
    Style(blank_lines=("", "\u00a0", " \t \u3000")),
)
_QUARTERLY = (
    Style(),
    Style(newline="\r\n", bom=True),
    Style(gzip=True, repeated_headers=1, blank_lines=("",)),
    Style(reordered=True, extra="Till"),
)
_SINGLE = {
    "Customers": Style(blank_lines=("",)),
    "Products": Style(newline="\r\n"),
    "LoyaltyTransactions": Style(blank_lines=("", "")),
}


def arrange(tables: Mapping[str, list[Record]]) -> list[Export]:
    """The exports that hold `tables`: monthly, quarterly or single files, none without a record."""
    online = _split(
        tables["OnlineTransactions"],
        lambda month: (f"OnlineTransactions_{YEAR}-{month:02}", month - 1),
    )
    store = _split(
        tables["InStoreTransactions"],
        lambda month: (f"InStoreTransactions_{YEAR}-Q{(month + 2) // 3}", (month - 1) // 3),
    )
    return [
        *(
            Export(table + ".csv", table, _SINGLE.get(table, Style()), list(records))
            for table, records in tables.items()
            if table not in ("OnlineTransactions", "InStoreTransactions")
        ),
        *(_part("OnlineTransactions", part, _MONTHLY, rows) for part, rows in online.items()),
        *(_part("InStoreTransactions", part, _QUARTERLY, rows) for part, rows in store.items()),
    ]


_Part = tuple[str, int]


def _split(
    records: list[Record], part_of_month: Callable[[int], _Part]
) -> dict[_Part, list[Record]]:
    parts: dict[_Part, list[Record]] = {}
    for record in records:
        parts.setdefault(part_of_month(int(record["DateTime"][5:7])), []).append(record)
    return parts


def _part(table: str, part: _Part, styles: tuple[Style, ...], rows: list[Record]) -> Export:
    name, number = part
    style = styles[number]
    return Export(f"{table}/{name}.csv{'.gz' if style.gzip else ''}", table, style, rows)


def repeat(rng: Random, exports: list[Export]) -> None:
    """Add to `exports` the repetitions that real exports have, in place.

    Inside a file: equal records, and records of a key with other values. In the file after it:
    records that were exported again, unchanged or corrected.
    """
    for at, export in enumerate(exports):
        originals = list(export.records)
        follower = exports[at + 1] if at + 1 < len(exports) else None
        again = follower if follower and follower.table == export.table else export
        for record in _drawn(rng, originals, 0.01):
            _insert(rng, export.records, dict(record))
        if not SHAPES[export.table].key:
            continue
        for target in (export, again):
            for record in _drawn(rng, originals, 0.01):
                _insert(rng, target.records, _revised(rng, export.table, record, originals))
        for record in _drawn(rng, originals, 0.01):
            _insert(rng, again.records, dict(record))


def _drawn(rng: Random, records: list[Record], share: float) -> list[Record]:
    return rng.sample(records, round(len(records) * share))


def _insert(rng: Random, records: list[Record], record: Record) -> None:
    records.insert(rng.randint(0, len(records)), record)


def _revised(rng: Random, table: str, record: Record, others: list[Record]) -> Record:
    """The record of the same key with another value, of the same moment or a later one."""
    shape = SHAPES[table]
    column = rng.choice(
        [name for name in shape.column_names if name not in (shape.key, "DateTime")]
    )
    revised = {**record, column: rng.choice(others)[column]}
    if "DateTime" in record and rng.random() < 0.6:  # noqa: PLR2004  the others tie with the first
        revised["DateTime"] = record["DateTime"][:14] + "59:59"
    return revised
