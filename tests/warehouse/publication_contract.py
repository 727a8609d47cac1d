"""What publishing promises in every warehouse; each runs these tests on a world of its own."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest

from c360.audit import LoadAuditRow
from c360.errors import C360Error, OtherRunPublished, OutsideFailure
from c360.warehouse.protocol import Head, ReadBack


def counts(published, table):
    (row,) = [row for row in published.load_audit if row.table_name == table]
    return row.rows_inserted, row.rows_updated, row.rows_deleted, row.rows_in_table


RESET_HEAD = "UPDATE customer360_audit.Publication SET Epoch=0, BatchID=NULL, RunID=NULL WHERE TRUE"


class PublicationContract:
    """The tests; a subclass beside the fixtures `world` and `make` runs them."""

    def test_a_first_publication_inserts_every_row_and_takes_the_head(self, world, make):
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

    def test_a_second_publication_counts_what_it_inserts_updates_and_deletes(self, world, make):
        world.publish("A", [make.order(n) for n in range(1, 6)])
        changed = [make.order(1), make.order(2, "99.00"), make.order(3, status=None), make.order(9)]
        published = world.publish("B", changed)
        assert counts(published, "Orders") == (1, 2, 2, 4)
        assert world.table("Orders") == changed
        assert published.head.epoch == 2

    def test_a_row_that_moved_to_another_file_is_rewritten(self, world, make):
        world.publish("A", [make.order(1, file="a.csv")])
        published = world.publish("B", [make.order(1, file="b.csv")])
        assert counts(published, "Orders") == (0, 1, 0, 1)
        assert world.table("Orders") == [make.order(1, file="b.csv")]

    def test_a_value_that_becomes_null_and_back_is_a_change(self, world, make):
        world.publish("A", [make.order(1, at=None, amount=None)])
        assert counts(world.publish("B", [make.order(1, amount=None)]), "Orders") == (0, 1, 0, 1)
        published = world.publish("C", [make.order(1, at=None, amount=None)])
        assert counts(published, "Orders") == (0, 1, 0, 1)
        assert world.table("Orders") == [make.order(1, at=None, amount=None)]

    def test_unchanged_silver_rows_are_left_alone_and_every_gold_row_is_rewritten(
        self, world, make
    ):
        world.publish("A", [make.order(1), make.order(2)], totals=[("X", "1.00"), ("Y", "2.00")])
        published = world.publish(
            "B", [make.order(1), make.order(2)], totals=[("X", "1.00"), ("Y", "2.00")]
        )
        assert counts(published, "Orders") == (0, 0, 0, 2)
        assert counts(published, "Totals") == (0, 2, 0, 2)
        assert {row[-1] for row in world.table("Totals", "customer360_gold")} == {"B"}

    def test_a_then_b_then_a_again_publishes_a_again(self, world, make):
        world.publish("A", [make.order(1)])
        first = world.table("Orders")
        world.publish("B", [make.order(2)])
        published = world.publish("A", [make.order(1)])
        assert world.table("Orders") == first
        assert (published.head.epoch, published.head.batch_id) == (3, "A")
        assert world.warehouse.read_back(make.contracts).differences == ()

    def test_an_empty_state_empties_the_table(self, world, make):
        world.publish("A", [make.order(1)])
        assert counts(world.publish("B", []), "Orders") == (0, 0, 1, 0)
        assert world.table("Orders") == []
        assert world.warehouse.read_back(make.contracts).differences == ()

    def test_the_audit_keeps_what_the_run_gave_and_what_was_counted(self, world, make):
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

    def test_the_loser_of_the_guard_publishes_nothing_and_names_the_winner(self, world, make):
        slow = world.batch("B", [make.order(2)])
        winner = world.publish("A", [make.order(1)])
        before = world.contents()
        with pytest.raises(OtherRunPublished, match=rf"run {winner.head.run_id} published batch A"):
            world.warehouse.publish(slow)
        assert world.contents() == before
        assert world.staging_tables() == []

    def test_the_loser_with_the_same_batch_is_told_that_it_is_published(self, world, make):
        slow = world.batch("A", [make.order(1)])
        winner = world.publish("A", [make.order(1)])
        before = world.contents()
        outcome = world.warehouse.publish(slow)
        assert not outcome.by_this_run
        assert outcome.head == winner.head
        assert world.contents() == before

    def test_a_head_with_two_rows_stops_every_publication(self, world, make):
        world.publish("A", [make.order(1)])
        world.tamper("INSERT INTO customer360_audit.Publication VALUES (0, NULL, NULL)")
        with pytest.raises(OutsideFailure, match=r"Publication has 2 rows; expected one"):
            world.publish("B", [make.order(2)])
        assert world.table("Orders") == [make.order(1)]

    def test_a_head_that_was_reset_by_hand_publishes_again_without_doubling(self, world, make):
        world.publish("A", [make.order(1), make.order(2)])
        world.tamper(RESET_HEAD)
        published = world.publish("A", [make.order(1), make.order(2)])
        assert published.head.epoch == 1
        assert counts(published, "Orders") == (0, 0, 0, 2)
        assert world.table("Orders") == [make.order(1), make.order(2)]

    @pytest.mark.parametrize(
        ("tampering", "said"),
        [
            (
                "DELETE FROM customer360_silver.Orders WHERE OrderID = 1",
                "says 2 rows, the table has 1",
            ),
            (
                "UPDATE customer360_silver.Orders SET Amount = 11 WHERE OrderID = 1",
                "says 20 for the sum of Amount, the table has 21",
            ),
            (
                "UPDATE customer360_gold.Totals SET GrossAmount = 9.5 WHERE TRUE",
                "GrossAmount, the table has 9.5",
            ),
            ("DROP TABLE customer360_silver.Stores", "customer360_silver.Stores: no table"),
            (
                "DELETE FROM customer360_audit.LoadAudit WHERE Layer = 'gold'",
                "Totals: no audit row",
            ),
        ],
    )
    def test_read_back_finds_tampering_and_the_next_publication_repairs_it(
        self, world, make, tampering, said
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

    def test_rows_that_somebody_doubled_by_hand_are_single_after_the_next_publication(
        self, world, make
    ):
        orders = [make.order(1), make.order(2)]
        world.publish("A", orders)
        world.tamper(
            "INSERT INTO customer360_silver.Orders "
            "SELECT * FROM customer360_silver.Orders WHERE OrderID = 1"
        )
        published = world.publish("B", orders)
        assert world.table("Orders") == orders
        assert counts(published, "Orders") == (1, 0, 0, 2)

    def test_a_table_whose_key_changed_is_published_by_the_new_key(self, world, make):
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

    def test_a_published_table_without_a_source_is_emptied_once_and_reported(self, world, make):
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

    def test_a_published_table_without_a_source_may_have_been_dropped_by_hand(self, world, make):
        world.publish("A", [make.order(1)], [make.store(1)])
        world.tamper("DROP TABLE customer360_silver.Stores")
        orders = world.staged(make.orders, [make.order(2)])
        assert world.warehouse.publish(world.publication("B", [orders], [])).emptied == (
            "customer360_gold.Totals",
        )
        assert world.table("Orders") == [make.order(2)]

    def test_a_table_in_the_silver_schema_that_c360_never_published_is_left_alone(
        self, world, make
    ):
        world.publish("A", [make.order(1)])
        world.tamper("CREATE TABLE customer360_silver.Mine AS SELECT 1 AS a")
        assert world.publish("B", [make.order(1)]).emptied == ()
        assert world.table("Mine") == [(1,)]

    def test_a_publication_without_a_needed_audit_row_is_a_defect_that_changes_nothing(
        self, world, make
    ):
        world.publish("A", [make.order(1)])
        before = world.contents()
        publication = world.batch("B", [make.order(2)])
        short = dataclasses.replace(publication, load_audit=publication.load_audit[:1])
        with pytest.raises(KeyError, match=r"0 LoadAudit rows for customer360_silver\.Stores"):
            world.warehouse.publish(short)
        assert world.contents() == before

    def test_a_failure_is_recorded_where_nothing_exists_yet_and_leaves_the_head(self, world):
        row = LoadAuditRow(
            run_id="r1", layer="silver", table_name="Orders", status="REFUSED",
            started_at=dt.datetime(2025, 1, 1, tzinfo=dt.UTC), message="a.csv: no header",
        )  # fmt: skip
        world.warehouse.record_failure([row])
        assert world.warehouse.load_audit("r1") == (row,)
        assert world.warehouse.read_head() == Head()

    def test_a_failure_after_a_publication_leaves_the_published_set(self, world, make):
        published = world.publish("A", [make.order(1)])
        row = LoadAuditRow(run_id="r2", layer="gold", table_name="Totals", status="FAILED")
        world.warehouse.record_failure([row])
        assert world.warehouse.read_back(make.contracts) == ReadBack(published.head)
        assert world.table("Orders") == [make.order(1)]

    def test_many_audit_rows_are_written_whole(self, world):
        rows = [
            LoadAuditRow(run_id="r", layer="silver", table_name=f"T{n:03}", status="FAILED")
            for n in range(120)
        ]
        world.warehouse.record_failure(rows)
        assert world.warehouse.load_audit("r") == tuple(rows)

    def test_recent_runs_are_newest_first_with_the_status_of_their_worst_table(self, world, make):
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

    def test_a_query_speaks_the_bigquery_dialect_with_named_parameters(self, world, make):
        world.publish("A", [make.order(1), make.order(2, status="Failed"), make.order(3, "2.50")])
        found = world.warehouse.query(
            "SELECT COUNTIF(`Status` = @status) AS n, SUM(`Amount`) AS total, "
            "DATETIME '2025-01-01 10:00:00' AS at FROM `customer360_silver`.`Orders` "
            "WHERE `Status` IN UNNEST(@counted)",
            {"status": "Completed", "counted": ["Completed", "Open"]},
        )
        assert found == [{"n": 2, "total": Decimal("12.50"), "at": dt.datetime(2025, 1, 1, 10)}]

    def test_a_day_of_the_audit_is_the_day_in_utc_wherever_the_machine_stands(
        self, world, make, monkeypatch
    ):
        monkeypatch.setenv("TZ", "Pacific/Kiritimati")
        world.publish("A", [make.order(1)])
        found = world.warehouse.query(
            "SELECT DISTINCT CAST(`StartedAt` AS DATE) AS day, `StartedAt` AS at "
            "FROM `customer360_audit`.`LoadAudit`"
        )
        at = dt.datetime(2025, 2, 1, 12, 30, 0, 123456, tzinfo=dt.UTC)
        assert found == [{"day": dt.date(2025, 2, 1), "at": at}]

    def test_a_query_cannot_write(self, world, make):
        world.publish("A", [make.order(1)])
        with pytest.raises(C360Error):
            world.warehouse.query("DELETE FROM `customer360_silver`.`Orders` WHERE TRUE")
        assert world.table("Orders") == [make.order(1)]
