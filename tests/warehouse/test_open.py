"""Warehouse URLs."""

from pathlib import Path

import pytest

from c360.errors import WrongUse
from c360.warehouse.duckdb import DuckDBWarehouse
from c360.warehouse.open import open_warehouse


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("duckdb:///build/c360.duckdb", "build/c360.duckdb"),
        ("duckdb:////data/c360.duckdb", "/data/c360.duckdb"),
        ("duckdb:///a%20b%3F.duckdb", "a b?.duckdb"),
        ("duckdb:////data/a b é.duckdb", "/data/a b é.duckdb"),
    ],
)
def test_three_slashes_are_relative_and_four_absolute(url, path):
    assert open_warehouse(url, 3.0) == DuckDBWarehouse(Path(path), 3.0)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "c360.duckdb",
        "duckdb:c360.duckdb",
        "duckdb://c360.duckdb",
        "duckdb:///",
        "duckdb:////",
        "duckdb:///folder/",
        "duckdb:///x.duckdb?mode=ro",
        "duckdb:///x.duckdb#y",
        "postgres:///x",
        "file:///x.duckdb",
    ],
)
def test_another_url_is_refused_with_what_is_allowed(url):
    with pytest.raises(WrongUse) as refused:
        open_warehouse(url)
    assert f"'{url}'" in str(refused.value)
    assert "duckdb:///relative.duckdb or duckdb:////absolute/path.duckdb" in str(refused.value)


def test_bigquery_is_refused_as_not_there_yet():
    with pytest.raises(WrongUse, match="this version publishes to DuckDB only"):
        open_warehouse("bigquery://project?location=EU&endpoint=http://127.0.0.1:9050")
