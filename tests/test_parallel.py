"""Work in threads: every result with its item, the first error raised, nothing left running."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from c360.parallel import run_all


def test_every_item_comes_with_its_own_result() -> None:
    assert dict(run_all(lambda number: number * number, range(50))) == {n: n * n for n in range(50)}
    assert list(run_all(str, [])) == []


def test_three_items_are_worked_on_at_once() -> None:
    together = threading.Barrier(3, timeout=10)
    assert sorted(dict(run_all(lambda _: together.wait(), range(3))).values()) == [0, 1, 2]


def test_results_come_when_they_are_done() -> None:
    slow = threading.Event()
    found = run_all(lambda name: name == "fast" or slow.wait(10), ["slow", "fast"])
    assert next(found)[0] == "fast"
    slow.set()
    assert next(found)[0] == "slow"


def test_the_first_error_is_raised_and_what_has_not_begun_never_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun: list[int] = []
    shut = threading.Event()

    class Pool(ThreadPoolExecutor):
        """Says when it was told to take no more work, before it waits for what has begun."""

        def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
            super().shutdown(wait=False, cancel_futures=cancel_futures)
            shut.set()
            super().shutdown(wait=wait)

    def work(number: int) -> int:
        begun.append(number)
        if number == 0:
            raise ValueError("item 0")
        shut.wait(60)
        return number

    monkeypatch.setattr("c360.parallel.ThreadPoolExecutor", Pool)
    with pytest.raises(ValueError, match="item 0"):
        list(run_all(work, range(100)))
    assert len(begun) <= 4  # three threads, and what the one that failed took next


def test_what_has_begun_is_over_when_the_error_is_raised() -> None:
    begun, over = threading.Event(), threading.Event()

    def work(number: int) -> None:
        if number == 0:
            begun.wait(10)
            raise ValueError("item 0")
        begun.set()
        time.sleep(0.2)
        over.set()

    with pytest.raises(ValueError, match="item 0"):
        list(run_all(work, range(2)))
    assert over.is_set()
