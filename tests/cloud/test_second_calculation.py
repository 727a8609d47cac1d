"""B7: on generated sets the second calculation agrees with BigQuery, until a cell is changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from c360.contracts.gold import GOLD_CONTRACTS
from c360.verify import verify
from tests.cloud.bigquery_server import BigQueryServer
from tests.cloud.places import CloudPlaces
from tests.cloud.test_increments import planted
from tests.cloud.volume import IS_FULL
from tests.support.bigquery_digest import execute, read_table
from tests.support.bronze_sets import write_set
from tests.support.digest import GOLD
from tests.support.places import own_registry, tolerant
from tests.support.states import read_files

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SETS = 20


@pytest.mark.skipif(
    not IS_FULL, reason="for C360_CLOUD=full; tests/cloud/test_increments.py has one"
)
@pytest.mark.parametrize("seed", range(SETS))
def test_each_set_agrees_in_every_cell_and_a_planted_difference_is_found(
    seed: int,
    fresh_places: Callable[[str], CloudPlaces],
    bigquery: BigQueryServer,
    spark: SparkSession,
    tmp_path: Path,
) -> None:
    places = fresh_places(own_registry(tolerant))
    write_set(tmp_path, seed)
    places.put(read_files(tmp_path))
    report = places.run(spark)
    assert report.status == "published", report.message
    found = verify(places.opened, places.rules)
    assert [each for table in found.tables for each in table.differences] == []
    contract = GOLD_CONTRACTS[seed % len(GOLD_CONTRACTS)]
    rows = read_table(places.warehouse, GOLD, contract.name)
    execute(places.warehouse, Random(seed).choice(planted(contract, rows)))
    differing = {
        table.table: table.differing_cells + table.missing_rows + table.surplus_rows
        for table in verify(places.opened, places.rules).tables
    }
    assert differing == {each.name: int(each == contract) for each in GOLD_CONTRACTS}
    bigquery.close(places.opened.address.project)
