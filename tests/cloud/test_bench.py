"""The bench says what it measured, and notices a driver that grows."""

from __future__ import annotations

import time

from tests.cloud.bench import Measured, growth, table


def test_each_line_has_its_ratio_to_the_one_before() -> None:
    text = table([Measured(250, 2.0, 1.0, 3.0), Measured(500, 5.0, 1.5, 3.0)])
    assert [line.split() for line in text.splitlines()[1:]] == [
        ["250", "2.0", "1.0", "3"],
        ["500", "5.0", "2.50", "1.5", "1.50", "3"],
    ]


def test_a_driver_that_collects_is_seen_to_grow() -> None:
    found = Measured(0)
    with growth(found):
        kept = bytearray(b"x" * 150_000_000)
        time.sleep(0.3)
    assert found.growth_mb > 100
    assert len(kept) == 150_000_000
