"""Small dirty sets of source files, each from a seed, with a ledger of what was planted.

A set has every table, tens of rows each, in files of every style that real exports have; keys
repeat inside files and across them, and some of the records are spoiled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

from c360.sample.compose import compose
from c360.sample.exports import Export, Style
from c360.sample.ledger import FileLedger
from c360.sample.planter import choose_defects, defects_of
from c360.sample.shapes import SHAPES, Record
from c360.sample.tables import build_tables

CUSTOMERS, ORDERS = 12, 50
_MOST_ROWS = 24
# Folders and names as people make them; what Spark or a URL could misread is among them.
_FOLDERS = ("", "", "2025/", "week=1/", "new files/", "a%20b/", "{x}/")
_SUFFIXES = ("", "_2025-01", " (2)", "[1]", "%41", "_é", "#3", ".old", "+1")
_BLANKS = ("", "  ", "\t", "\u00a0", " \t\u3000")


def write_set(
    root: Path, seed: int, *, dirty: float = 0.25, plain: bool = False
) -> dict[str, FileLedger]:
    """What was planted, by path, in the source files written below `root`.

    Args:
        root: a folder.
        seed: another seed gives another set.
        dirty: share of the records of each file that must be rejected.
        plain: one file a table and two of OnlineTransactions, under their usual names.
    """
    rng = Random(f"set {seed}")
    planted = {}
    for export in _exports(rng, draw_tables(seed), plain=plain):
        planted[export.path] = write_export(root, rng, export, dirty)
    return planted


def draw_tables(seed: int) -> dict[str, list[Record]]:
    """Clean rows of every table, tens of them: some references lead nowhere."""
    rng = Random(f"rows {seed}")
    tables = build_tables(seed, CUSTOMERS, ORDERS)
    return {
        name: rng.sample(rows, min(len(rows), rng.randint(12, _MOST_ROWS)))
        for name, rows in tables.items()
    }


def write_export(root: Path, rng: Random, export: Export, dirty: float) -> FileLedger:
    """Write one source file; the ledger of what was planted in it."""
    places = range(len(export.records))
    spoiled = rng.sample(places, round(len(places) * dirty))
    victims = {at: choose_defects(rng, defects_of(export.table)) for at in sorted(spoiled)}
    data, ledger = compose(rng, export, victims)
    path = root / export.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return ledger


def draw_style(rng: Random, columns: int = 4) -> Style:
    """How a file is written, at random."""
    return Style(
        newline=rng.choice(("\n", "\n", "\r\n", "\r")),
        bom=rng.random() < 0.2,
        gzip=rng.random() < 0.2,
        reordered=columns > 2 and rng.random() < 0.3,
        shouted=rng.random() < 0.2,
        extra="Coupon" if rng.random() < 0.2 else "",
        quote_all=rng.random() < 0.15,
        last_newline=rng.random() < 0.8,
        repeated_headers=rng.choice((0, 0, 0, 1, 2)),
        blank_lines=tuple(rng.choices(_BLANKS, k=rng.choice((0, 0, 1, 2)))),
    )


def revised(rng: Random, table: str, record: Record, others: Sequence[Record]) -> Record:
    """A record of the same key: the same, with another value, or of another moment."""
    shape = SHAPES[table]
    changed = dict(record)
    free = [name for name in shape.column_names if name not in (shape.key, "DateTime")]
    if rng.random() < 0.7:
        column = rng.choice(free)
        changed[column] = rng.choice(others)[column]
    if "DateTime" in record and rng.random() < 0.5:
        changed["DateTime"] = rng.choice(others)["DateTime"]
    return changed


def _exports(rng: Random, tables: Mapping[str, list[Record]], *, plain: bool) -> list[Export]:
    exports: list[Export] = []
    also_split = rng.choice([name for name in tables if name != "OnlineTransactions"])
    for table, records in tables.items():
        in_two = table == "OnlineTransactions" or (not plain and table == also_split)
        cut = rng.randint(6, len(records) - 4) if in_two else len(records)
        for number, part in enumerate((records[:cut], records[cut:])[: 1 + in_two], start=1):
            rows = _with_repetitions(rng, table, part, records)
            style = Style() if plain else draw_style(rng, len(records[0]))
            name = f"{table}_{number}" if plain else _name(rng, table, number)
            exports.append(Export(f"{name}.csv{'.gz' * style.gzip}", table, style, rows))
    return exports


def _name(rng: Random, table: str, number: int) -> str:
    return f"{rng.choice(_FOLDERS)}{table}{rng.choice(_SUFFIXES)}-{number}"


def _with_repetitions(
    rng: Random, table: str, part: Sequence[Record], whole: Sequence[Record]
) -> list[Record]:
    """Records of a file, some twice, some of them also in other files of the table."""
    rows = [dict(record) for record in part]
    for _ in range(rng.randint(0, 4)):
        record = rng.choice(rng.choice((part, whole)))
        again = dict(record) if rng.random() < 0.4 else revised(rng, table, record, whole)
        rows.insert(rng.randint(0, len(rows)), again)
    return rows
