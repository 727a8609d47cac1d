"""Empty silver for each test of a check query."""

from __future__ import annotations

import pytest

from tests.gold_check.silver import Silver


@pytest.fixture
def silver() -> Silver:
    return Silver()
