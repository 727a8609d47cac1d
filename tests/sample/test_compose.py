"""What is counted as planted is what an independent reading of the file counts."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from c360.sample.compose import compose
from c360.sample.exports import Export, Style
from c360.sample.tables import build_tables
from tests.support.bronze_sets import write_set
from tests.support.judges import judge_planted
from tests.support.oracle_silver import TABLES, read_bronze, read_file

STORES = build_tables(seed=1, customers=10, orders=50)["Stores"][:3]


@pytest.mark.parametrize("seed", range(20))
def test_an_empty_last_line_counts_with_and_without_a_line_end_at_the_end(seed: int) -> None:
    style = Style(last_newline=False, blank_lines=("", ""))
    export = Export("Stores.csv", "Stores", style, STORES)
    data, ledger = compose(Random(seed), export, {})
    found = read_file(TABLES["Stores"], "Stores.csv", data)
    assert (found.records, found.blank_lines) == (ledger.records, ledger.blank_lines) == (3, 2)


@pytest.mark.parametrize("seed", [18, 73, 167, 178])
def test_a_set_is_read_as_it_was_planted(seed: int, tmp_path: Path) -> None:
    planted = write_set(tmp_path, seed)
    assert judge_planted(read_bronze(tmp_path), planted) == []
