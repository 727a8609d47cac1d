"""The sample, the oracle and the registry speak of the same nine tables."""

from __future__ import annotations

import pytest

from c360.registry.load import parse_registry
from c360.registry.specs import TableSpec
from c360.sample.shapes import SHAPES
from tests.conftest import ROOT
from tests.support.oracle_silver import TABLES

REGISTRY = parse_registry((ROOT / "conf" / "tables.yaml").read_text(), "conf/tables.yaml")
KINDS = {
    "bigint": "integer",
    "decimal(12,2)": "money",
    "string": "text",
    "date": "date",
    "timestamp": "timestamp",
}


def test_the_registry_has_the_tables_of_the_sample_and_of_the_oracle() -> None:
    assert set(REGISTRY.names) == set(SHAPES) == set(TABLES)


@pytest.mark.parametrize("table", REGISTRY.tables, ids=lambda table: table.name)
def test_the_sample_fills_the_columns_of_the_registry(table: TableSpec) -> None:
    declared = [
        (c.name, KINDS[str(c.type)], c.required, c.above is not None) for c in table.columns
    ]
    shape = SHAPES[table.name]
    assert declared == [(c.name, c.kind, c.required, c.above_zero) for c in shape.columns]
    assert table.key == ((shape.key,) if shape.key else ())


@pytest.mark.parametrize("table", REGISTRY.tables, ids=lambda table: table.name)
def test_the_oracle_reads_the_columns_of_the_registry(table: TableSpec) -> None:
    declared = [
        (c.name, str(c.type).split("(")[0], c.required, c.above is not None) for c in table.columns
    ]
    judged = TABLES[table.name]
    assert declared == [(c.name, c.type, c.required, c.above_zero) for c in judged.columns]
    assert table.key == ((judged.key,) if judged.key else ())
    assert table.newest_by == judged.newest_by
