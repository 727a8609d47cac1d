"""`python -m tests.guarantees`: tries every guarantee in full volume, in one warm JVM."""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from c360.session import build_session, settings_for
from tests.conftest import OWN_SETTINGS
from tests.guarantees.bench import Bench, Guarantee
from tests.guarantees.g1_records import G1
from tests.guarantees.g2_files import G2
from tests.guarantees.g3_contents import G3
from tests.guarantees.g4_stops import G4
from tests.guarantees.g5_readers import G5
from tests.guarantees.g6_defects import G6
from tests.guarantees.g7_races import G7
from tests.guarantees.g9_histories import G9
from tests.guarantees.g10_damages import G10
from tests.guarantees.g11_resources import G11
from tests.guarantees.g12_personal_data import G12
from tests.guarantees.results import Failure, Result, attempts, keep, read_results, table

GUARANTEES = {each.name: each for each in (G1, G2, G3, G4, G5, G6, G7, G9, G10, G11, G12)}
RESULTS = Path(__file__).resolve().parents[2] / "build" / "guarantees"
_LONG_RUN = {
    **OWN_SETTINGS,
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.ui.retainedExecutions": "1",
    "spark.eventLog.enabled": "true",  # canaries are looked for in it
    "spark.eventLog.compress": "false",
    "spark.eventLog.rolling.enabled": "false",
}


def main(words: Sequence[str] | None = None) -> int:
    """The exit code: 1 where a try failed."""
    asked = _parsed(words)
    failed = False
    with _bench() as bench:
        for name in asked.only:
            for result in _results(bench, GUARANTEES[name], asked.shard, asked.tries):
                keep(result, RESULTS)  # after every try: who stops it keeps what was tried
            failed |= bool(result.failures)
    sys.stdout.write(table(read_results(RESULTS)) + f"\n{RESULTS}\n")
    return int(failed)


def _parsed(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.guarantees", description=__doc__)
    parser.add_argument(
        "--only", type=_names, default=list(GUARANTEES), help="for example G1,G3; all if unset"
    )
    parser.add_argument(
        "--shard", type=_shard, default=(1, 1), help="for example 2/4: the second of four parts"
    )
    parser.add_argument("--tries", type=int, help="the first tries only, to see that all is set up")
    return parser.parse_args(words)


def _names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := [name for name in names if name not in GUARANTEES]:
        raise argparse.ArgumentTypeError(f"{unknown[0]} is none of {', '.join(GUARANTEES)}")
    return names


def _shard(text: str) -> tuple[int, int]:
    number, slash, shards = text.partition("/")
    if not (slash and number.isdigit() and shards.isdigit() and 0 < int(number) <= int(shards)):
        raise argparse.ArgumentTypeError(f"found '{text}'; expected for example 2/4")
    return int(number), int(shards)


def _results(
    bench: Bench, guarantee: Guarantee, shard: tuple[int, int], limit: int | None
) -> Iterator[Result]:
    """The result of one shard after each of its tries; an exception is a failure like any other."""
    started, failures, tries = time.monotonic(), [], attempts(guarantee.tries, shard)[:limit]
    for done, number in enumerate(tries, start=1):
        try:
            findings = guarantee.attempt(bench, number)
        except Exception as failure:
            findings = [f"raised {type(failure).__name__}: {failure}"]
        if findings:
            failures.append(Failure(number, tuple(findings)))
        word = "failed: " + findings[0] if findings else "holds"
        passed = time.monotonic() - started
        line = f"{guarantee.name} {done}/{len(tries)} ({passed:.0f} s) try {number} {word}"
        sys.stderr.write(line + "\n")
        yield Result(
            guarantee=guarantee.name,
            claim=guarantee.claim,
            command=f"make guarantees ONLY={guarantee.name}{_part(shard)}",
            shard=shard,
            tries=done,
            full_volume=guarantee.tries,
            failures=tuple(failures),
            seconds=round(passed, 1),
            spark=bench.spark.version,
            finished_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        )


def _part(shard: tuple[int, int]) -> str:
    return f" SHARD={shard[0]}/{shard[1]}" if shard[1] > 1 else ""


@contextlib.contextmanager
def _bench() -> Iterator[Bench]:
    """A warm session whose own words and event log are kept in files."""
    folder = Path(tempfile.mkdtemp(prefix="c360-guarantees-"))
    events, told = folder / "events", folder / "stderr.txt"
    events.mkdir()
    with _errors_into(told):
        own = {**_LONG_RUN, "spark.eventLog.dir": events.as_uri()}
        spark = build_session({**settings_for(0), **own}, app="c360-guarantees")
    try:
        yield Bench(spark, folder, (events, told))
    finally:
        spark.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _errors_into(file: Path) -> Iterator[None]:
    """Standard error of the processes that are started meanwhile goes into a file."""
    kept = os.dup(2)
    with file.open("wb") as target:
        os.dup2(target.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)


if __name__ == "__main__":
    sys.exit(main())
