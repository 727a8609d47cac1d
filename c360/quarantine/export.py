"""Writes rejected records as files to correct and drop back into bronze."""

from __future__ import annotations

import filecmp
import os
import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

from c360.errors import OutsideFailure, WrongUse
from c360.plan import claim_files
from c360.quarantine.read import QuarantinedFile
from c360.quarantine.records import read_records, way_back
from c360.registry.specs import Registry, TableSpec
from c360.storage import Storage


@dataclass(frozen=True, slots=True)
class Replay:
    """The file to correct for one source file; `notes` say what to know, or why there is none."""

    source: QuarantinedFile
    path: Path
    outcome: Literal["written", "unchanged", "refused"]
    notes: tuple[str, ...] = ()


def replay_name(table: str, file_id: str) -> str:
    """What the replay of a source file is called; in bronze it is one more file of its table."""
    return f"{table}_replay_{file_id}.csv"


def export_replays(
    quarantine: Storage, files: Iterable[QuarantinedFile], registry: Registry, out: Path
) -> tuple[Replay, ...]:
    """One CSV file per source file: its own header line, and its rejected records byte for byte.

    A file that is there is never written over: it may hold corrections.

    Raises:
        OutsideFailure: `out` cannot be written, or the rejected rows cannot be read.
    """
    return tuple(_export(quarantine, file, registry, out) for file in files)


def _export(quarantine: Storage, file: QuarantinedFile, registry: Registry, out: Path) -> Replay:
    path = out / replay_name(file.table, file.file_id)
    if refusal := _refusal(file, registry):
        return Replay(file, path, "refused", (refusal,))
    table = registry.table(file.table)
    is_formula, formulas = _formula_finder(table.delimiter), 0

    def lines() -> Iterator[bytes]:
        nonlocal formulas
        yield file.header.encode()
        for record in read_records(quarantine, file, file.reason_names):
            formulas += is_formula(record.raw)
            yield record.raw

    outcome = _write(path, lines())
    if outcome == "refused":
        why = "is there with other contents, which may be corrections; move it away first"
        return Replay(file, path, outcome, (f"{path}: {why}",))
    return Replay(file, path, outcome, tuple(_notes(table, registry, path.name, formulas)))


def _refusal(file: QuarantinedFile, registry: Registry) -> str | None:
    """Why the records of a file cannot be replayed, and what to do instead."""
    if file.table not in registry.names:
        return f"{file.table}: is not in the registry, so no run would read the replay"
    if registry.table(file.table).take == "newest":
        return (
            f"{file.table}: has `take: newest`, so a replay would stand for the whole snapshot; "
            f"correct the records in {file.source_file} itself and put it into bronze again"
        )
    if file.kept < file.records:
        return (
            f"{file.source_file}: {file.records - file.kept} of {file.records} rejected rows are "
            f"gone from quarantine; {way_back(file)}"
        )
    return None


def _notes(table: TableSpec, registry: Registry, name: str, formulas: int) -> Iterator[str]:
    if formulas:
        yield (
            f"records that begin a cell with = + - @ or a tab, which a spreadsheet would run: "
            f"{formulas}; open the file with a text editor"
        )
    if not _is_claimed(registry, table.name, name):
        yield _naming_advice(registry, table, name)
    if not table.key:
        yield (
            f"{table.name} has no key: a corrected record that equals a row of another file "
            "counts as its repetition"
        )
    elif table.newest_by is None:
        yield (
            f"{table.name} has no `newest_by`: a corrected record wins over rows of its key in "
            "files whose path sorts before that of the replay"
        )


def _is_claimed(registry: Registry, table: str, name: str) -> bool:
    """True where a run would read a bronze file of this name for `table`."""
    try:
        return bool(claim_files(registry, (name,)).paths[table])
    except WrongUse:  # several tables claim it
        return False


def _naming_advice(registry: Registry, table: TableSpec, name: str) -> str:
    found = f"{name} is not among the `files` of {table.name} ({', '.join(table.files)})"
    stem = name.removesuffix(".csv")
    for pattern in table.files:
        first, star, rest = pattern.partition("*")
        fitting = f"{first}{stem}{rest.replace('*', '')}"
        is_plain = star and fnmatchcase(fitting, pattern) and not fitting.endswith(".gz")
        if is_plain and _is_claimed(registry, table.name, fitting):
            return f"{found}: name it {fitting} in bronze"
    return f"{found}: add {table.name}_replay_*.csv to them in the registry"


def _formula_finder(delimiter: str) -> Callable[[bytes], bool]:
    """Tells records with a cell that a spreadsheet would run; plain signed numbers are none."""
    mark = re.escape(delimiter)
    number = rf'[+-](?:[0-9]+(?:\.[0-9]+)?)?"?(?:{mark}|\Z)'
    signs = "=+\\-@" if delimiter == "\t" else "=+\\-@\t"
    cell = re.compile(rf'(?:\A|{mark})"?(?!{number})[{signs}]'.encode())
    return lambda raw: cell.search(raw) is not None


def _write(path: Path, lines: Iterable[bytes]) -> Literal["written", "unchanged", "refused"]:
    """Make the file whole or not at all; `refused` where there is one with other contents."""
    half_made = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with half_made.open("xb") as file:
                file.writelines(line + b"\n" for line in lines)
            os.link(half_made, path)
        except FileExistsError:
            return "unchanged" if filecmp.cmp(half_made, path, shallow=False) else "refused"
        finally:
            half_made.unlink(missing_ok=True)
    except OSError as cause:
        raise OutsideFailure(
            f"{path}: cannot be written ({cause.strerror}); name a folder that can with --out"
        ) from cause
    return "written"
