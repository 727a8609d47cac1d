"""Warehouse URLs."""

from pathlib import Path

import pytest

from c360.errors import WrongUse
from c360.warehouse.bigquery_address import BigQueryAddress, parse_address
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


def test_a_project_of_bigquery_is_opened_without_asking_it():
    url = "bigquery://my-project?location=EU&endpoint=http://127.0.0.1:9050/&timeout=5&deadline=60"
    warehouse = open_warehouse(url)
    assert warehouse.name == "bigquery://my-project"
    assert warehouse.address == BigQueryAddress(
        "my-project", "EU", "http://127.0.0.1:9050", timeout=5, deadline=60
    )


def test_without_options_it_is_googles_own_in_its_default_location():
    assert parse_address("bigquery://example.com:p-1") == BigQueryAddress("example.com:p-1", "US")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("bigquery://", "found the project ''"),
        ("bigquery://Big_Project", "found the project 'Big_Project'"),
        ("bigquery://p-1/dataset", "found something after the project"),
        ("bigquery://p-1?region=EU", "found the option 'region'"),
        ("bigquery://p-1?location=", "location: found '', expected a location such as EU"),
        ("bigquery://p-1?location=EU&location=US", "location is given 2 times"),
        ("bigquery://p-1?endpoint=localhost:9050", "endpoint: found 'localhost:9050'"),
        ("bigquery://p-1?timeout=0", "timeout: found '0', expected seconds"),
        ("bigquery://p-1?deadline=-1", "deadline: found '-1', expected seconds"),
        ("bigquery://p-1?deadline=1e3", "deadline: found '1e3', expected seconds"),
    ],
)
def test_another_address_of_bigquery_is_refused_with_its_form(url, said):
    with pytest.raises(WrongUse) as refused:
        open_warehouse(url)
    assert said in str(refused.value)
    assert "expected bigquery://project[?location=EU&" in str(refused.value)


def test_all_problems_of_an_address_are_told_at_once():
    with pytest.raises(WrongUse, match=r"project 'P'.*option 'a'.*timeout: found 'b'"):
        open_warehouse("bigquery://P?a=1&timeout=b")
