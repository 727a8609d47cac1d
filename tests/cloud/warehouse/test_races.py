"""Of two runs that read the same head one publishes, and the other says who it was."""

from __future__ import annotations

import os
import signal
import subprocess

import pytest

from c360.failpoints import forget, reached
from tests.cloud.volume import volume
from tests.cloud.warehouse.publisher import begin, started

DEADLINE = 300  # seconds
# Where a run can be overtaken: everywhere between the look at the head and its own transaction.
PLACES = (
    "publish.transaction",
    "stage.append",
    "warehouse.define",  # of its staging tables: all others are there
    "publish.staged",
    "stage.load",
    "stage.audit",
)


def said(process: subprocess.Popen[str]) -> str:
    return process.communicate(timeout=DEADLINE)[0]


def wait_until_paused(process: subprocess.Popen[str]) -> None:
    _, status = os.waitpid(process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status), "it ended before it came to the place"


def test_every_place_where_a_run_is_overtaken_is_come_by(world, make):
    world.publish("A", [make.order(1)])
    forget()
    world.publish("B", [make.order(2)])
    assert set(PLACES) - reached().keys() == set()


@pytest.mark.parametrize("number", range(volume(2, 18)))
def test_a_paused_and_resumed_loser_publishes_nothing(world, make, number):
    place, same_batch = PLACES[number % len(PLACES)], number // len(PLACES) % 2
    world.publish("A", [make.order(1), make.order(2)])
    slow = world.batch("B" if same_batch else "C", [make.order(2), make.order(3)])
    loser = started(world, slow, f"{place}:pause")
    begin(loser)
    wait_until_paused(loser)
    winner = world.publish("B", [make.order(2), make.order(3)])
    before = world.contents()
    loser.send_signal(signal.SIGCONT)
    if same_batch:
        assert said(loser) == f"published {winner.head.run_id} False\n"
    else:
        assert said(loser).startswith(f"lost run {winner.head.run_id} published batch B (epoch 2)")
    assert world.contents() == before
    assert world.warehouse.read_back(make.contracts).differences == ()
    assert world.staging_tables() == []


@pytest.mark.parametrize("number", range(volume(1, 2)))
def test_of_two_processes_at_once_exactly_one_publishes(world, make, number):
    del number
    world.publish("0", [make.order(1)])  # so that the race is about the head, not about DDL
    racers = [started(world, world.batch(name, [make.order(7)], run=name)) for name in ("A", "B")]
    for racer in racers:
        begin(racer)
    lost, won = sorted(said(racer) for racer in racers)
    head = world.warehouse.read_head()
    assert head.epoch == 2
    assert won == f"published {head.run_id} True\n"
    assert lost.startswith(f"lost run {head.run_id} published batch {head.batch_id}")
    assert world.warehouse.read_back(make.contracts).differences == ()


def test_a_dead_loser_blocks_nobody(world, make):
    world.publish("A", [make.order(1)])
    dead = started(world, world.batch("B", [make.order(2)]), "publish.transaction:kill")
    begin(dead)
    assert dead.wait(DEADLINE) == -signal.SIGKILL
    assert world.table("Orders") == [make.order(1)]
    assert world.staging_tables() != [], "it had staged, and could not tidy up"
    assert world.publish("C", [make.order(3)]).by_this_run
    assert world.table("Orders") == [make.order(3)]
