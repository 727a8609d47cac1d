"""Publishing to the embedded warehouse and reading it back."""

from __future__ import annotations

import dataclasses
import datetime as dt
import subprocess
import sys
import threading
import time
from decimal import Decimal

import duckdb
import pytest

from c360.audit import LoadAuditRow
from c360.errors import OtherRunPublished, OutsideFailure
from c360.warehouse.protocol import Head, ReadBack


def counts(published, table):
    (row,) = [row for row in published.load_audit if row.table_name == table]
    return row.rows_inserted, row.rows_updated, row.rows_deleted, row.rows_in_table


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


def test_a_first_publication_inserts_every_row_and_takes_the_head(world, make):
    published = world.publish("A", [make.order(1), make.order(2, "5.50")], [make.store(7)])
    run = published.head.run_id
    assert published.by_this_run
    assert published.emptied == ()
    assert published.head == world.warehouse.read_head() == Head(1, "A", run)
    assert counts(published, "Orders") == (2, 0, 0, 2)
    assert counts(published, "Totals") == (1, 0, 0, 1)
    assert world.table("Orders") == [make.order(1), make.order(2, "5.50")]
    assert world.table("Stores") == [make.store(7)]
    assert world.warehouse.read_back(make.contracts) == ReadBack(published.head)


def test_a_second_publication_counts_what_it_inserts_updates_and_deletes(world, make):
    world.publish("A", [make.order(n) for n in range(1, 6)])
    changed = [make.order(1), make.order(2, "99.00"), make.order(3, status=None), make.order(9)]
    published = world.publish("B", changed)
    assert counts(published, "Orders") == (1, 2, 2, 4)
    assert world.table("Orders") == changed
    assert published.head.epoch == 2


def test_a_row_that_moved_to_another_file_is_rewritten(world, make):
    world.publish("A", [make.order(1, file="a.csv")])
    published = world.publish("B", [make.order(1, file="b.csv")])
    assert counts(published, "Orders") == (0, 1, 0, 1)
    assert world.table("Orders") == [make.order(1, file="b.csv")]


def test_a_value_that_becomes_null_and_back_is_a_change(world, make):
    world.publish("A", [make.order(1, at=None, amount=None)])
    assert counts(world.publish("B", [make.order(1, amount=None)]), "Orders") == (0, 1, 0, 1)
    published = world.publish("C", [make.order(1, at=None, amount=None)])
    assert counts(published, "Orders") == (0, 1, 0, 1)
    assert world.table("Orders") == [make.order(1, at=None, amount=None)]


def test_unchanged_silver_rows_are_left_alone_and_every_gold_row_is_rewritten(world, make):
    world.publish("A", [make.order(1), make.order(2)], totals=[("X", "1.00"), ("Y", "2.00")])
    published = world.publish(
        "B", [make.order(1), make.order(2)], totals=[("X", "1.00"), ("Y", "2.00")]
    )
    assert counts(published, "Orders") == (0, 0, 0, 2)
    assert counts(published, "Totals") == (0, 2, 0, 2)
    assert {row[-1] for row in world.table("Totals", "customer360_gold")} == {"B"}


def test_a_then_b_then_a_again_publishes_a_again(world, make):
    world.publish("A", [make.order(1)])
    first = world.table("Orders")
    world.publish("B", [make.order(2)])
    published = world.publish("A", [make.order(1)])
    assert world.table("Orders") == first
    assert (published.head.epoch, published.head.batch_id) == (3, "A")
    assert world.warehouse.read_back(make.contracts).differences == ()


def test_an_empty_state_empties_the_table(world, make):
    world.publish("A", [make.order(1)])
    assert counts(world.publish("B", []), "Orders") == (0, 0, 1, 0)
    assert world.table("Orders") == []
    assert world.warehouse.read_back(make.contracts).differences == ()


def test_the_audit_keeps_what_the_run_gave_and_what_was_counted(world, make):
    publication = world.batch("A", [make.order(1, "-3.25"), make.order(2, "10.00")])
    published = world.warehouse.publish(publication)
    gold, orders, stores = published.load_audit[2], *published.load_audit[:2]
    assert [row.layer for row in published.load_audit] == ["silver", "silver", "gold"]
    given = dataclasses.replace(
        publication.load_audit[0], rows_inserted=2, rows_updated=0, rows_deleted=0,
        rows_in_table=2, amount_sum=Decimal("6.75"),
    )  # fmt: skip
    assert orders == given
    assert stores.amount_sum is None
    assert gold.amount_sum == Decimal("10.00")
    assert world.warehouse.load_audit(publication.run_id) == published.load_audit
    assert world.warehouse.load_audit("another") == ()
    (file,) = world.table("LoadFiles", "customer360_audit")
    assert file[:4] == (publication.run_id, "A", "Orders", "a.csv")
    (reason,) = world.table("LoadReasons", "customer360_audit")
    assert reason[3:] == ("a.csv", "Amount", "scale", "rejected", 2)


def test_the_loser_of_the_guard_publishes_nothing_and_names_the_winner(world, make):
    slow = world.batch("B", [make.order(2)])
    winner = world.publish("A", [make.order(1)])
    before = world.contents()
    with pytest.raises(OtherRunPublished, match=rf"run {winner.head.run_id} published batch A"):
        world.warehouse.publish(slow)
    assert world.contents() == before
    assert world.staging_tables() == []


def test_the_loser_with_the_same_batch_is_told_that_it_is_published(world, make):
    slow = world.batch("A", [make.order(1)])
    winner = world.publish("A", [make.order(1)])
    before = world.contents()
    outcome = world.warehouse.publish(slow)
    assert not outcome.by_this_run
    assert outcome.head == winner.head
    assert world.contents() == before


def test_a_head_with_two_rows_stops_every_publication(world, make):
    world.publish("A", [make.order(1)])
    world.tamper("INSERT INTO customer360_audit.Publication VALUES (0, NULL, NULL)")
    with pytest.raises(OutsideFailure, match=r"Publication has 2 rows; expected one"):
        world.publish("B", [make.order(2)])
    assert world.table("Orders") == [make.order(1)]


def test_a_head_that_was_reset_by_hand_publishes_again_without_doubling(world, make):
    world.publish("A", [make.order(1), make.order(2)])
    world.tamper("UPDATE customer360_audit.Publication SET Epoch=0, BatchID=NULL, RunID=NULL")
    published = world.publish("A", [make.order(1), make.order(2)])
    assert published.head.epoch == 1
    assert counts(published, "Orders") == (0, 0, 0, 2)
    assert world.table("Orders") == [make.order(1), make.order(2)]


def test_a_head_that_was_deleted_by_hand_comes_back(world, make):
    world.publish("A", [make.order(1)])
    world.tamper("DELETE FROM customer360_audit.Publication")
    assert world.warehouse.read_head() == Head()
    assert world.publish("A", [make.order(1)]).head.epoch == 1


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        ("DELETE FROM customer360_silver.Orders WHERE OrderID = 1", "says 2 rows, the table has 1"),
        (
            "UPDATE customer360_silver.Orders SET Amount = 11 WHERE OrderID = 1",
            "says 20 for the sum of Amount, the table has 21",
        ),
        ("UPDATE customer360_gold.Totals SET GrossAmount = 9.5", "GrossAmount, the table has 9.5"),
        ("DROP TABLE customer360_silver.Stores", "customer360_silver.Stores: no table"),
        ("DELETE FROM customer360_audit.LoadAudit WHERE Layer = 'gold'", "Totals: no audit row"),
    ],
)
def test_read_back_finds_tampering_and_the_next_publication_repairs_it(
    world, make, tampering, said
):
    orders = [make.order(1), make.order(2)]
    world.publish("A", orders, [make.store(1)])
    world.tamper(tampering)
    found = world.warehouse.read_back(make.contracts).differences
    assert said in found[0]
    world.publish("A", orders, [make.store(1)])
    assert world.warehouse.read_back(make.contracts).differences == ()
    assert world.table("Orders") == orders
    assert world.table("Stores") == [make.store(1)]


def test_rows_that_somebody_doubled_by_hand_are_single_after_the_next_publication(world, make):
    orders = [make.order(1), make.order(2)]
    world.publish("A", orders)
    world.tamper(
        "INSERT INTO customer360_silver.Orders "
        "SELECT * FROM customer360_silver.Orders WHERE OrderID = 1"
    )
    published = world.publish("B", orders)
    assert world.table("Orders") == orders
    assert counts(published, "Orders") == (1, 0, 0, 2)


def test_a_table_whose_key_changed_is_published_by_the_new_key(world, make):
    world.publish("A", [make.order(1, status="Open"), make.order(2, status="Open")])
    by_status = dataclasses.replace(
        make.orders,
        key=("Status",),
        columns=tuple(
            dataclasses.replace(c, nullable=c.name not in ("Status", "FileID", "SourceFile"))
            for c in make.orders.columns
        ),
    )
    rows = [make.order(5, status="Open"), make.order(6, status="Done")]
    publication = world.publication("B", [world.staged(by_status, rows)], [])
    world.warehouse.publish(publication)
    assert world.table("Orders") == rows


def test_a_published_table_without_a_source_is_emptied_once_and_reported(world, make):
    world.publish("A", [make.order(1)], [make.store(1), make.store(2)])
    orders = world.staged(make.orders, [make.order(1)])
    gold = world.staged(make.totals, [make.total("Completed", "10.00", "B")])
    published = world.warehouse.publish(world.publication("B", [orders], [gold]))
    assert published.emptied == ("customer360_silver.Stores",)
    assert counts(published, "Stores") == (0, 0, 2, 0)
    assert world.table("Stores") == []
    again = world.warehouse.publish(world.publication("C", [orders], [gold]))
    assert again.emptied == ()
    back = world.publish("D", [make.order(1)], [make.store(1)])
    assert back.emptied == ()
    assert world.table("Stores") == [make.store(1)]


def test_a_published_table_without_a_source_may_have_been_dropped_by_hand(world, make):
    world.publish("A", [make.order(1)], [make.store(1)])
    world.tamper("DROP TABLE customer360_silver.Stores")
    orders = world.staged(make.orders, [make.order(2)])
    assert world.warehouse.publish(world.publication("B", [orders], [])).emptied == (
        "customer360_gold.Totals",
    )
    assert world.table("Orders") == [make.order(2)]


def test_a_table_in_the_silver_schema_that_c360_never_published_is_left_alone(world, make):
    world.publish("A", [make.order(1)])
    world.tamper("CREATE TABLE customer360_silver.Mine AS SELECT 1 AS a")
    assert world.publish("B", [make.order(1)]).emptied == ()
    assert world.table("Mine") == [(1,)]


def test_staging_is_gone_after_a_publication_and_what_dead_runs_left_goes_with_the_next(
    world, make
):
    world.publish("A", [make.order(1)])
    assert world.staging_tables() == []
    world.tamper('CREATE TABLE customer360_staging."Orders__dead\'run" AS SELECT 1 AS a')
    world.publish("B", [make.order(1)])
    assert world.staging_tables() == []


def test_what_the_same_run_staged_before_it_was_killed_is_no_obstacle(world, make):
    world.publish("A", [make.order(1)])
    world.tamper("CREATE TABLE customer360_staging.Orders__again AS SELECT 1 AS a")
    assert world.publish("B", [make.order(2)], run="again").by_this_run


def test_a_publication_without_a_needed_audit_row_is_a_defect_that_changes_nothing(world, make):
    world.publish("A", [make.order(1)])
    before = world.contents()
    publication = world.batch("B", [make.order(2)])
    short = dataclasses.replace(publication, load_audit=publication.load_audit[:1])
    with pytest.raises(KeyError, match=r"0 LoadAudit rows for customer360_silver\.Stores"):
        world.warehouse.publish(short)
    assert world.contents() == before


def test_a_failure_is_recorded_where_nothing_exists_yet_and_leaves_the_head(world):
    row = LoadAuditRow(
        run_id="r1", layer="silver", table_name="Orders", status="REFUSED",
        started_at=dt.datetime(2025, 1, 1, tzinfo=dt.UTC), message="a.csv: no header",
    )  # fmt: skip
    world.warehouse.record_failure([row])
    assert world.warehouse.load_audit("r1") == (row,)
    assert world.warehouse.read_head() == Head()


def test_a_failure_after_a_publication_leaves_the_published_set(world, make):
    published = world.publish("A", [make.order(1)])
    row = LoadAuditRow(run_id="r2", layer="gold", table_name="Totals", status="FAILED")
    world.warehouse.record_failure([row])
    assert world.warehouse.read_back(make.contracts) == ReadBack(published.head)
    assert world.table("Orders") == [make.order(1)]


def test_many_audit_rows_are_written_whole(world):
    rows = [
        LoadAuditRow(run_id="r", layer="silver", table_name=f"T{n:03}", status="FAILED")
        for n in range(120)
    ]
    world.warehouse.record_failure(rows)
    assert world.warehouse.load_audit("r") == tuple(rows)


def test_recent_runs_are_newest_first_with_the_status_of_their_worst_table(world, make):
    first = world.publish("A", [make.order(1)])
    later = dt.datetime(2025, 3, 1, tzinfo=dt.UTC)
    rows = [
        LoadAuditRow(
            run_id="bad", layer="silver", table_name=name, status=status, started_at=later,
            message=f"{name} {status}",
        )
        for name, status in [("Orders", "REFUSED"), ("Stores", "FAILED")]
    ]  # fmt: skip
    world.warehouse.record_failure(rows)
    bad, good = world.warehouse.recent_runs(10)
    assert (bad.run_id, bad.status, bad.tables, bad.started_at) == ("bad", "FAILED", 2, later)
    assert (good.run_id, good.batch_id, good.status) == (first.head.run_id, "A", "SUCCESS")
    assert good.started_at == dt.datetime(2025, 2, 1, 12, 30, 0, 123456, tzinfo=dt.UTC)
    assert world.warehouse.recent_runs(1) == (bad,)


def test_a_query_speaks_the_bigquery_dialect_with_named_parameters(world, make):
    world.publish("A", [make.order(1), make.order(2, status="Failed"), make.order(3, "2.50")])
    found = world.warehouse.query(
        "SELECT COUNTIF(`Status` = @status) AS n, SUM(`Amount`) AS total, "
        "DATETIME '2025-01-01 10:00:00' AS at FROM `customer360_silver`.`Orders` "
        "WHERE `Status` IN UNNEST(@counted)",
        {"status": "Completed", "counted": ["Completed", "Open"]},
    )
    assert found == [{"n": 2, "total": Decimal("12.50"), "at": dt.datetime(2025, 1, 1, 10)}]


def test_a_day_of_the_audit_is_the_day_in_utc_wherever_the_machine_stands(world, make, monkeypatch):
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    world.publish("A", [make.order(1)])
    found = world.warehouse.query(
        "SELECT DISTINCT CAST(`StartedAt` AS DATE) AS day, `StartedAt` AS at "
        "FROM `customer360_audit`.`LoadAudit`"
    )
    at = dt.datetime(2025, 2, 1, 12, 30, 0, 123456, tzinfo=dt.UTC)
    assert found == [{"day": dt.date(2025, 2, 1), "at": at}]


def test_a_query_cannot_write(world, make):
    world.publish("A", [make.order(1)])
    with pytest.raises(OutsideFailure):
        world.warehouse.query("DELETE FROM `customer360_silver`.`Orders` WHERE TRUE")
    assert world.table("Orders") == [make.order(1)]


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
