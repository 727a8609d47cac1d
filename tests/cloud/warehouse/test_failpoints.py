"""A run that is stopped in front of any write to BigQuery leaves the old set; the next is right."""

from __future__ import annotations

import dataclasses

import pytest

from c360.audit import LoadAuditRow
from c360.failpoints import VARIABLE, FailpointRaised, forget, reached
from tests.warehouse.world import Make

PUBLISHING = {
    "warehouse.define": 2,  # tables, then staging tables
    "stage.load": 2,
    "stage.reduce": 1,
    "stage.append": 1,
    "stage.audit": 2,
    "publish.staged": 1,
    "publish.transaction": 1,
    "warehouse.drop": 6,
}
FAILING = {"audit.transaction", "stage.audit", "warehouse.define", "warehouse.drop"}


@pytest.fixture(autouse=True)
def counted_anew():
    forget()
    yield
    forget()


def changed(world, make: type[Make]):
    """A publication whose orders lie in two files that share a key."""
    orders = world.staged(make.orders, [make.order(1)], [make.order(1, "5.00", file="b.csv")])
    gold = world.staged(make.totals, [make.total("Completed", "5.00", "B")])
    stores = world.staged(make.stores, [make.store(1)])
    return world.publication("B", [orders, stores], [gold])


def test_every_place_is_come_by(world, make):
    world.warehouse.publish(changed(world, make))
    assert {place: reached()[place] for place in PUBLISHING} == PUBLISHING
    forget()
    row = LoadAuditRow(run_id="r", layer="gold", table_name="Totals", status="FAILED")
    world.warehouse.record_failure([row])
    assert reached().keys() == FAILING


@pytest.mark.parametrize("place", PUBLISHING)
def test_a_publication_that_is_stopped_leaves_the_old_set(world, make, monkeypatch, place):
    world.publish("A", [make.order(1), make.order(2)], [make.store(9)])
    before, publication = world.contents(), changed(world, make)
    forget()
    monkeypatch.setenv(VARIABLE, f"{place}:raise")
    with pytest.raises(FailpointRaised):
        world.warehouse.publish(publication)
    monkeypatch.delenv(VARIABLE)
    if place != "warehouse.drop":  # by then the new set is published
        assert world.contents() == before
    outcome = world.warehouse.publish(changed(world, make))
    assert outcome.by_this_run
    assert world.table("Orders") == [make.order(1, "5.00", file="b.csv")]
    assert world.warehouse.read_back(make.contracts).differences == ()


def test_a_migration_that_is_stopped_is_made_by_the_next_run(world, make, monkeypatch):
    world.publish("A", [make.order(1)], [make.store(9)])
    before, stores = world.contents(), dataclasses.replace(make.stores, description="Anew.")
    monkeypatch.setenv(VARIABLE, "warehouse.migrate:raise")
    with pytest.raises(FailpointRaised):
        world.warehouse.initialise((make.orders, stores, make.totals))
    assert world.contents() == before
    monkeypatch.delenv(VARIABLE)
    world.warehouse.initialise((make.orders, stores, make.totals))
    assert world.client.get_table("customer360_silver.Stores").description == "Anew."


@pytest.mark.parametrize("place", sorted(FAILING))
def test_a_failure_that_is_stopped_leaves_the_old_audit(world, make, monkeypatch, place):
    world.publish("A", [make.order(1)])
    before = world.contents()
    row = LoadAuditRow(run_id="r", layer="gold", table_name="Totals", status="FAILED")
    forget()
    monkeypatch.setenv(VARIABLE, f"{place}:raise")
    with pytest.raises(FailpointRaised):
        world.warehouse.record_failure([row])
    monkeypatch.delenv(VARIABLE)
    if place != "warehouse.drop":  # by then the rows are written
        assert world.contents() == before
