"""G5: gold changes as a set, together with silver and the audit."""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from random import Random
from unittest import mock

import duckdb

from c360 import failpoints
from c360.failpoints import FailpointRaised
from c360.warehouse import duckdb_connection
from c360.warehouse.duckdb import DuckDBWarehouse
from c360.warehouse.protocol import Publication
from tests.guarantees.bench import Bench, Guarantee
from tests.support.processes import DEADLINE, ROOT
from tests.support.publications import again, is_one_set, one_look, recorded

_SEEDS = (5, 14)  # two sets with another number of rows in every silver table
_PUBLICATIONS, _KILLS = 300, 30
_OVERLAPPING, _READS = 10, 34  # reads inside every publication, and of it in all: 10,200
_LONGEST_HOLD = 0.5  # seconds inside the transaction
_FAILING = 3  # every third publication fails
_LONGEST_LIFE = 1.5  # seconds of a publisher, after its first publication


@dataclass
class Prepared:
    """Two publications, a warehouse that holds the first, and what one look at it asks."""

    publications: tuple[Publication, Publication]
    warehouse: DuckDBWarehouse
    look: str


@dataclass
class Reader:
    """Looks at the warehouse again and again until it is told to stop."""

    cursor: duckdb.DuckDBPyConnection
    look: str
    spans: list[tuple[float, float]] = field(default_factory=list)  # of each look
    mixed: list[tuple[object, ...]] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def read(self) -> None:
        while not self.stop.is_set():
            began = time.monotonic()
            (look,) = self.cursor.execute(self.look).fetchall()
            self.spans.append((began, time.monotonic()))
            if not is_one_set(look):
                self.mixed.append(look)


def attempt(bench: Bench, number: int) -> list[str]:
    """One publication under the eyes of a reader; or a publisher that is killed."""
    prepared = _prepared(bench)
    if number < _PUBLICATIONS:
        return _publish_watched(prepared, Random(f"publication {number}"), number)
    return _kill_publisher(prepared, Random(f"kill {number}"), bench.fresh("g5-kill"))


def _publish_watched(prepared: Prepared, rng: Random, number: int) -> list[str]:
    warehouse, fails = prepared.warehouse, number % _FAILING == 0
    before = warehouse.read_head()
    publication = again(prepared.publications[number % 2], before)
    with _reading(prepared) as reader:
        began = time.monotonic()
        with _held(rng, reader, fails=fails) as ended:
            try:
                warehouse.publish(publication)
            except FailpointRaised:
                ended.append("raised")
        until = time.monotonic()
        inside = sum(began <= start and end <= until for start, end in reader.spans)
        _wait(lambda: len(reader.spans) >= _READS, DEADLINE)
    findings = [f"a read saw two sets: {look}" for look in reader.mixed]
    if inside < _OVERLAPPING:
        findings.append(f"only {inside} reads lie inside the publication")
    head = warehouse.read_head()
    if fails != (ended == ["raised"]) or head.run_id != (
        before.run_id if fails else publication.run_id
    ):
        findings.append(f"the publication that {'fails' if fails else 'succeeds'} left {head}")
    return findings


@contextmanager
def _reading(prepared: Prepared) -> Iterator[Reader]:
    """A reader at work in this process; DuckDB lets no other one look during a write."""
    with duckdb.connect(str(prepared.warehouse.path)) as connection:
        reader = Reader(connection.cursor(), prepared.look)
        thread = threading.Thread(target=reader.read)
        thread.start()
        try:
            yield reader
        finally:
            reader.stop.set()
            thread.join(DEADLINE)


@contextmanager
def _held(rng: Random, reader: Reader, *, fails: bool) -> Iterator[list[str]]:
    """The next publication waits at some statement of its transaction; one that fails, raises."""
    passing, at = failpoints.failpoint, rng.randrange(40)
    seen = [-1]

    def wait_there(name: str) -> None:
        passing(name)
        if name == "publish.guard":
            seen[0] = 0
        elif seen[0] >= 0 and name != "warehouse.commit":
            seen[0] += 1
        if seen[0] == at or (name == "warehouse.commit" and 0 <= seen[0] < at):
            seen[0] = -1
            read = len(reader.spans)
            _wait(lambda: len(reader.spans) > read + _OVERLAPPING, _LONGEST_HOLD)
            if fails:
                raise FailpointRaised(name)

    with mock.patch.object(duckdb_connection, "failpoint", wait_there):
        yield []


def _wait(is_done: Callable[[], bool], longest: float) -> None:
    deadline = time.monotonic() + longest
    while not is_done() and time.monotonic() < deadline:
        time.sleep(0.002)


def _kill_publisher(prepared: Prepared, rng: Random, folder: Path) -> list[str]:
    """What the first look after a kill sees, from another process."""
    pickled = folder / "publications.pickle"
    pickled.write_bytes(pickle.dumps(prepared.publications))
    warehouse = folder / "warehouse.duckdb"
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.publisher", str(pickled), str(warehouse)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        if process.stdout.readline() != "published\n":
            return ["the publisher did not publish"]
        time.sleep(rng.uniform(0, _LONGEST_LIFE))
        process.kill()
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        (look,) = connection.execute(prepared.look).fetchall()
    return [] if is_one_set(look) else [f"after a kill two sets are seen: {look}"]


@lru_cache(maxsize=1)
def publications(bench: Bench) -> tuple[Publication, Publication]:
    """Two publications that differ in the number of rows of every silver table."""
    folder = bench.fresh("g5-publications")
    first, second = (recorded(bench.spark, folder / str(seed), seed) for seed in _SEEDS)
    same = [
        one.contract.name
        for one, other in zip(first.silver, second.silver, strict=True)
        if one.rows == other.rows
    ]
    assert not same, f"two sets with as many rows in {same}"
    return first, second


@lru_cache(maxsize=1)
def _prepared(bench: Bench) -> Prepared:
    first, second = publications(bench)
    warehouse = DuckDBWarehouse(bench.fresh("g5") / "warehouse.duckdb", DEADLINE)
    warehouse.publish(again(first, warehouse.read_head()))
    return Prepared((first, second), warehouse, one_look(first))


G5 = Guarantee(
    "G5",
    "Gold changes as a set: a reader that asks all published tables in one statement sees one set, "
    "in 34 reads of every publication, of which every third fails; and after a kill.",
    _PUBLICATIONS + _KILLS,
    attempt,
)
