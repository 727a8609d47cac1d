"""A publication that fails at any statement leaves the old set and the old audit."""

from __future__ import annotations

import itertools

import duckdb
import pytest

from c360.errors import OutsideFailure
from c360.warehouse.protocol import ReadBack


class _Failing:
    """A connection whose n-th call on a statement fails, before or after it is done."""

    def __init__(self, real, fuse):
        self._real, self._fuse = real, fuse

    def __getattr__(self, name):
        return getattr(self._real, name)

    def execute(self, *args):
        return self._fuse.burn(lambda: self._real.execute(*args), args[0])

    def sql(self, *args, **more):
        return self._fuse.burn(lambda: self._real.sql(*args, **more), args[0])


class _Fuse:
    def __init__(self, nth, when):
        self.left, self.when, self.blown, self.text = nth, when, False, ""

    def burn(self, call, text):
        self.left -= 1
        self.blown = self.blown or self.left == 0
        if self.left != 0:
            return call()
        self.text = text
        if self.when == "after" and "COMMIT" not in text:
            call()
        raise duckdb.IOException("IO Error: the disk is full")


def failing_connect(monkeypatch, fuse):
    real = duckdb.connect
    monkeypatch.setattr(
        duckdb, "connect", lambda *args, **more: _Failing(real(*args, **more), fuse)
    )


def states(world, make):
    old = [make.order(n) for n in range(5)]
    new = [make.order(2, "7.77"), make.order(8), make.order(8, at="2024-01-01 00:00:00")]
    world.publish("A", old, [make.store(1)])
    total = sum(row[3] for row in new[:2])
    orders = world.staged(make.orders, new[:2], new[2:], rows=2, control_sum=total)
    gold = [world.staged(make.totals, [make.total("Completed", "3.00", "B")])]
    # Stores has no source any more: it is emptied, so that every kind of statement is met.
    return world.publication("B", [orders], gold), sorted(new[:2], key=repr)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_failure_at_any_statement_leaves_tables_and_audit_unchanged(
    world, make, monkeypatch, when
):
    publication, new = states(world, make)
    before, steps = world.contents(), []
    for nth in itertools.count(1):
        fuse = _Fuse(nth, when)
        with monkeypatch.context() as patch:
            failing_connect(patch, fuse)
            try:
                outcome = world.warehouse.publish(publication)
            except OutsideFailure as error:
                assert "the disk is full" in str(error)  # noqa: PT017  the loop ends when none comes
                outcome = None
        if not fuse.blown or outcome:
            break
        steps.append(fuse.text.split()[0])
        assert world.contents() == before, fuse.text
    assert outcome.by_this_run
    assert world.table("Orders") == new
    assert world.table("Stores") == []
    assert world.warehouse.read_back((make.orders, make.totals)) == ReadBack(outcome.head)
    assert {"BEGIN", "UPDATE", "DELETE", "INSERT", "MERGE", "COMMIT"} <= set(steps)
    assert len(steps) > 40


def test_a_failure_while_tables_are_created_leaves_none_half_made(world, make, monkeypatch):
    publication = world.batch("A", [make.order(1)])
    fuse = _Fuse(30, "after")
    with monkeypatch.context() as patch:
        failing_connect(patch, fuse)
        with pytest.raises(OutsideFailure):
            world.warehouse.publish(publication)
    assert fuse.text.startswith("COMMENT")
    with duckdb.connect(str(world.path)) as connection:
        assert connection.execute("SELECT table_name FROM duckdb_tables()").fetchall() == []
    assert world.warehouse.publish(publication).by_this_run


def test_a_failure_while_tidying_up_after_the_commit_is_no_failure(world, make, monkeypatch):
    publication, new = states(world, make)

    calls = itertools.count()

    def failing_drop(_connection):
        if next(calls) > 0:
            raise duckdb.IOException("IO Error: the disk is full")

    monkeypatch.setattr("c360.warehouse.duckdb.drop_staging", failing_drop)
    assert world.warehouse.publish(publication).by_this_run
    assert world.table("Orders") == new
    assert world.staging_tables() != []


def test_a_failure_record_that_fails_half_way_leaves_no_row(world, make, monkeypatch):
    world.publish("A", [make.order(1)])
    before = world.contents()
    publication, _ = states(world, make)
    before = world.contents()
    for nth in itertools.count(1):
        fuse = _Fuse(nth, "after")
        with monkeypatch.context() as patch:
            failing_connect(patch, fuse)
            try:
                world.warehouse.record_failure(
                    publication.load_audit, publication.load_files, publication.load_reasons
                )
            except OutsideFailure:
                assert fuse.blown
            else:
                break
        assert world.contents() == before, fuse.text
    assert nth > 10
    assert len(world.warehouse.load_audit(publication.run_id)) == 2
