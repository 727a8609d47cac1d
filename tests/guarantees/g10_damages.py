"""G10: damaged storage is never read."""

from __future__ import annotations

import shutil
from functools import lru_cache
from pathlib import Path
from random import Random

from c360.layout import DAMAGED, QUARANTINE, file_id_of_folder
from c360.manifest import MANIFEST
from tests.guarantees.bench import Bench, Guarantee
from tests.support.bronze_sets import write_set
from tests.support.damages import KINDS
from tests.support.digest import digests
from tests.support.places import Places, command, own_registry, tolerant
from tests.support.worlds import moved

_SEED = 10
_REPAIRED = 20  # of the tries, by a whole run with one more file
_ADDED = "OnlineTransactions_added.csv"


def attempt(bench: Bench, number: int) -> list[str]:
    """One damage of one batch of a published set: who notices it, and what becomes of it."""
    start, wanted = _published(bench)
    places = moved(start, bench.fresh("g10") / "places")
    rng = Random(f"damage {number}")
    batches = sorted(path.parent for path in places.silver.rglob(f"[!_]*/*/{MANIFEST}"))
    batches = [path for path in batches if QUARANTINE not in path.parts]
    batch = rng.choice(batches)
    kind = KINDS[number % len(KINDS)]
    kind(batch, [each for each in batches if each != batch], rng)
    told = f"{kind.__name__} {batch.relative_to(places.silver)}"
    if number < _REPAIRED:
        findings = _repaired(bench, places, batch, wanted)
    else:
        findings = _verified(places, batch)
    return [f"{told}: {finding}" for finding in findings]


def _verified(places: Places, batch: Path) -> list[str]:
    """What `verify --storage` leaves unsaid or undone; it starts no Spark."""
    asked = ("verify", "--storage", *places.words)
    first, second = command(*asked), command(*asked)
    findings = []
    if first.exit_code != 1 or " whole, 1 damaged; next: c360 run" not in first.stdout:
        findings.append(f"verify --storage: exit {first.exit_code}: {first.stdout}{first.stderr}")
    if second.exit_code != 1 or second.stdout.count(" has no batch in ") != 1:
        findings.append(f"a second look: exit {second.exit_code}: {second.stdout}{second.stderr}")
    return findings + _set_aside(places, batch)


def _repaired(bench: Bench, places: Places, batch: Path, wanted: dict[str, str]) -> list[str]:
    """What a run with one more file does not put right."""
    shutil.copy(places.registry.parent / _ADDED, places.bronze / _ADDED)
    report = places.run(bench.spark)
    if report.status != "published":
        return [f"the run ended {report.status}: {report.message}"]
    findings = []
    if sum("was damaged" in warning for warning in report.warnings) != 1:
        findings.append(f"the run does not tell of one damage: {report.warnings}")
    read = {file.path for file in report.files if file.outcome == "read"}
    if len(read) != 2 or _ADDED not in read:
        findings.append(f"the run cleaned {sorted(read)}")
    found = digests(places.warehouse)
    findings += [f"{name} has other contents" for name in wanted if found[name] != wanted[name]]
    return findings + _set_aside(places, batch)


def _set_aside(places: Places, batch: Path) -> list[str]:
    table, file_id = batch.parent.name, file_id_of_folder(batch.name)
    kept = list((places.silver / DAMAGED / table / f"file_id=f{file_id}").glob("*/batch"))
    return [] if kept else ["the damaged batch was not set aside"]


@lru_cache(maxsize=1)
def _published(bench: Bench) -> tuple[Places, dict[str, str]]:
    """A published set; and what an undisturbed run with one more file publishes."""
    start = Places.below(bench.fresh("g10-start") / "places", own_registry(tolerant))
    write_set(start.bronze, _SEED, plain=True)
    added = min(start.bronze.rglob("OnlineTransactions*.csv"))
    text = added.read_bytes()
    for number in b"0123456789":  # other keys, so that the file adds rows of its own
        text = text.replace(b"\n10" + bytes([number]), b"\n77" + bytes([number]))
    (start.registry.parent / _ADDED).write_bytes(text)
    report = start.run(bench.spark)
    assert report.status == "published", report.message
    whole = moved(start, bench.fresh("g10-whole") / "places")
    shutil.copy(whole.registry.parent / _ADDED, whole.bronze / _ADDED)
    report = whole.run(bench.spark)
    assert report.status == "published", report.message
    return start, digests(whole.warehouse)


G10 = Guarantee(
    "G10",
    "Damaged storage is never read: truncated, changed, missing, stray and swapped files of silver "
    "are noticed, set aside, said, and cleaned again.",
    200,
    attempt,
)
