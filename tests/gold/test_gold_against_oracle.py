from __future__ import annotations

import random
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from c360.checks import check_gold
from c360.contracts.gold import GOLD_CONTRACTS, gold_contract
from c360.contracts.model import TableContract
from c360.gold import build_gold, latest_fact_date
from tests.gold.frames import BATCH, RULES, policy, silver_frames, silver_rows
from tests.gold.random_silver import random_as_of, random_policy, random_silver
from tests.oracle.facts import last_fact_date
from tests.oracle.gold import expected_gold

SETS = range(20)


@pytest.mark.parametrize("seed", SETS)
def test_gold_of_random_sources_equals_the_independent_calculation(
    spark: SparkSession, seed: int
) -> None:
    source = random.Random(seed)
    rows, rules, as_of = random_silver(source), random_policy(source), random_as_of(source)
    silver = {name: frame.coalesce(1) for name, frame in silver_frames(spark, rows).items()}
    gold = build_gold(silver, rules, as_of, BATCH, keep=DataFrame.persist)
    expected = expected_gold(silver_rows(rows), rules, as_of)

    differences = [
        difference
        for contract in GOLD_CONTRACTS
        for difference in _differences(gold[contract.name], expected[contract.name], contract)
    ]

    assert differences == []
    assert latest_fact_date(silver).collect()[0].AsOf == last_fact_date(silver_rows(rows))
    spark.catalog.clearCache()


@pytest.mark.parametrize("seed", [3, 14])
def test_checks_find_nothing_in_gold_of_random_sources(spark: SparkSession, seed: int) -> None:
    source = random.Random(seed)
    rows, rules, as_of = random_silver(source), random_policy(source), random_as_of(source)
    silver = silver_frames(spark, rows)

    offenders = check_gold(silver, build_gold(silver, rules, as_of, BATCH), rules, as_of)

    assert offenders.collect() == []


def test_gold_of_no_facts_at_all_equals_the_independent_calculation(spark: SparkSession) -> None:
    as_of = random_as_of(random.Random(0))
    gold = build_gold(silver_frames(spark, {}), policy(), as_of, BATCH)
    expected = expected_gold(silver_rows({}), policy(), as_of)

    for contract in GOLD_CONTRACTS:
        assert list(_differences(gold[contract.name], expected[contract.name], contract)) == []
    assert len(expected["PeakTimes"]) == 336


@pytest.mark.parametrize("contract", GOLD_CONTRACTS, ids=lambda contract: contract.name)
def test_a_gold_frame_has_the_types_of_its_contract_and_keys_that_are_not_null(
    spark: SparkSession, contract: TableContract
) -> None:
    as_of = random_as_of(random.Random(0))
    schema = build_gold(silver_frames(spark, {}), policy(), as_of, BATCH)[contract.name].schema

    assert [(each.name, each.dataType.simpleString()) for each in schema] == [
        (each.name, each.type.spark) for each in contract.columns
    ]
    not_null = {each.name for each in contract.columns if not each.nullable}
    assert not_null <= {each.name for each in schema if not each.nullable}


def _differences(
    frame: DataFrame, expected: list[dict[str, Any]], contract: TableContract
) -> list[str]:
    """Every cell that differs, as text."""

    def by_key(rows: list[dict[str, Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
        keyed = {tuple(row[name] for name in contract.key): row for row in rows}
        assert len(keyed) == len(rows), f"{contract.name}: a key occurs twice"
        return keyed

    stamp = {"BatchID": BATCH, "RuleVersion": RULES}
    found = by_key([row.asDict() for row in frame.collect()])
    wanted = by_key([{**row, **stamp} for row in expected])
    missing = [f"{contract.name} {key}: missing" for key in wanted.keys() - found.keys()]
    extra = [f"{contract.name} {key}: not expected" for key in found.keys() - wanted.keys()]
    cells = [
        f"{contract.name} {key} {name}: found {found[key][name]!r}, expected {row[name]!r}"
        for key, row in wanted.items()
        if key in found
        for name in gold_contract(contract.name).column_names
        if found[key][name] != row[name]
    ]
    return [*missing, *extra, *cells]
