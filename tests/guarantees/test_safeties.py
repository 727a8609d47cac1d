"""Without any one of its safeties a run does harm, and a test sees it."""

from __future__ import annotations

import pytest

from tests.guarantees.bench import Bench
from tests.guarantees.safeties import SAFETIES, Safety

pytestmark = pytest.mark.guarantee


@pytest.mark.parametrize("safety", SAFETIES, ids=lambda each: each.name)
def test_a_safety_that_is_removed_is_missed(bench: Bench, safety: Safety) -> None:
    assert safety.witness(bench) == []
    with safety.removed():
        assert safety.witness(bench) != []
