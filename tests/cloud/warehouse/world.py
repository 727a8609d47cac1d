"""The small warehouse of tests/warehouse, in a project of the BigQuery server."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery

from c360.warehouse.bigquery import BigQueryWarehouse
from c360.warehouse.bigquery_address import BigQueryAddress
from c360.warehouse.protocol import StagedTable
from c360.warehouse.sql import TableRef
from tests.cloud.bigquery_server import BigQueryServer
from tests.warehouse.world import World

_NUMBERS = itertools.count(1)
_FOREVER = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)


@dataclass
class BigQueryWorld(World):
    """Files lie in a folder that the server takes for a bucket."""

    warehouse: BigQueryWarehouse
    server: BigQueryServer
    gcs_root: Path
    type_names = ("INT64", "STRING", "NUMERIC")

    @property
    def client(self) -> bigquery.Client:
        return client_of(self.warehouse.address)

    def address(self, file):
        return f"gs://{file.relative_to(self.gcs_root)}"

    def staging_tables(self):
        return list(self.warehouse.remove_staging(_FOREVER, dry_run=True))

    def columns(self, table):
        found = self.client.get_table(f"customer360_silver.{table}")
        return [(f.name, f.mode != "REQUIRED", f.description or "") for f in found.schema]

    def tamper(self, *statements):
        for statement in statements:
            self.client.query_and_wait(statement)

    def requests(self, **wanted):
        """What was asked of this project, of the server's log."""
        project = f"/projects/{self.warehouse.address.project}/"
        return [
            line
            for line in self.server.requests()
            if project in line["path"] and wanted.items() <= line.items()
        ]


def new_world(server: BigQueryServer, gcs_root: Path, **address) -> BigQueryWorld:
    """A project that nobody used before, and a bucket of its own."""
    name = f"world-{next(_NUMBERS)}"
    folder = gcs_root / name
    folder.mkdir()
    where = BigQueryAddress(
        name, endpoint=server.url, **{"timeout": 60, "deadline": 300, **address}
    )
    return BigQueryWorld(folder, BigQueryWarehouse(where, load_instead), server, gcs_root)


def client_of(address: BigQueryAddress) -> bigquery.Client:
    return bigquery.Client(
        project=address.project,
        credentials=AnonymousCredentials(),
        client_options={"api_endpoint": address.endpoint},
    )


def load_instead(address: BigQueryAddress, table: StagedTable, target: TableRef) -> None:
    """Stages gold by a load job where a test is not about the connector, and needs no Spark."""
    config = bigquery.LoadJobConfig(source_format="PARQUET", create_disposition="CREATE_NEVER")
    uris = [unquote(uri) for uri in table.parquet_files]
    where = f"{target.dataset}.{target.name}"
    with contextlib.closing(client_of(address)) as client:
        client.load_table_from_uri(uris, where, job_config=config).result()
