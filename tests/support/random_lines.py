"""Random lines of a CSV source: some sound, most damaged in the ways of the rules, reproducible."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from tests.support.oracle_silver import Table
from tests.support.oracle_text import WHITE_SPACE, Column

_NASTY = ['"', ",", ";", "\t", "\x00", "\x1c", "\x7f", "\u0085", "\u00a0", "\u200e", "\ufffd"]
_NASTY += ["\ufeff", "-", "+", ".", "e", "0", "9", " ", "Z", ":", "\u0661", "😀", "$", "\\", "'"]
_ABSENT = ["", "NULL", "null", "N/A", "NA", "None", "-", " ", "\u00a0", "Null", "n/a", "--"]
_BAD_BYTES = [b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xe2\x82", b"\x80", b"\xa0"]


def random_file(table: Table, lines: int, seed: int) -> bytes:
    """A file of `table` with a header, in some order of columns and with some unknown one."""
    chance = random.Random(seed)
    names = [column.name for column in table.columns]
    if chance.random() < 0.7:
        chance.shuffle(names)
        names.insert(chance.randrange(len(names) + 1), "Remark")
    header = ",".join(name.upper() if chance.random() < 0.2 else name for name in names)
    columns = {column.name: column for column in table.columns}
    ordered = [columns.get(name, Column(name, "string")) for name in names]
    rows = [_line(ordered, header, chance) for _ in range(lines)]
    ends = [chance.choice([b"\n", b"\n", b"\r\n", b"\r"]) for _ in rows]
    start = chance.choice([b"", b"\xef\xbb\xbf", b"\n \r\n"])
    return start + header.encode() + b"\n" + b"".join(map(bytes.__add__, rows, ends))


def _line(columns: Sequence[Column], header: str, chance: random.Random) -> bytes:
    kind = chance.random()
    if kind < 0.03:
        return chance.choice(["", " ", "\t", "\u00a0\u3000", "\x1c"]).encode()
    if kind < 0.05:
        return chance.choice([header, f" {header}\t", header.lower(), f"\ufeff{header}"]).encode()
    is_calm = chance.random() < 0.4
    line = ",".join(_cell(column, chance, is_calm=is_calm) for column in columns)
    if kind < 0.10:
        line = _damaged(line, chance)
    data = line.encode()
    if kind > 0.97:
        place = chance.randrange(len(data) + 1)
        data = data[:place] + chance.choice(_BAD_BYTES) + data[place:]
    return data


def _cell(column: Column, chance: random.Random, *, is_calm: bool) -> str:
    kind = chance.random()
    if is_calm:
        text = chance.choice(_CALM[column.type])
    elif kind < 0.06:
        text = chance.choice(_ABSENT)
    else:
        text = _WILD[column.type](chance)
        if kind < 0.12:
            text = _damaged(text, chance)
    if chance.random() < 0.1:
        around = WHITE_SPACE.replace("\n", "").replace("\r", "")
        text = chance.choice(around) + text + chance.choice(around)
    if chance.random() < 0.1 or (set(text) & set(',"') and chance.random() < 0.9):
        text = '"' + text.replace('"', '""') + '"'
    return text


def _damaged(text: str, chance: random.Random) -> str:
    """The text with a character more, fewer or another one, up to three times."""
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(text) + 1)
        text = text[:place] + chance.choice(["", *_NASTY]) + text[place + chance.randint(0, 1) :]
    return text


def _bigint(chance: random.Random) -> str:
    size = chance.choice([10, 1000, 2**63, 2**64])
    return f"{chance.choice(['', '', '', '+', '-', '00'])}{chance.randrange(size)}"


def _decimal(chance: random.Random) -> str:
    whole = chance.randrange(10 ** chance.randint(1, 12))
    fraction = "".join(chance.choice("0123456789") for _ in range(chance.randint(0, 3)))
    sign = chance.choice(["", "", "", "+", "-", "0"])
    return f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}"


def _date(chance: random.Random) -> str:
    year = chance.choice([1959, 1960, 2024, 2025, 2025, 2025, 2159, 2160, 0, 9999])
    return f"{year:04}-{chance.randint(1, 12):02}-{chance.randint(1, 29):02}"


def _timestamp(chance: random.Random) -> str:
    time = f"{chance.randint(0, 23):02}:{chance.randint(0, 59):02}"
    if chance.random() < 0.7:
        time += f":{chance.randint(0, 59):02}"
        if chance.random() < 0.4:
            time += f".{chance.randrange(10 ** chance.randint(1, 7))}"
    offsets = ["", "", "", "Z", "+02", "-0530", "+18:00", "-18:01", "+00:00", "-23:59"]
    return f"{_date(chance)}{chance.choice(' T')}{time}{chance.choice(offsets)}"


def _string(chance: random.Random) -> str:
    words = ["Gold", "Completed", "Müller & Söhne", "O'Hara", "a,b", 'say "x"', "山田", "x" * 300]
    return chance.choice(words)


_CALM = {
    "bigint": ["7", "0042", "+12", "9223372036854775807"],
    "decimal": ["12.5", "0.01", "+3", "007.50", "9999999999.990"],
    "date": ["2025-01-31", "2024-02-29", "1960-01-01", "2159-12-31"],
    "timestamp": ["2025-01-31 10:05", "2025-01-31T10:05:06.5", "2025-01-31 10:05+0200"],
    "string": ["Gold", "Müller & Söhne", 'say "x"', "a,b", "\u200e", "NULL"],
}
_WILD: dict[str, Callable[[random.Random], str]] = {
    "bigint": _bigint,
    "decimal": _decimal,
    "date": _date,
    "timestamp": _timestamp,
    "string": _string,
}
