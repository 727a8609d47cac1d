"""Bronze read and cleaned in plain Python: what silver must hold, file by file and as a state.

Nothing of c360 is imported here: two readings of the same rules must agree.
"""

from __future__ import annotations

import fnmatch
import gzip
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.support.oracle_text import WHITE_SPACE, Bad, Column, read_value, split_line

Row = dict[str, Any]
ROW_KEY, SOURCE_FILE = "RowKey", "SourceFile"


@dataclass(frozen=True)
class Table:
    name: str
    columns: tuple[Column, ...]
    key: str | None = None
    newest_by: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def _table(name: str, key: str | None, newest_by: str | None, columns: str) -> Table:
    parsed = []
    for word in columns.split():
        column, _, kind = word.rstrip("*").partition(":")
        parsed.append(Column(column, kind or "string", word.endswith("*"), column == "Amount"))
    return Table(name, tuple(parsed), key, newest_by)


TABLES = {
    table.name: table
    for table in (
        _table("Customers", "CustomerID", None, "CustomerID:bigint* Name Email Address"),
        _table("Products", "ProductID", None, "ProductID:bigint* Name Category Price:decimal"),
        _table("Stores", "StoreID", None, "StoreID:bigint* Location Manager OpenHours"),
        _table("Agents", "AgentID", None, "AgentID:bigint* Name Department Shift"),
        _table(
            "OnlineTransactions",
            "OrderID",
            "DateTime",
            "OrderID:bigint* CustomerID:bigint ProductID:bigint DateTime:timestamp* PaymentMethod "
            "Amount:decimal* Status",
        ),
        _table(
            "InStoreTransactions",
            "TransactionID",
            "DateTime",
            "TransactionID:bigint* CustomerID:bigint StoreID:bigint DateTime:timestamp* "
            "Amount:decimal* PaymentMethod",
        ),
        _table(
            "CustomerServiceInteractions",
            "InteractionID",
            "DateTime",
            "InteractionID:bigint* CustomerID:bigint DateTime:timestamp* AgentID:bigint IssueType "
            "ResolutionStatus",
        ),
        _table(
            "LoyaltyAccounts",
            "LoyaltyID",
            None,
            "LoyaltyID:bigint* CustomerID:bigint PointsEarned:bigint TierLevel JoinDate:date",
        ),
        _table(
            "LoyaltyTransactions",
            None,
            None,
            "LoyaltyID:bigint* DateTime:timestamp* PointsChange:bigint Reason",
        ),
    )
}


@dataclass
class OracleFile:
    """One bronze file; `rows` are all its clean records, before a key is reduced to one row."""

    path: str
    table: str
    header: tuple[str, ...] = ()
    header_line: str = ""
    records: int = 0
    blank_lines: int = 0
    repeated_headers: int = 0
    rejected: list[tuple[bytes, frozenset[str]]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


@dataclass
class Figures:
    """What became of one file's records; records = accepted + rejected + duplicates."""

    records: int
    rejected: int
    accepted: int = 0  # rows of the state that carry this file
    duplicates_in_file: int = 0
    duplicates_across: int = 0
    conflicting_in_file: int = 0
    conflicting_across: int = 0

    @property
    def duplicates(self) -> int:
        return self.duplicates_in_file + self.duplicates_across

    @property
    def conflicting_duplicates(self) -> int:
        return self.conflicting_in_file + self.conflicting_across


def read_bronze(root: Path) -> dict[str, list[OracleFile]]:
    """Every source file below `root`, by table, in the order of the paths."""
    found: dict[str, list[OracleFile]] = {name: [] for name in TABLES}
    paths = sorted(path for path in root.rglob("*") if path.is_file())
    for path in paths:
        for table in TABLES.values():
            patterns = (f"{table.name}*.csv", f"{table.name}*.csv.gz")
            if any(fnmatch.fnmatchcase(path.name, pattern) for pattern in patterns):
                data = path.read_bytes()
                if path.name.endswith(".gz"):
                    data = gzip.decompress(data)
                relative = path.relative_to(root).as_posix()
                found[table.name].append(read_file(table, relative, data))
    return found


def read_file(table: Table, path: str, data: bytes) -> OracleFile:
    """One file's lines, each a row, a rejected record, a blank line or a repeated header."""
    lines = re.split(b"\r\n|\n|\r", data.removeprefix(b"\xef\xbb\xbf"))
    if not lines[-1]:
        lines.pop()  # what follows the last line end is no line
    file = OracleFile(path, table.name)
    for raw in lines:
        text = _decoded(raw)
        if text is not None and not text.strip(WHITE_SPACE):
            file.blank_lines += 1
        elif not file.header:
            file.header = _bound(table, path, text)
            file.header_line = _plain(text or "")
        elif text is not None and _plain(text) == file.header_line:
            file.repeated_headers += 1
        else:
            _read_record(table, file, raw, text)
    return file


def batch(file: OracleFile) -> tuple[list[Row], int, int]:
    """The rows of the file's silver batch, its duplicates and the conflicting ones among them."""
    table = TABLES[file.table]
    rows = [{**row, SOURCE_FILE: file.path} for row in file.rows]
    if table.key is None:
        seen: Counter[tuple[Any, ...]] = Counter()
        for row in rows:
            values = tuple(row[name] for name in table.names)
            seen[values] += 1
            row[ROW_KEY] = row_key(values, seen[values])
        return rows, 0, 0
    survivors, losers = _reduced(table, rows)
    return survivors, len(losers), sum(conflicts for _, conflicts in losers)


def state(files: Mapping[str, list[OracleFile]]) -> dict[str, list[Row]]:
    """The rows of every table, one a key (or RowKey), with SourceFile; in no order."""
    return {name: _united(TABLES[name], found)[0] for name, found in files.items()}


def figures(files: Mapping[str, list[OracleFile]]) -> dict[str, Figures]:
    """What became of the records of every file in this state, by path."""
    result = {}
    for name, found in files.items():
        rows, losers = _united(TABLES[name], found)
        accepted = Counter(row[SOURCE_FILE] for row in rows)
        for file in found:
            _, duplicates, conflicting = batch(file)
            across = [conflicts for row, conflicts in losers if row[SOURCE_FILE] == file.path]
            result[file.path] = Figures(
                records=file.records,
                rejected=len(file.rejected),
                accepted=accepted[file.path],
                duplicates_in_file=duplicates,
                duplicates_across=len(across),
                conflicting_in_file=conflicting,
                conflicting_across=sum(across),
            )
    return result


def row_key(values: Iterable[Any], occurrence: int) -> str:
    """The first 32 hex digits of SHA-256 over the values and the occurrence among equal rows."""
    text = "\u001f".join([*(_canonical(value) for value in values), str(occurrence)])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _decoded(raw: bytes) -> str | None:
    try:
        return raw.decode("utf-8", errors="strict")
    except UnicodeDecodeError:
        return None


def _names(text: str) -> tuple[str, ...]:
    fields = split_line(_plain(text)) or []
    return tuple(field.strip(WHITE_SPACE).lower() for field in fields)


def _plain(header: str) -> str:
    """A header line without what stands around it; concatenated files leave their marks inside."""
    return header.strip(WHITE_SPACE + "\ufeff")


def _bound(table: Table, path: str, text: str | None) -> tuple[str, ...]:
    names = _names(text or "")
    wrong = [name for name in table.names if names.count(name.lower()) != 1]
    if wrong:
        raise ValueError(f"{path}: missing or repeated in the header: {', '.join(wrong)}")
    return names


def _read_record(table: Table, file: OracleFile, raw: bytes, text: str | None) -> None:
    file.records += 1
    fields = split_line(text) if text is not None else None
    if text is None:
        reasons = {"row:undecodable_bytes"}
    elif fields is None:
        reasons = {"row:bad_quotes"}
    elif len(fields) < len(file.header):
        reasons = {"row:too_few_fields"}
    elif len(fields) > len(file.header):
        reasons = {"row:too_many_fields"}
    else:
        row, reasons = _read_fields(table, dict(zip(file.header, fields, strict=True)))
        if not reasons:
            file.rows.append(row)
    if reasons:
        file.rejected.append((raw, frozenset(reasons)))


def _read_fields(table: Table, fields: Mapping[str, str]) -> tuple[Row, set[str]]:
    row: Row = {}
    reasons: set[str] = set()
    for column in table.columns:
        try:
            row[column.name] = read_value(column, fields[column.name.lower()])
        except Bad as bad:
            reasons.update(f"{column.name}:{reason}" for reason in bad.reasons)
    return row, reasons


def _united(table: Table, files: Iterable[OracleFile]) -> tuple[list[Row], list[tuple[Row, bool]]]:
    """The survivors of all files, and each loser with whether it differs from its survivor."""
    return _reduced(table, [row for file in files for row in batch(file)[0]])


def _reduced(table: Table, rows: Iterable[Row]) -> tuple[list[Row], list[tuple[Row, bool]]]:
    by_key: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        by_key[row[table.key or ROW_KEY]].append(row)
    survivors, losers = [], []
    for candidates in by_key.values():
        candidates.sort(key=lambda row: _rank(table, row), reverse=True)
        best = candidates[0]
        survivors.append(best)
        for row in candidates[1:]:
            losers.append((row, any(row[name] != best[name] for name in table.names)))
    return survivors, losers


def _rank(table: Table, row: Row) -> list[tuple[Any, ...]]:
    """The declared total order, to be sorted greatest first; absent values come last."""
    order = [*([table.newest_by] if table.newest_by else []), SOURCE_FILE, *table.names]
    return [(1, row[name]) if row[name] is not None else (0,) for name in order]


def _canonical(value: Any) -> str:
    if value is None:
        return "\u0000"
    if hasattr(value, "microsecond"):
        return f"{value:%Y-%m-%dT%H:%M:%S}.{value.microsecond:06}"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
