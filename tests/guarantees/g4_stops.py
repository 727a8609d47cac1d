"""G4: stopped anywhere and run again, a run ends with the same contents."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from unittest import mock

from c360.failpoints import VARIABLE, FailpointRaised, forget, reached
from tests.guarantees.bench import Bench, Guarantee
from tests.support.digest import AUDIT, digests, read_table
from tests.support.leftovers import leftovers
from tests.support.places import Places
from tests.support.processes import DEADLINE, started_run
from tests.support.worlds import FIRST_RUN, REFUSAL, REPAIR, World, moved, prepared, relieve

# Every place where a run in a world writes.
_CLEANING = (
    "lock.take",
    "storage.link",
    "silver.rows",
    "quarantine.rows",
    "quarantine.manifest",
    "silver.manifest",
)
_PUBLISHING = (
    "gold.rows",
    "warehouse.begin",
    "warehouse.define",
    "ensure.head",
    "stage.insert",
    "publish.staged",
    "publish.guard",
    "publish.delete_doubled",
    "publish.merge",
    "publish.LoadAudit",
    "publish.LoadFiles",
    "publish.LoadReasons",
    "warehouse.commit",
    "lock.free",
)
PLACES: dict[World, tuple[str, ...]] = {
    FIRST_RUN: (*_CLEANING, "warehouse.create", *_PUBLISHING),
    REPAIR: (
        *_CLEANING,
        *_PUBLISHING,
        "stage.reduce",
        "damage.copy",
        "damage.withdraw",
        "damage.move",
        "silver.unsettled",
        "quarantine.replaced",
        "publish.empty",
        "sweep.folder",
        "sweep.lock",
    ),
    REFUSAL: ("silver.undo", "quarantine.undo"),
}
# What a run comes to once only: its first occurrence there is the last.
_ONCE = {
    "warehouse.create",
    "ensure.head",
    "stage.reduce",
    "publish.staged",
    "publish.guard",
    "publish.empty",
    "publish.LoadFiles",
    "publish.LoadReasons",
    "damage.copy",
    "damage.withdraw",
    "damage.move",
    "silver.unsettled",
    "silver.undo",
    "quarantine.replaced",
    "quarantine.undo",
    "sweep.lock",
}
_KILLS = 100  # at random times


@dataclass(frozen=True)
class Stop:
    """One place in one world, at its first or last occurrence, and how the run is stopped there."""

    world: World
    place: str
    is_last: bool
    action: str


def _stops() -> Iterator[Stop]:
    """An exception at every place of every world; processes die at every place of one world."""
    for world, places in PLACES.items():
        for place in places:
            elsewhere = world != REPAIR and place in PLACES[REPAIR]
            for action in ("raise",) if elsewhere else ("raise", "kill", "killpg"):
                for is_last in (False,) if place in _ONCE else (False, True):
                    yield Stop(world, place, is_last, action)


STOPS = tuple(_stops())


def attempt(bench: Bench, number: int) -> list[str]:
    """A run that is stopped somewhere, then another; what is lost, doubled or left behind."""
    if number >= len(STOPS):
        return _attempt_at_any_time(bench, number)
    stop = STOPS[number]
    start, occurrences, wanted = _undisturbed(bench, stop.world)
    nth = occurrences.get(stop.place, 0) if stop.is_last else 1
    if not occurrences.get(stop.place) or (stop.place in _ONCE) != (occurrences[stop.place] == 1):
        return [
            f"{stop.world.name}: a run comes {occurrences.get(stop.place)} times to {stop.place}"
        ]
    places = moved(start, bench.fresh("g4") / "places")
    asked = f"{stop.place}#{nth}:{stop.action}"
    if not _is_stopped(bench, places, asked):
        return [f"{stop.world.name}: {asked} did not stop the run"]
    relieve(places)
    return [f"{stop.world.name}, {asked}: {each}" for each in judge_next_run(bench, places, wanted)]


def _attempt_at_any_time(bench: Bench, number: int) -> list[str]:
    """A run that is killed after a random part of the time that it takes, then another."""
    rng = Random(f"kill {number}")
    world = (FIRST_RUN, REPAIR)[number % 2]
    start, _, wanted = _undisturbed(bench, world)
    seconds = rng.uniform(0, _seconds(bench, world))
    whole_group = bool(number // 2 % 2)
    places = moved(start, bench.fresh("g4") / "places")
    with started_run(places) as process:
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            (os.killpg if whole_group else os.kill)(process.pid, signal.SIGKILL)
    relieve(places)
    whom = "all processes" if whole_group else "Python"
    story = f"{world.name}, {whom} killed after {seconds:.2f} s"
    return [f"{story}: {each}" for each in judge_next_run(bench, places, wanted)]


@lru_cache(maxsize=len(PLACES))
def _seconds(bench: Bench, world: World) -> float:
    """How long a run in this world takes that is not disturbed, as a process."""
    places = moved(_undisturbed(bench, world)[0], bench.fresh("g4") / "places")
    began = time.monotonic()
    with started_run(places) as process:
        assert process.wait(timeout=DEADLINE) == 0, f"{world.name}: an undisturbed run failed"
    return time.monotonic() - began


def judge_next_run(bench: Bench, places: Places, wanted: dict[str, str]) -> list[str]:
    """What the next run does not put in order: its end, the contents, and what is left over."""
    report = places.run(bench.spark)
    if report.exit_code:
        return [f"the next run ended {report.status}: {report.message}"]
    found = digests(places.warehouse)
    findings = [f"{name} has other contents" for name in wanted if found[name] != wanted[name]]
    findings += [f"left behind: {each}" for each in leftovers(places)]
    heads = read_table(places.warehouse, AUDIT, "Publication")
    successes = {
        (row["RunID"], row["Layer"], row["TableName"])
        for row in read_table(places.warehouse, AUDIT, "LoadAudit")
        if row["Status"] == "SUCCESS"
    }
    if len(heads) != 1 or heads[0]["RunID"] not in {run for run, _, _ in successes}:
        findings.append("the audit does not hold the run that published")
    return findings


@lru_cache(maxsize=len(PLACES))
def _undisturbed(bench: Bench, world: World) -> tuple[Places, dict[str, int], dict[str, str]]:
    """A world as it starts, where a run in it writes and how often, and what it publishes."""
    name = world.name.replace(" ", "-")
    start = prepared(world, bench.fresh(f"g4-{name}"), bench.spark)
    places = moved(start, bench.fresh(f"g4-{name}-ended") / "places")
    forget()
    report = places.run(bench.spark)
    occurrences = reached()
    if world.is_refused:
        assert report.status == "refused", report.message
        relieve(places)
        report = places.run(bench.spark)
    assert report.exit_code == 0, report.message
    return start, occurrences, digests(places.warehouse)


def _is_stopped(bench: Bench, places: Places, asked: str) -> bool:
    """True where a run stopped at the place: this process's run raises, another one dies."""
    if asked.endswith(":raise"):
        forget()
        with mock.patch.dict(os.environ, {VARIABLE: asked}):
            report = places.run(bench.spark)
        return report.exit_code != 0 and FailpointRaised.__name__ in (report.message or "")
    with started_run(places, failpoint=asked) as process:
        return process.wait(timeout=DEADLINE) == -signal.SIGKILL


G4 = Guarantee(
    "G4",
    "Killed anywhere, run again, same contents: stopped at the first and the last occurrence of "
    "every place that writes by an exception, kill -9 of Python and kill -9 of all its processes, "
    f"and killed {_KILLS} times at any time; rows lost 0, doubled 0, files left behind 0.",
    len(STOPS) + _KILLS,
    attempt,
)
