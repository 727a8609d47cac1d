"""A few tries of every guarantee; `make guarantees` makes all of them."""

from __future__ import annotations

import pytest

from tests.guarantees.bench import Bench
from tests.guarantees.g1_records import G1
from tests.guarantees.g3_contents import (
    EVERYTHING_AT_ONCE,
    ROWS_SHUFFLED,
    Variant,
    compare,
)
from tests.guarantees.g4_stops import G4, STOPS
from tests.guarantees.g5_readers import G5
from tests.guarantees.g9_histories import G9
from tests.guarantees.g12_personal_data import SETS, attack, attacks, search_outputs

pytestmark = pytest.mark.guarantee

# World, place, whether at its last occurrence, and how a run is stopped there.
STOPPED = (
    ("first run", "silver.rows", True, "raise"),
    ("first run", "warehouse.create", False, "raise"),
    ("first run", "publish.merge", True, "raise"),
    ("repair", "damage.withdraw", False, "raise"),
    ("repair", "lock.free", True, "raise"),
    ("refusal", "silver.undo", False, "raise"),
    ("repair", "storage.link", True, "kill"),
    ("repair", "publish.LoadAudit", False, "killpg"),
)


@pytest.mark.parametrize("seed", [0, 1])
def test_every_record_of_a_dirty_set_is_accounted_for(bench: Bench, seed: int) -> None:
    assert G1.attempt(bench, seed) == []


@pytest.mark.parametrize("variant", [EVERYTHING_AT_ONCE, ROWS_SHUFFLED], ids=lambda each: each.name)
def test_the_same_set_has_the_same_contents(bench: Bench, variant: Variant) -> None:
    assert compare(bench, 0, variant) == []


@pytest.mark.parametrize("asked", STOPPED, ids=lambda each: "-".join(map(str, each)))
def test_a_run_that_was_stopped_is_made_good_by_the_next(
    bench: Bench, asked: tuple[str, str, bool, str]
) -> None:
    (number,) = (
        number
        for number, stop in enumerate(STOPS)
        if (stop.world.name, stop.place, stop.is_last, stop.action) == asked
    )
    assert G4.attempt(bench, number) == []


@pytest.mark.parametrize("number", [0, 2, 301], ids=["fails", "succeeds", "killed"])
def test_a_reader_sees_one_set(bench: Bench, number: int) -> None:
    assert G5.attempt(bench, number) == []


def test_the_order_and_repetition_of_files_does_not_matter(bench: Bench) -> None:
    assert G9.attempt(bench, 8) == []


def test_no_canary_is_found_where_it_was_not_declared(bench: Bench) -> None:
    assert search_outputs(bench, SETS) == []


def test_every_hostile_registry_is_refused(bench: Bench) -> None:
    findings = [
        finding for name, text in attacks() for finding in attack(bench.fresh("a"), name, text)
    ]
    assert findings == []
