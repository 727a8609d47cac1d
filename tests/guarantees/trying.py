"""Tries guarantees one after the other, and keeps what came of it after every try."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from tests.guarantees.bench import Bench, Guarantee
from tests.guarantees.results import Failure, Result, attempts, keep, read_results, table

RESULTS = Path(__file__).resolve().parents[2] / "build" / "guarantees"


def _parse_words(
    program: str, guarantees: Mapping[str, Guarantee], words: Sequence[str] | None
) -> argparse.Namespace:
    """What is asked: `only` (names), `shard` and `tries`."""
    parser = argparse.ArgumentParser(program)
    parser.add_argument(
        "--only",
        type=_names(guarantees),
        default=list(guarantees),
        help="for example G1,G3; all if unset",
    )
    parser.add_argument(
        "--shard", type=_shard, default=(1, 1), help="for example 2/4: the second of four parts"
    )
    parser.add_argument("--tries", type=int, help="the first tries only, to see that all is set up")
    return parser.parse_args(words)


def try_guarantees(
    program: str,
    guarantees: Mapping[str, Guarantee],
    bench: AbstractContextManager[Bench],
    words: Sequence[str] | None,
) -> int:
    """Tries what the words ask for and shows the table; the exit code is 1 where a try failed."""
    asked = _parse_words(program, guarantees, words)
    with bench as ready:
        failed = [try_all(ready, guarantees[name], asked.shard, asked.tries) for name in asked.only]
    sys.stdout.write(table(read_results(RESULTS)) + f"\n{RESULTS}\n")
    return int(any(failed))


def try_all(bench: Bench, guarantee: Guarantee, shard: tuple[int, int], limit: int | None) -> bool:
    """Whether a try of this shard failed."""
    failed = False
    for result in _results(bench, guarantee, shard, limit):
        keep(result, RESULTS)  # after every try: who stops it keeps what was tried
        failed = bool(result.failures)
    return failed


def _names(guarantees: Mapping[str, Guarantee]) -> Callable[[str], list[str]]:
    def names(text: str) -> list[str]:
        found = text.split(",")
        if unknown := [name for name in found if name not in guarantees]:
            raise argparse.ArgumentTypeError(f"{unknown[0]} is none of {', '.join(guarantees)}")
        return found

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
            command=f"{guarantee.command} ONLY={guarantee.name}{_part(shard)}",
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
