"""What every warehouse promises of a publication, in BigQuery."""

from __future__ import annotations

import pytest

from c360.audit import LoadAuditRow
from c360.errors import OutsideFailure
from c360.warehouse.protocol import Head, ReadBack
from tests.cloud.wire import lost, tapped
from tests.warehouse.publication_contract import PublicationContract


class TestPublication(PublicationContract):
    """The contract of publishing."""


def test_reading_creates_nothing(world):
    assert world.warehouse.read_head() == Head(0, None, None)
    assert world.warehouse.load_audit("r") == ()
    assert world.warehouse.recent_runs(5) == ()
    assert world.warehouse.read_back(()) == ReadBack(Head())
    assert world.staging_tables() == []
    with pytest.raises(OutsideFailure, match="nothing was published here yet"):
        world.warehouse.query("SELECT 1 AS n FROM customer360_gold.AOV")
    assert list(world.client.list_datasets()) == []


def test_a_head_that_was_emptied_by_hand_is_told_with_what_to_do(world, make):
    world.publish("A", [make.order(1)])
    world.tamper("DELETE FROM customer360_audit.Publication WHERE TRUE")
    assert world.warehouse.read_head() == Head()
    with pytest.raises(OutsideFailure, match=r"has 0 rows; expected one.*drop the table"):
        world.publish("B", [make.order(2)])
    world.tamper("DROP TABLE customer360_audit.Publication")
    assert world.publish("B", [make.order(2)]).head.epoch == 1


def test_a_question_whose_answer_was_lost_is_asked_again(world):
    with tapped() as wire:
        wire.handler = lost(1, "POST")
        assert world.warehouse.query("SELECT 1 AS n") == [{"n": 1}]
    assert wire.count("POST") == 2


def test_many_rows_of_the_audit_are_staged_and_not_said_in_parameters(world):
    rows = [
        LoadAuditRow(run_id="r", layer="silver", table_name=f"T{n:04}", status="FAILED")
        for n in range(1500)
    ]
    world.warehouse.record_failure(rows)
    assert world.warehouse.load_audit("r") == tuple(rows)
    assert world.staging_tables() == []


def test_silver_is_loaded_gold_appended_and_everything_changed_by_one_script(world, make):
    run = world.publish("A", [make.order(1)], [make.store(1)]).head.run_id
    jobs = [line["job"] for line in world.requests(method="POST") if "job" in line]
    mine = [job for job in jobs if job.startswith(f"c360-{run}-")]
    assert mine == [
        f"c360-{run}-tables-1",
        f"c360-{run}-staging-1",
        f"c360-{run}-load-Orders-0-1",
        f"c360-{run}-load-Stores-0-1",
        f"c360-{run}-rows-LoadFiles-1",
        f"c360-{run}-rows-LoadReasons-1",
        f"c360-{run}-0-1",
    ]
    (published,) = world.requests(job=f"c360-{run}-0-1")
    assert (published["job_type"], published["statement"]) == ("query", "SCRIPT")
