"""`python -m tests.cloud.bench`: what staging and MERGE take on the local BigQuery server.

The server is one process on this machine: its seconds say how the work grows with the rows, and
nothing about BigQuery's own.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import psutil

from c360.warehouse import bigquery
from tests.bench.data import write_files
from tests.cloud.fault_bench import Servers
from tests.cloud.guarantees import servers
from tests.cloud.places import CloudPlaces
from tests.support.places import OWN
from tests.support.states import read_files

RESULTS = Path(__file__).resolve().parents[2] / "build" / "bench-cloud.json"
ROWS = (250_000, 500_000, 1_000_000)
GROWTH_MB = 100  # by which the driver's Python may grow while it stages and publishes
_BYTES_PER_ROW = 56
_MB = 1_000_000


@dataclass
class Measured:
    """One publication into an empty project."""

    rows: int  # of silver and gold, staged
    staging_seconds: float = 0.0
    merge_seconds: float = 0.0
    growth_mb: float = 0.0  # of the memory of the driver's Python at most, while it publishes


def main(words: Sequence[str] | None = None) -> int:
    """The exit code: 1 where the driver grew too much."""
    parser = argparse.ArgumentParser("python -m tests.cloud.bench")
    parser.add_argument("--rows", type=_numbers, default=ROWS, help="for example 250000,500000")
    asked = parser.parse_args(words).rows
    with servers() as running:
        measure(running, 1_000)  # the first write loads the connector's classes
        found = [measure(running, rows) for rows in asked]
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps([asdict(each) for each in found], indent=1) + "\n")
    sys.stdout.write(table(found) + f"\n{RESULTS}\n")
    return int(any(each.growth_mb > GROWTH_MB for each in found))


def measure(running: Servers, rows: int) -> Measured:
    """What it takes to stage and publish about this many rows."""
    folder = running.folder / f"rows-{rows}"
    url = running.bigquery.warehouse(f"rows-{rows}")
    write_files(folder / "bronze", rows * _BYTES_PER_ROW)
    places = CloudPlaces.make(running.gcs, url, folder, OWN.read_text(encoding="utf-8"))
    places.put(read_files(folder / "bronze"))
    found = Measured(0)
    with ExitStack() as patched:
        for name, part in (("stage", "staging_seconds"), ("commit", "merge_seconds")):
            timed = _timed(getattr(bigquery, name), found, part)
            patched.enter_context(mock.patch.object(bigquery, name, timed))
        report = places.run(running.spark)
    assert report.status == "published", report.message
    found.rows = sum(each.rows for each in report.published)
    return found


def table(found: Sequence[Measured]) -> str:
    """One line a size; the ratios are to the line before."""
    lines = [f"{'rows':>10} {'staging s':>10} {'ratio':>6} {'MERGE s':>8} {'ratio':>6} {'MB':>6}"]
    for before, each in zip([None, *found], found, strict=False):
        staging = _ratio(each.staging_seconds, before.staging_seconds) if before else ""
        merge = _ratio(each.merge_seconds, before.merge_seconds) if before else ""
        lines.append(
            f"{each.rows:>10,} {each.staging_seconds:>10.1f} {staging:>6} "
            f"{each.merge_seconds:>8.1f} {merge:>6} {each.growth_mb:>6.0f}"
        )
    return "\n".join(lines)


def _ratio(now: float, before: float) -> str:
    return f"{now / before:.2f}" if before else "-"


def _timed(work: Callable[..., Any], found: Measured, part: str) -> Callable[..., Any]:
    """The function, its seconds and its memory written down."""

    def timed(*args: Any) -> Any:
        started = time.monotonic()
        with growth(found):
            done = work(*args)
        setattr(found, part, time.monotonic() - started)
        return done

    return timed


@contextmanager
def growth(found: Measured) -> Iterator[None]:
    """Keep the most by which this process has grown since the block began."""
    gc.collect()
    process, ended = psutil.Process(), threading.Event()
    before = process.memory_info().rss

    def watch() -> None:
        while not ended.wait(0.02):
            grown = (process.memory_info().rss - before) / _MB
            found.growth_mb = max(found.growth_mb, grown)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(each) for each in text.split(","))


if __name__ == "__main__":
    sys.exit(main())
