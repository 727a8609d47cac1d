"""Personal data that can be recognised anywhere, planted wherever source files may hold it.

Each canary is a name, an e-mail or an address with a word in it that nothing else has: in good
rows, in bad ones, shifted into columns of every type, in headers, in files that are refused.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from c360.sample.lines import quoted
from c360.sample.shapes import SHAPES, Record
from tests.support.bronze_sets import draw_tables

_LETTERS = "bdfhkmpqvwxz"
_PERSONAL = {
    "Customers": {"Name": "name", "Email": "email", "Address": "address"},
    "Stores": {"Manager": "name"},
    "Agents": {"Name": "name"},
}
# Text columns into which a shifted value is accepted; gold does not show them.
_ACCEPTED = {
    "OnlineTransactions": ("PaymentMethod", "Status"),
    "InStoreTransactions": ("PaymentMethod",),
    "CustomerServiceInteractions": ("IssueType", "ResolutionStatus"),
    "LoyaltyAccounts": ("TierLevel",),
    "LoyaltyTransactions": ("Reason",),
    "Stores": ("OpenHours",),
}


@dataclass
class Canaries:
    """The words that were planted, by where they may be found again."""

    rng: Random
    words: dict[str, set[str]] = field(default_factory=dict)

    def plant(self, place: str, kind: str) -> str:
        """A new name, e-mail or address whose word belongs to `place`."""
        word = "xq" + "".join(self.rng.choices(_LETTERS, k=10))
        self.words.setdefault(place, set()).add(word)
        return {
            "name": f"Zoë {word.title()}",
            "email": f"{word}@canary.example",
            "address": f'7 "{word.title()}" Lane, Quay',
        }[kind]

    def of(self, *places: str) -> set[str]:
        """The words of these places, of all when none is given."""
        return {word for place in places or self.words for word in self.words.get(place, ())}


def hits(text: str, words: Iterable[str]) -> list[str]:
    """The words that occur in a text, in any spelling of their letters."""
    lower = text.lower()
    return sorted(word for word in words if word in lower)


def write_canaries(root: Path, seed: int) -> Canaries:
    """The canaries in the source files written below `root`."""
    canaries = Canaries(Random(f"canaries {seed}"))
    root.mkdir(parents=True, exist_ok=True)
    for table, rows in draw_tables(seed).items():
        good = [_personal(canaries, table, row) for row in rows]
        shifted = [_shifted(canaries, table, row) for row in good]
        lines = [_line(row) for row in (*good, *shifted)]
        lines += _bad_lines(canaries, table, good)
        lines += [_line(_personal(canaries, table, row)) for row in good[:2]]  # of the same keys
        canaries.rng.shuffle(lines)
        header = ",".join(SHAPES[table].column_names).encode()
        extra = [canaries.plant("header", kind) for kind in ("name", "email", "address")]
        more = ",".join(quoted(name) for name in extra).encode()
        values = ",".join(canaries.plant("ignored", "name") for _ in extra).encode()
        text = b"\n".join([header + b"," + more, *(line + b"," + values for line in lines), b""])
        (root / f"{table}.csv").write_bytes(text)
    return canaries


def refused_files(canaries: Canaries) -> Mapping[str, Callable[[Path], None]]:
    """By the defect's name, how one file of a canary set is damaged as a whole."""

    def customers(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
        def damage(root: Path) -> None:
            path = root / "Customers.csv"
            path.write_bytes(change(path.read_bytes()))

        return damage

    def truncated(root: Path) -> None:
        data = gzip.compress((root / "Customers.csv").read_bytes(), mtime=0)
        (root / "Customers_2.csv.gz").write_bytes(data[: len(data) * 2 // 3])

    def one_name_alone(_: bytes) -> bytes:
        word = canaries.plant("refused", "name").split()[1]
        return f"{word}\n{word}\n".encode()

    return {
        "no header": customers(lambda data: data.split(b"\n", 1)[1]),
        "one name as header": customers(one_name_alone),
        "other delimiter": customers(lambda data: data.replace(b",", b";")),
        "UTF-16": customers(lambda data: data.decode(errors="replace").encode("utf-16")),
        "missing column": customers(lambda data: data.replace(b"Email", b"Mail", 1)),
        "column twice": customers(lambda data: data.replace(b"Email", b"Name", 1)),
        "header alone": customers(lambda data: data.split(b"\n", 1)[0] + b"\n"),
        "truncated gzip": truncated,
        "too many rejects": customers(_all_bad),
    }


def _personal(canaries: Canaries, table: str, row: Record) -> Record:
    """The row with canaries in its personal columns."""
    kinds = _PERSONAL.get(table, {})
    return {**row, **{name: canaries.plant(table, kind) for name, kind in kinds.items()}}


def _shifted(canaries: Canaries, table: str, row: Record) -> Record:
    """The row under another key, with canaries in text columns that take anything."""
    key = SHAPES[table].key
    moved = dict(row)
    if key:
        moved[key] = str(int(row[key]) + 500_000)
    for name in _PERSONAL.get(table, {}):
        moved[name] = ""
    for name in _ACCEPTED.get(table, ()):
        moved[name] = canaries.plant("shifted", canaries.rng.choice(("name", "email")))
    return moved


def _bad_lines(canaries: Canaries, table: str, rows: list[Record]) -> list[bytes]:
    """Lines that are rejected: canaries in typed columns, and records that are none."""
    rng, lines = canaries.rng, []

    def planted() -> str:
        return canaries.plant("rejected", rng.choice(("name", "email", "address")))

    for column in SHAPES[table].columns:
        value = "\u0007" + planted() if column.kind == "text" else planted()
        lines.append(_line({**rng.choice(rows), column.name: value}))
    too_few = f"{planted()},{planted()}"[:-1].replace('"', "").encode()
    return [
        *lines,
        too_few,
        _line(rng.choice(rows)) + f",{quoted(planted())},more".encode(),
        f'"{planted()}'.encode() + _line(rng.choice(rows)),
        f"{planted()},".replace('"', "").encode() + b"\xff\xfe" + _line(rng.choice(rows)),
    ]


def _line(row: Record) -> bytes:
    cells = (quoted(value) if {",", '"'} & set(value) else value for value in row.values())
    return ",".join(cells).encode()


def _all_bad(data: bytes) -> bytes:
    """Every record with a letter in front of its number."""
    header, *lines = data.split(b"\n")
    return b"\n".join([header, *(b"x" + line if line else line for line in lines)])
