"""Says of every record of one key what became of it, and which column decided.

It is the order of `c360.survivors` on a handful of records, so that each decision can be named.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from c360.contracts.model import TableContract
from c360.contracts.silver import SOURCE_FILE
from c360.explain.model import Candidate, Fate, Record, Value

_Rank = tuple[tuple[bool, Any], ...]


def judge(records: Sequence[Record], contract: TableContract) -> tuple[Candidate, ...]:
    """Every record of one key with its fate: the survivor, then losers by rank, then rejects."""
    accepted = sorted(
        (record for record in records if not record.reasons),
        key=lambda record: _rank(record, contract),
        reverse=True,
    )
    best_of_file: dict[str, Record] = {}
    for record in accepted:
        best_of_file.setdefault(record.source_file, record)
    return (
        *(_judged(record, accepted[0], best_of_file, contract) for record in accepted),
        *_rejected(records),
    )


def _rejected(records: Iterable[Record]) -> list[Candidate]:
    return [
        Candidate(record, "rejected", because=f"rejected for {', '.join(record.reasons)}")
        for record in sorted(records, key=lambda record: record.source_file)
        if record.reasons
    ]


def _judged(
    record: Record, survivor: Record, best_of_file: dict[str, Record], contract: TableContract
) -> Candidate:
    if record is survivor:
        return Candidate(record, "survivor")
    best = best_of_file[record.source_file]
    if record is not best:
        return _lost(record, best, "duplicate in its file", contract)
    return _lost(record, survivor, "duplicate across files", contract)


def _lost(record: Record, winner: Record, fate: Fate, contract: TableContract) -> Candidate:
    names = contract.newest_first
    decided_by = next(
        (name for name in names if _value(record, name) != _value(winner, name)), None
    )
    # SourceFile is first in the order, or second after the column that says what is newest
    newest = names[0] if names[0] != SOURCE_FILE else None
    return Candidate(record, fate, decided_by, _sentence(record, winner, decided_by, newest))


def _sentence(record: Record, winner: Record, decided_by: str | None, newest: str | None) -> str:
    if decided_by is None:
        return "equal to it in every column"
    mine, other = _value(record, decided_by), _value(winner, decided_by)
    if decided_by == SOURCE_FILE:
        return f"{SOURCE_FILE}: {mine} sorts before {other}"
    if mine is None:
        return f"{decided_by}: it has none, the winner has {other}"
    if decided_by == newest:
        return f"{decided_by}: {mine} is older than {other}"
    return f"{decided_by}: equal up to this column, in which {mine} sorts before {other}"


def _rank(record: Record, contract: TableContract) -> _Rank:
    values = (_value(record, name) for name in contract.newest_first)
    return tuple((value is not None, value) for value in values)


def _value(record: Record, name: str) -> Value:
    return record.source_file if name == SOURCE_FILE else record.values[name]
