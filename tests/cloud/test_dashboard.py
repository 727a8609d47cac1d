"""D1 from BigQuery: the page is the one that DuckDB gives, whose every number is tested apart."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from unittest import mock

import duckdb
import pytest
from google.cloud import bigquery as google

from c360.contracts.audit import AUDIT_CONTRACTS
from c360.contracts.gold import GOLD_CONTRACTS
from c360.dashboard.build import build_page
from c360.dashboard.read import read_measures
from c360.dashboard.view_files import view_files
from c360.dashboard.views import views
from c360.warehouse.bigquery import BigQueryWarehouse
from c360.warehouse.bigquery_address import BigQueryAddress
from c360.warehouse.duckdb import DuckDBWarehouse
from tests.cloud.bigquery_server import BigQueryServer
from tests.cloud.gcs_server import GcsServer
from tests.cloud.warehouse.world import client_of
from tests.dashboard.worlds import POLICY, ROOT, sample

MEASURES = read_measures(ROOT / "dashboards/measures.yaml")
PERSONAL = {"with_customers": True, "agent_names": True}
Pair = tuple[DuckDBWarehouse, BigQueryWarehouse]


@pytest.fixture(scope="module")
def both(
    bigquery: BigQueryServer, gcs: GcsServer, tmp_path_factory: pytest.TempPathFactory
) -> Pair:
    """The sample as it is published in DuckDB, and the same rows in BigQuery."""
    local = sample().write(tmp_path_factory.mktemp("dashboard") / "warehouse.duckdb")
    address = BigQueryAddress("dashboard", endpoint=bigquery.url)
    remote = BigQueryWarehouse(address)
    remote.initialise(GOLD_CONTRACTS)
    bucket = gcs.root / "dashboard"
    bucket.mkdir()
    client = client_of(address)
    config = google.LoadJobConfig(source_format="PARQUET", write_disposition="WRITE_APPEND")
    client.query_and_wait("DELETE FROM customer360_audit.Publication WHERE TRUE")  # its row 0
    with duckdb.connect(str(local.path), read_only=True) as connection:
        for contract in (*GOLD_CONTRACTS, *AUDIT_CONTRACTS):
            name = f"{contract.dataset}.{contract.name}"
            connection.execute(f"COPY {name} TO '{bucket}/{name}.parquet' (FORMAT parquet)")
            uri = f"gs://dashboard/{name}.parquet"
            client.load_table_from_uri(uri, name, job_config=config).result()
    return local, remote


def test_the_page_of_bigquery_is_that_of_duckdb_byte_for_byte(both: Pair, tmp_path: Path) -> None:
    pages = []
    with mock.patch("vl_convert.javascript_bundle", return_value=""):  # it draws, and knows no data
        for place in both:
            out = tmp_path / f"{type(place).__name__}.html"
            build_page(place, POLICY, MEASURES, out, PERSONAL)
            pages.append(out.read_text(encoding="utf-8"))
    assert len(pages[0]) > 150_000
    assert pages[0] == pages[1]


def test_a_bi_tool_reads_in_the_views_what_the_page_reads(both: Pair) -> None:
    local, remote = both
    client = client_of(remote.address)
    for text in view_files(MEASURES).values():
        client.query_and_wait(text)
    for view in views(MEASURES):
        found = client.query_and_wait(f"SELECT * FROM customer360_dashboard.{view.name}")
        rows = Counter(tuple(row.items()) for row in found)
        expected = Counter(tuple(row.items()) for row in local.query(view.select))
        assert expected.total() > 10, view.name
        assert rows == expected, view.name
