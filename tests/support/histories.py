"""Random histories of a bronze folder, made of the steps of real life.

A file is added, comes late, is corrected, repeated, moved or removed; an earlier state returns; a
file is damaged and repaired; the registry changes and changes back.
"""

from __future__ import annotations

import gzip
import shutil
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from c360.sample.exports import Export, Style
from c360.sample.shapes import Record
from tests.support.bronze_sets import draw_style, draw_tables, revised, write_export, write_set
from tests.support.oracle_silver import TABLES
from tests.support.states import State, Which, read_files, table_of

DIRTY = 0.08
_REPAIRED = 0.75  # of the refused states; the others are followed by any step
_SEVERAL = 0.8  # of the removed files are not the only ones of their table


@dataclass(frozen=True)
class Step:
    """A change, in words, and the state that it leads to."""

    what: str
    state: State


@dataclass
class History:
    """What has happened so far; `rows` are the clean rows that files are made from."""

    rng: Random
    rows: Mapping[str, list[Record]]
    steps: list[Step]
    scratch: Path
    added: int = 0

    @property
    def state(self) -> State:
        """The latest state."""
        return self.steps[-1].state

    def some_file(self) -> str:
        """A file of the latest state."""
        return self.rng.choice(list(self.state.files))


def begin(seed: int, base: int, scratch: Path) -> History:
    """A history whose first state is a whole small set; equal `base`, equal first state."""
    root = scratch / "first"
    shutil.rmtree(root, ignore_errors=True)
    write_set(root, base, dirty=DIRTY, plain=True)
    first = Step("the first files", State(read_files(root)))
    return History(Random(f"history {seed}"), draw_tables(base), [first], scratch)


def advance(history: History, published: State | None) -> Step:
    """One more step, at random; a state that is not the `published` one was refused."""
    rng, steps = history.rng, _STEPS
    if published and published != history.state and rng.random() < _REPAIRED:
        history.steps.append(Step("all is repaired", published))
        steps = _SOUND_STEPS
    changes = list(steps)
    change = rng.choices(changes, weights=[steps[each] for each in changes])[0]
    history.steps.append(change(history))
    return history.steps[-1]


def draw_file(history: History, path: str, style: Style, dirty: float = DIRTY) -> bytes:
    """A file of this name: some rows of its table as they were, some revised."""
    rng, table = history.rng, table_of(path)
    pool = history.rows[table]
    rows = rng.sample(pool, rng.randint(4, min(12, len(pool))))
    drawn = [row if rng.random() < 0.5 else revised(rng, table, row, pool) for row in rows]
    write_export(history.scratch, rng, Export(path, table, style, drawn), dirty)
    return (history.scratch / path).read_bytes()


def changed(history: History, what: str, changes: Mapping[str, bytes | None]) -> Step:
    """The step that writes these files, and removes those that are None."""
    files = {**history.state.files, **changes}
    kept = {path: data for path, data in sorted(files.items()) if data is not None}
    return Step(what, replace(history.state, files=kept))


def _add(history: History) -> Step:
    """A file of any table; its name may sort anywhere, its rows may be older than others."""
    rng = history.rng
    history.added += 1
    table, style = rng.choice(list(TABLES)), draw_style(rng)
    folder, when = rng.choice(("", "late/", "2025/")), rng.choice(("2024-01", "2025-06", "x"))
    path = f"{folder}{table}_{when}-{history.added}.csv{'.gz' * style.gzip}"
    return changed(history, f"{path} is added", {path: draw_file(history, path, style)})


def _add_month(history: History) -> Step:
    """The next file of OnlineTransactions, the last of its table by name."""
    history.added += 1
    path = f"OnlineTransactions_9{history.added:02}.csv"
    return changed(history, f"{path} is added", {path: draw_file(history, path, Style())})


def _correct(history: History) -> Step:
    path = history.some_file()
    corrected = draw_file(history, path, Style(gzip=path.endswith(".gz")))
    return changed(history, f"{path} is corrected", {path: corrected})


def _remove(history: History) -> Step:
    tables = Counter(table_of(path) for path in history.state.files)
    several = [path for path in history.state.files if tables[table_of(path)] > 1]
    wanted = history.rng.random() < _SEVERAL
    path = history.rng.choice(several) if wanted and several else history.some_file()
    return changed(history, f"{path} is removed", {path: None})


def _repeat(history: History) -> Step:
    path = history.some_file()
    name = path.rsplit("/", 1)[-1]
    return changed(history, f"{path} comes again", {f"again/{name}": history.state.files[path]})


def _move(history: History) -> Step:
    path = history.some_file()
    name = path.rsplit("/", 1)[-1]
    moved = {path: None, f"moved/{name}": history.state.files[path]}
    return changed(history, f"{path} is moved", moved)


def _go_back(history: History) -> Step:
    at = history.rng.randrange(len(history.steps))
    return Step(f"the state after step {at} returns", history.steps[at].state)


def _stay(history: History) -> Step:
    return Step("nothing happens", history.state)


def _other_registry(history: History) -> Step:
    which: Which = "other" if history.state.registry == "own" else "own"
    return Step(f"the {which} registry is used", replace(history.state, registry=which))


def _damage(history: History) -> Step:
    path = history.some_file()
    what, damage = history.rng.choice(_DAMAGES)
    return changed(history, f"{path} {what}", {path: damage(path, history.state.files[path])})


def _truncate(history: History) -> Step:
    """A gzip file ends too early, somewhere: before its header or after it."""
    path = f"{history.some_file().removesuffix('.gz').removesuffix('.csv')}_cut.csv.gz"
    whole = draw_file(history, path, Style(gzip=True))
    cut = history.rng.randint(12, len(whole) - 9)
    return changed(history, f"{path} ends too early", {path: whole[:cut]})


def _spoil(history: History) -> Step:
    path = history.some_file()
    dirty = history.rng.choice((0.3, 0.45, 0.6, 1.0))
    spoiled = draw_file(history, path, Style(gzip=path.endswith(".gz")), dirty)
    return changed(history, f"{path} has {dirty:.0%} bad records", {path: spoiled})


def _plainly(change: Callable[[bytes], bytes]) -> Callable[[str, bytes], bytes]:
    """The same damage to a compressed file."""

    def damage(path: str, data: bytes) -> bytes:
        if not path.endswith(".gz"):
            return change(data)
        try:
            return gzip.compress(change(gzip.decompress(data)), mtime=0)
        except (EOFError, OSError, zlib.error):
            return data  # damaged before

    return damage


def _first_line(data: bytes) -> bytes:
    return b"".join(data.splitlines(keepends=True)[:1])


_DAMAGES: tuple[tuple[str, Callable[[str, bytes], bytes]], ...] = (
    ("has zero bytes", lambda _, data: b""),
    ("is something else", lambda _, data: b"\x00\x01\x02" + data[:20]),
    ("has blank lines only", _plainly(lambda _: b"\n \n\t\n")),
    ("has a header only", _plainly(_first_line)),
    ("has no header", _plainly(lambda data: data[len(_first_line(data)) :])),
    ("is separated by semicolons", _plainly(lambda data: data.replace(b",", b";"))),
    ("is UTF-16", _plainly(lambda data: data.decode(errors="replace").encode("utf-16"))),
    ("lacks a column", _plainly(lambda data: data.replace(b"ID,", b"IX,", 1))),
    ("has each column twice", _plainly(lambda data: _first_line(data).strip() + b"," + data)),
)
_SOUND_STEPS: dict[Callable[[History], Step], int] = {
    _add: 5,
    _add_month: 3,
    _correct: 5,
    _remove: 4,
    _repeat: 2,
    _move: 1,
    _go_back: 3,
    _stay: 1,
    _other_registry: 2,
}
_STEPS = {**_SOUND_STEPS, _damage: 3, _truncate: 1, _spoil: 2}
