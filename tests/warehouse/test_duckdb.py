"""Publishing to the embedded warehouse and reading it back."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

import duckdb
import pytest

from c360.errors import OutsideFailure
from c360.warehouse.protocol import Head, ReadBack
from tests.warehouse.publication_contract import PublicationContract

DEAD = "r20250101T000000-0123abcd"  # a run that died


class TestDuckDB(PublicationContract):
    """The contract of every warehouse, in a DuckDB file."""


def test_reading_creates_nothing(world):
    assert world.warehouse.read_head() == Head(0, None, None)
    assert world.warehouse.load_audit("r") == ()
    assert world.warehouse.recent_runs(5) == ()
    assert world.warehouse.read_back(()) == ReadBack(Head())
    with pytest.raises(OutsideFailure, match="nothing was published here yet"):
        world.warehouse.query("SELECT 1")
    assert not world.path.parent.exists()


def test_a_database_that_c360_never_wrote_to_has_no_head_and_stays_as_it_is(world):
    world.path.parent.mkdir()
    world.tamper("CREATE TABLE mine (a INTEGER)")
    before = world.path.read_bytes()
    assert world.warehouse.read_head() == Head()
    assert world.warehouse.recent_runs(5) == ()
    assert world.path.read_bytes() == before


def test_a_head_that_was_deleted_by_hand_comes_back(world, make):
    world.publish("A", [make.order(1)])
    world.tamper("DELETE FROM customer360_audit.Publication")
    assert world.warehouse.read_head() == Head()
    assert world.publish("A", [make.order(1)]).head.epoch == 1


def test_staging_is_gone_after_a_publication_and_what_dead_runs_left_goes_with_the_next(
    world, make
):
    world.publish("A", [make.order(1)])
    assert world.staging_tables() == []
    world.tamper(f'CREATE TABLE customer360_staging."Orders__{DEAD}__all" AS SELECT 1 AS a')
    world.tamper("CREATE TABLE customer360_staging.Orders AS SELECT 1 AS loaded_by_hand")
    world.publish("B", [make.order(1)])
    assert world.staging_tables() == [("Orders",)]


def test_what_the_same_run_staged_before_it_was_killed_is_no_obstacle(world, make):
    world.publish("A", [make.order(1)])
    world.tamper(f'CREATE TABLE customer360_staging."Orders__{DEAD}" AS SELECT 1 AS a')
    assert world.publish("B", [make.order(2)], run=DEAD).by_this_run


POLL = """
    SELECT (SELECT list(DISTINCT BatchID) FROM customer360_gold.Totals),
           (SELECT list(BatchID) FROM customer360_audit.Publication),
           (SELECT count(*) FROM customer360_silver.Orders),
           (SELECT RowsInTable FROM customer360_audit.LoadAudit AS a
            JOIN customer360_audit.Publication AS p USING (RunID) WHERE a.TableName = 'Orders')
"""


def test_a_reader_never_sees_a_mixed_set(world, make, monkeypatch):
    orders = {"A": [make.order(n) for n in range(3)], "B": [make.order(n) for n in range(7)]}
    world.publish("A", orders["A"])
    seen, stop = [], threading.Event()

    def poll():
        with duckdb.connect(str(world.path)) as connection:
            while not stop.is_set():
                seen.append(connection.execute(POLL).fetchone())

    reader = threading.Thread(target=poll)
    reader.start()
    try:
        for name in "BABABABA":
            slow_transaction(monkeypatch, 0.002)
            before = len(seen)
            world.publish(name, orders[name])
            assert len(seen) - before >= 10
    finally:
        stop.set()
        reader.join()
    mixed = [row for row in seen if row[0] != row[1] or row[2] != row[3]]
    assert mixed == []
    assert {row[0][0] for row in seen} == {"A", "B"}


def slow_transaction(monkeypatch, seconds):
    from c360.warehouse import duckdb as backend  # noqa: PLC0415  patched where it is used
    from c360.warehouse.duckdb_connection import execute  # noqa: PLC0415

    def slow(connection, statement):
        execute(connection, statement)
        time.sleep(seconds)

    monkeypatch.setattr(backend, "execute", slow)


RACER = """
import pickle, sys
from pathlib import Path
from c360.errors import OtherRunPublished
from c360.warehouse.duckdb import DuckDBWarehouse
publication = pickle.loads(Path(sys.argv[1]).read_bytes())
print("ready", flush=True)
sys.stdin.readline()
try:
    outcome = DuckDBWarehouse(Path(sys.argv[2]), 30.0).publish(publication)
    print("published", outcome.head.run_id, outcome.by_this_run)
except OtherRunPublished as error:
    print("lost", error)
"""


def test_of_two_processes_at_once_one_publishes_and_the_other_names_it(world, make):
    import pickle  # noqa: PLC0415  only here: the other process gets the publication as it is

    racers = []
    for name in ("A", "B"):
        publication = world.batch(name, [make.order(n) for n in range(50)], run=f"run-{name}")
        file = world.folder / f"{name}.pickle"
        file.write_bytes(pickle.dumps(publication))
        racers.append(
            subprocess.Popen(
                [sys.executable, "-c", RACER, str(file), str(world.path)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )
        )  # fmt: skip
    for racer in racers:
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        racer.stdin.write("go\n")
        racer.stdin.flush()
    said = sorted(racer.communicate(timeout=60)[0] for racer in racers)
    head = world.warehouse.read_head()
    assert head.epoch == 1
    assert said[1] == f"published {head.run_id} True\n"
    assert said[0].startswith(f"lost run {head.run_id} published batch {head.batch_id}")
    assert world.warehouse.read_back(make.contracts).differences == ()
