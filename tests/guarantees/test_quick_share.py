"""A few tries of every guarantee; `make guarantees` makes all of them."""

from __future__ import annotations

import pytest

from tests.guarantees.bench import Bench
from tests.guarantees.g1_records import G1
from tests.guarantees.g3_contents import (
    ELSEWHERE,
    EVERYTHING_AT_ONCE,
    ROWS_SHUFFLED,
    Variant,
    compare,
)
from tests.guarantees.g9_histories import G9
from tests.guarantees.g12_personal_data import SETS, attack, attacks, search_outputs

pytestmark = pytest.mark.guarantee


@pytest.mark.parametrize("seed", [0, 1])
def test_every_record_of_a_dirty_set_is_accounted_for(bench: Bench, seed: int) -> None:
    assert G1.attempt(bench, seed) == []


@pytest.mark.parametrize(
    "variant", [EVERYTHING_AT_ONCE, ROWS_SHUFFLED, ELSEWHERE], ids=lambda each: each.name
)
def test_the_same_set_has_the_same_contents(bench: Bench, variant: Variant) -> None:
    assert compare(bench, 0, variant) == []


@pytest.mark.parametrize("seed", [0, 3])
def test_the_order_and_repetition_of_files_does_not_matter(bench: Bench, seed: int) -> None:
    assert G9.attempt(bench, seed) == []


def test_no_canary_is_found_where_it_was_not_declared(bench: Bench) -> None:
    assert search_outputs(bench, SETS) == []


def test_every_hostile_registry_is_refused(bench: Bench) -> None:
    findings = [
        finding for name, text in attacks() for finding in attack(bench.fresh("a"), name, text)
    ]
    assert findings == []
