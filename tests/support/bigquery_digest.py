"""What a BigQuery warehouse holds, as the rows and digests that `digest.py` reads from DuckDB."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator
from decimal import Decimal
from typing import Any

from google.cloud import bigquery

from c360.warehouse.bigquery_address import parse_address
from c360.warehouse.bigquery_connection import connected
from tests.support.digest import GOLD, SILVER, WITHOUT_BATCH, Row, digest


def read_table(url: str, dataset: str, table: str) -> list[Row]:
    """The rows of one published table, in no order."""
    with _client(url) as client:
        return _rows(client, f"{dataset}.{table}")


def read_all(url: str, *datasets: str) -> dict[str, list[Row]]:
    """The rows of every table of these datasets (silver and gold when none is given), by name."""
    with _client(url) as client:
        names = [
            f"{dataset}.{table.table_id}"
            for dataset in datasets or (SILVER, GOLD)
            for table in client.list_tables(dataset)
        ]
        return {name: _rows(client, name) for name in names}


def digests(url: str, leave_out: Collection[str] = WITHOUT_BATCH) -> dict[str, str]:
    """The digest of every silver and gold table, by name, without the columns `leave_out`."""
    return {name: digest(rows, leave_out) for name, rows in read_all(url).items()}


def execute(url: str, sql: str) -> None:
    """Carry out a statement, as somebody does who meddles by hand."""
    with _client(url) as client:
        client.query_and_wait(sql)


def names_of(url: str, dataset: str) -> list[str]:
    """The tables of a dataset."""
    with _client(url) as client:
        return [table.table_id for table in client.list_tables(dataset)]


@contextlib.contextmanager
def _client(url: str) -> Iterator[bigquery.Client]:
    with connected(parse_address(url)) as connection:
        yield connection.client


def _rows(client: bigquery.Client, name: str) -> list[Row]:
    table = client.get_table(name)
    scaled = {field.name: _in_scale(field) for field in table.schema}
    return [
        {column: scaled[column](value) for column, value in row.items()}
        for row in client.list_rows(table)
    ]


def _in_scale(field: bigquery.SchemaField) -> Callable[[Any], Any]:
    """A NUMERIC with the digits of its column: BigQuery hands 1.50 over as 1.5."""
    unit = Decimal(1).scaleb(-(field.scale or 0))
    return lambda value: value.quantize(unit) if isinstance(value, Decimal) else value
