"""A publication is seen as a whole: by who reads meanwhile, and by who comes after a failure."""

from __future__ import annotations

import contextlib
import itertools
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

import pytest

from c360.errors import OtherRunPublished, OutsideFailure
from c360.warehouse import bigquery_publication
from c360.warehouse.bigquery_connection import connected
from c360.warehouse.bigquery_script import Script, publication_script
from c360.warehouse.bigquery_staging import stage
from c360.warehouse.bigquery_tables import ensure_tables
from tests.cloud.volume import volume
from tests.cloud.warehouse.publisher import begin, started

PUBLICATIONS, KILLS = volume(2, 50), volume(1, 10)
OVERLAPPING = 10  # reads inside every publication
LOOK = """
    SELECT
      (SELECT STRING_AGG(DISTINCT BatchID ORDER BY BatchID) FROM customer360_gold.Totals) AS Gold,
      (SELECT BatchID FROM customer360_audit.Publication) AS Head,
      (SELECT COUNT(*) FROM customer360_silver.Orders) AS Orders,
      (SELECT COUNT(*) FROM customer360_silver.Stores) AS Stores,
      (SELECT MAX(IF(a.TableName = 'Orders', RowsInTable, NULL)) FROM customer360_audit.LoadAudit
       AS a JOIN customer360_audit.Publication AS p ON a.RunID = p.RunID) AS AuditedOrders,
      (SELECT MAX(IF(a.TableName = 'Stores', RowsInTable, NULL)) FROM customer360_audit.LoadAudit
       AS a JOIN customer360_audit.Publication AS p ON a.RunID = p.RunID) AS AuditedStores
"""
BROKEN = "SELECT ERROR('broken on purpose')"


def with_a_failure_at(script: Script, position: int) -> Script:
    """The script with a statement that fails before its statement of this number."""
    texts = script.text.split(";\n")
    return Script(";\n".join([*texts[:position], BROKEN, *texts[position:]]), script.params)


def test_a_failing_statement_at_every_position_leaves_all_unchanged(world, make, monkeypatch):
    world.publish("A", [make.order(n) for n in range(5)], [make.store(1)])
    orders = world.staged(make.orders, [make.order(2, "7.77"), make.order(8)])
    gold = world.staged(make.totals, [make.total("Completed", "3.00", "B")])
    # Stores has no source any more: it is emptied, so that every kind of statement is met.
    publication = world.publication("B", [orders], [gold])
    before, numbers = world.contents(), itertools.count()
    contracts = (make.orders, make.totals)
    # One job a try: an id that was used is never used again.
    monkeypatch.setattr(
        bigquery_publication, "job_id", lambda *_: f"c360-broken-{next(numbers)}-{time.time_ns()}"
    )
    with connected(world.warehouse.address) as connection:
        state = ensure_tables(connection, contracts, f"c360-{publication.run_id}-tables")
        step = f"c360-{publication.run_id}"
        stage(connection, publication, world.warehouse.append, step)
        whole = publication_script(publication, state)
        positions = range(1, whole.text.count(";\n"))
        for position in positions:
            broken = with_a_failure_at(whole, position)
            with monkeypatch.context() as patched:
                patched.setattr(bigquery_publication, "publication_script", lambda *_, b=broken: b)
                with pytest.raises(OutsideFailure), connected(world.warehouse.address) as other:
                    bigquery_publication.commit(other, publication, state)
            assert world.contents() == before, broken.text.split(";\n")[position + 1]
        outcome = bigquery_publication.commit(connection, publication, state)
    assert len(positions) >= 12
    assert outcome.by_this_run
    assert outcome.emptied == ("customer360_silver.Stores",)
    assert world.warehouse.read_back(contracts).differences == ()


@dataclass
class Reader:
    """Looks at all published tables in one statement, again and again."""

    looks: list[dict[str, object]] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def read(self, world) -> None:
        while not self.stop.is_set():
            try:
                self.looks += world.warehouse.query(LOOK)
            except OutsideFailure as failure:
                self.failures.append(failure)

    def mixed(self) -> list[dict[str, object]]:
        return [
            look
            for look in self.looks
            if look["Gold"] != look["Head"]
            or look["Orders"] != look["AuditedOrders"]
            or look["Stores"] != look["AuditedStores"]
        ]


@contextlib.contextmanager
def reading(world) -> Iterator[Reader]:
    reader = Reader()
    threads = [threading.Thread(target=reader.read, args=(world,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield reader
    finally:
        reader.stop.set()
        for thread in threads:
            thread.join()


def test_a_reader_of_all_tables_sees_one_set_during_publications_and_kills(world, make):
    rows = {
        "A": ([make.order(n) for n in range(3)], [make.store(1)]),
        "B": ([make.order(n, "1.00") for n in range(7)], [make.store(n) for n in range(4)]),
    }
    world.publish("A", *rows["A"])
    with reading(world) as reader:
        for _, name in zip(range(PUBLICATIONS), itertools.cycle("BA")):
            seen = len(reader.looks)
            publish_until_done(world, name, rows[name])
            assert len(reader.looks) - seen >= OVERLAPPING
        for number in range(KILLS):
            publisher = started(world, world.batch("AB"[number % 2], *rows["AB"[number % 2]]))
            begin(publisher)
            time.sleep(Random(f"kill {number}").uniform(0.1, 6.0))
            publisher.kill()
            publisher.communicate()
    publish_until_done(world, "A", rows["A"])
    print(f"{len(reader.looks)} reads, {PUBLICATIONS} publications, {KILLS} kills")  # noqa: T201
    assert reader.failures == []
    assert reader.mixed() == []
    assert {look["Head"] for look in reader.looks} == {"A", "B"}
    assert world.table("Orders") == rows["A"][0]
    assert world.warehouse.read_back(make.contracts).differences == ()


def publish_until_done(world, name, rows) -> None:
    """Publish; the job of a publisher that was killed may still win, and then again."""
    for _ in range(3):
        with contextlib.suppress(OtherRunPublished):
            world.publish(name, *rows)
            return
    raise AssertionError("overtaken three times")
