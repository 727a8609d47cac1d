"""G7: the first committer wins, and the other run says who it was."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from unittest import mock

from c360 import failpoints
from c360.failpoints import VARIABLE, forget, reached
from tests.guarantees.bench import Bench, Guarantee
from tests.support.digest import AUDIT, digests, read_table
from tests.support.leftovers import leftovers
from tests.support.places import Places
from tests.support.processes import DEADLINE, started_run
from tests.support.worlds import FIRST_RUN, moved, prepared

# Where a run can be overtaken: after it has read the head, before it opens the warehouse to stage.
PLACES = (
    "lock.take",
    "silver.rows",
    "quarantine.rows",
    "quarantine.manifest",
    "silver.manifest",
    "gold.rows",
)
_RACES, _AT_ONCE, _LOSERS = 50, 4, 20  # of the races, some are run by two processes at once
_LATE = "OnlineTransactions_race.csv"
_LATE_TEXT = (
    "OrderID,CustomerID,ProductID,DateTime,PaymentMethod,Amount,Status\n"
    "990001,,,2025-01-05 10:00:00,Cash,5.00,Completed\n"
)


@dataclass(frozen=True)
class Loser:
    """How a run ended that was overtaken."""

    exit_code: int
    status: str
    message: str


def attempt(bench: Bench, number: int) -> list[str]:
    """Two runs of which one overtakes the other, on the same files or on one file more."""
    start, occurrences, wanted = _undisturbed(bench)
    places = moved(start, bench.fresh("g7") / "places")
    rng = Random(f"race {number}")
    place = PLACES[number % len(PLACES)]
    asked = f"{place}#{rng.randint(1, occurrences[place])}:pause"
    same = bool(number // len(PLACES) % 2)
    story = f"{asked}, {'the same files' if same else 'one file more'}"
    if _RACES - _AT_ONCE <= number < _RACES:
        story, findings = "two processes at once", _at_once(places)
        return [f"{story}: {each}" for each in findings + _judge(bench, places, wanted[True])]
    winner: list[str] = []

    def overtake() -> None:
        if not same:
            (places.bronze / _LATE).write_text(_LATE_TEXT)
        report = places.run(bench.spark)
        winner.append(report.run_id if report.status == "published" else report.message or "")

    race = _overtaken_process if number >= _RACES else _overtaken_run
    loser = race(bench, places, asked, overtake)
    findings = _judge_loser(loser, winner, same=same) + _judge_audit(places, winner)
    findings += _judge(bench, places, wanted[same])
    return [f"{story}: {each}" for each in findings]


def _overtaken_run(bench: Bench, places: Places, asked: str, overtake: Callable[[], None]) -> Loser:
    """A run of this process, in which another whole run takes place at the asked point."""

    def stop(_action: str, _name: str) -> None:
        overtake()

    forget()
    with (
        mock.patch.dict(os.environ, {VARIABLE: asked}),
        mock.patch.object(failpoints, "_stop", stop),
    ):
        report = places.run(bench.spark)
    return Loser(report.exit_code, report.status, report.message or report.published_by or "")


def _overtaken_process(
    bench: Bench, places: Places, asked: str, overtake: Callable[[], None]
) -> Loser:
    """A process that is stopped at the point, and goes on when the other run has ended."""
    report = places.registry.parent / "report.json"
    with started_run(places, "--report", str(report), failpoint=asked) as process:
        try:
            if not _is_stopped(process.pid):
                return Loser(-1, "", f"no process stopped at {asked}")
            overtake()
            os.kill(process.pid, signal.SIGCONT)
            code = process.wait(timeout=DEADLINE)
        finally:
            process.kill()
    found = json.loads(report.read_text())
    return Loser(code, found["status"], found["message"] or found["published_by"] or "")


def _is_stopped(pid: int) -> bool:
    """True once the process is stopped; False when it ends instead, or the deadline passes."""
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline:
        found, status = os.waitpid(pid, os.WNOHANG | os.WUNTRACED)
        if found:
            return os.WIFSTOPPED(status)
        time.sleep(0.05)
    return False


def _at_once(places: Places) -> list[str]:
    """What two processes that start together do wrong."""
    runs = [started_run(places) for _ in range(2)]
    codes = [run.wait(timeout=DEADLINE) for run in runs]
    return [] if codes == [0, 0] else [f"two runs on the same files ended {codes}"]


def _judge_loser(loser: Loser, winner: list[str], *, same: bool) -> list[str]:
    expected = (0, "up_to_date") if same else (3, "failed")
    if (loser.exit_code, loser.status) != expected:
        return [f"the overtaken run ended {loser}, not {expected}"]
    return [] if winner[0] in loser.message else [f"it does not name {winner[0]}: {loser.message}"]


def _judge_audit(places: Places, winner: list[str]) -> list[str]:
    """Where the audit says that another run than the winner published."""
    (head,) = read_table(places.warehouse, AUDIT, "Publication")
    rows = read_table(places.warehouse, AUDIT, "LoadAudit")
    successes = {row["RunID"] for row in rows if row["Status"] == "SUCCESS"}
    if (head["Epoch"], head["RunID"], successes) != (1, winner[0], {winner[0]}):
        return [f"the head is {head}, the audit has {successes}, and {winner[0]} published"]
    return []


def _judge(bench: Bench, places: Places, wanted: dict[str, str]) -> list[str]:
    """Whether one set is published, and a third run finds nothing to do."""
    (head,) = read_table(places.warehouse, AUDIT, "Publication")
    findings = [] if head["Epoch"] == 1 else [f"{head['Epoch']} publications"]
    found = digests(places.warehouse)
    findings += [f"{name} has other contents" for name in wanted if found[name] != wanted[name]]
    report = places.run(bench.spark)
    if report.status != "up_to_date":
        findings.append(f"a third run ended {report.status}: {report.message}")
    return findings + [f"left behind: {each}" for each in leftovers(places)]


@lru_cache(maxsize=1)
def _undisturbed(bench: Bench) -> tuple[Places, dict[str, int], dict[bool, dict[str, str]]]:
    """Dirty files, how often a run on them comes to each place, and what it publishes.

    By True what it publishes from these files, by False from one file more.
    """
    start = prepared(FIRST_RUN, bench.fresh("g7-start"), bench.spark)
    wanted = {}
    for same in (False, True):
        places = moved(start, bench.fresh(f"g7-ended-{same}") / "places")
        if not same:
            (places.bronze / _LATE).write_text(_LATE_TEXT)
        forget()
        report = places.run(bench.spark)
        assert report.status == "published", report.message
        wanted[same] = digests(places.warehouse)
    return start, reached(), wanted


G7 = Guarantee(
    "G7",
    "The first committer wins: of two runs one publishes, wherever the other is overtaken, and the "
    "other says who did; a process that is paused there and goes on publishes nothing.",
    _RACES + _LOSERS,
    attempt,
)
