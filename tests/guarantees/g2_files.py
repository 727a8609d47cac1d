"""G2: every file is accounted for and pinned."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from unittest import mock

from c360.silver import batches
from c360.silver.rows import Written
from c360.silver.workspace import FileTask
from tests.guarantees.bench import Bench, Guarantee
from tests.support.bronze_sets import write_set
from tests.support.digest import AUDIT, read_table
from tests.support.places import Places, own_registry, tolerant

_TRIES = 20


def _longer(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n")


def _same_size(path: Path) -> None:
    """Other bytes of the same length, with the time stamps of before."""
    found, data = path.stat(), bytearray(path.read_bytes())
    data[-2] ^= 1
    path.write_bytes(bytes(data))
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))


def _replaced(path: Path) -> None:
    new = path.with_name("upload.tmp")
    new.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    new.replace(path)


def _gone(path: Path) -> None:
    path.unlink()


_CHANGES = (_longer, _same_size, _replaced, _gone)


def attempt(bench: Bench, number: int) -> list[str]:
    """A run while whose read a file changes, and one while none does: each file has one outcome."""
    rng = Random(f"file {number}")
    places = Places.below(bench.fresh("g2") / "places", own_registry(tolerant))
    write_set(places.bronze, 200 + number, plain=True)
    before = {path: path.read_bytes() for path in sorted(places.bronze.rglob("*.csv*"))}
    target = rng.choice(list(before))
    change = _CHANGES[number % len(_CHANGES)]
    name = target.relative_to(places.bronze).as_posix()
    with _changing(name, lambda: change(target), before_reading=bool(rng.randrange(2))):
        report = places.run(bench.spark)
    findings = []
    if report.exit_code != 3 or name not in (report.message or ""):
        findings.append(f"ended {report.status}: {report.message}")
    for path, data in before.items():
        path.write_bytes(data)
    report = places.run(bench.spark)
    if report.status != "published":
        findings.append(f"the next run ended {report.status}: {report.message}")
    findings += _unaccounted(places, [path.relative_to(places.bronze) for path in before])
    return [f"{name} {change.__name__}: {finding}" for finding in findings]


def _changing(
    name: str, change: Callable[[], None], *, before_reading: bool
) -> mock._patch[Callable[[FileTask, object], Written]]:
    """The change takes place right before or right after Spark has read the file."""
    write = batches.write_rows

    def write_and_change(task: FileTask, accepted: object) -> Written:
        if task.path == name and before_reading:
            change()
        written = write(task, accepted)
        if task.path == name and not before_reading:
            change()
        return written

    return mock.patch.object(batches, "write_rows", write_and_change)


def _unaccounted(places: Places, listed: list[Path]) -> list[str]:
    """The files in bronze that the audit of the published run has not exactly once."""
    (head,) = read_table(places.warehouse, AUDIT, "Publication")
    rows = read_table(places.warehouse, AUDIT, "LoadFiles")
    found = Counter(row["Path"] for row in rows if row["RunID"] == head["RunID"])
    wanted = Counter(path.as_posix() for path in listed)
    return [] if found == wanted else [f"the audit has {found}, and bronze {wanted}"]


G2 = Guarantee(
    "G2",
    "Every file is accounted for and pinned: one that grows, changes, is replaced or goes while it "
    "is read is noticed, and the audit has every listed file once.",
    _TRIES,
    attempt,
)
