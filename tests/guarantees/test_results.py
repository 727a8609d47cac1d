"""Shards make a whole, and the table says no more than was tried."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from tests.guarantees.results import (
    Failure,
    Result,
    attempts,
    bound,
    keep,
    read_results,
    table,
)

RESULT = Result(
    guarantee="G1",
    claim="Every record is accounted for.",
    command="make guarantees ONLY=G1",
    shard=(1, 1),
    tries=200,
    full_volume=200,
    failures=(),
    seconds=1.5,
    spark="4.1.4",
    finished_at="2026-01-01T00:00:00+00:00",
)


def shard(number: int, shards: int, *failures: Failure) -> Result:
    tries = len(attempts(200, (number, shards)))
    return dataclasses.replace(
        RESULT,
        command=f"{RESULT.command} SHARD={number}/{shards}",
        shard=(number, shards),
        tries=tries,
        failures=failures,
    )


@pytest.mark.parametrize("shards", [1, 3, 7, 250])
def test_the_shards_of_a_whole_have_every_try_once(shards: int) -> None:
    tried = [n for number in range(1, shards + 1) for n in attempts(200, (number, shards))]
    assert sorted(tried) == list(range(200))


def test_the_bound_is_three_in_as_many_tries_and_only_without_failures() -> None:
    assert bound(200, 0) == "< 1.5 %"
    assert bound(10_000, 0) == "< 0.03 %"
    assert bound(200, 1) == bound(0, 0) == "-"


def test_a_result_is_read_as_it_was_kept(tmp_path: Path) -> None:
    failed = dataclasses.replace(RESULT, failures=(Failure(7, ("a row is lost",)),))
    keep(failed, tmp_path)
    assert read_results(tmp_path) == [failed]


def test_shards_add_up_and_replace_what_they_do_not_add_to(tmp_path: Path) -> None:
    keep(RESULT, tmp_path)
    keep(dataclasses.replace(RESULT, guarantee="G12"), tmp_path)
    keep(shard(1, 2), tmp_path)
    assert [line.split()[:4] for line in table(read_results(tmp_path)).splitlines()[1:]] == [
        ["G1", "100", "of", "200"],
        ["G12", "200", "0", "<"],
    ]
    keep(shard(2, 2, Failure(3, ("x",))), tmp_path)
    assert table(read_results(tmp_path)).splitlines()[1].split()[:4] == ["G1", "200", "1", "-"]
    assert table(read_results(tmp_path)).splitlines()[1].endswith("  make guarantees ONLY=G1")
    keep(RESULT, tmp_path)
    assert [each.guarantee for each in read_results(tmp_path)] == ["G1", "G12"]
