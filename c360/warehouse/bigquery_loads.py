"""Load jobs: silver from the Parquet in its bucket, the audit from this process's memory."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from google.cloud import bigquery

from c360.audit import AuditRow, values_of
from c360.contracts.model import TableContract
from c360.failpoints import failpoint
from c360.warehouse.bigquery_connection import Connection
from c360.warehouse.bigquery_jobs import Begin, run_job
from c360.warehouse.bigquery_migration import schema_field
from c360.warehouse.sql import TableRef

MAX_URIS = 10_000  # BigQuery's limit for one load job

# Finished rows, and the staging table that they go to.
Audit = tuple[TableContract, TableRef, Sequence[AuditRow]]


def batched(uris: Sequence[str]) -> Iterator[Sequence[str]]:
    """As many files as one load job may have, until there are none left."""
    return (uris[start : start + MAX_URIS] for start in range(0, len(uris), MAX_URIS))


def load_parquet(
    connection: Connection, contract: TableContract, uris: Sequence[str], target: TableRef
) -> Begin:
    """Begins a load of files into a table that exists."""

    def begin(job_id: str) -> Any:
        return connection.client.load_table_from_uri(
            list(uris),
            connection.reference(target),
            job_id=job_id,
            location=connection.address.location,
            job_config=_config(contract, "PARQUET"),
            **connection.patience,
        )

    return begin


def stage_audit(connection: Connection, audit: Iterable[Audit], step: str) -> None:
    """Finished rows of the audit in staging tables that exist; there may be very many."""
    for contract, target, found in audit:
        if found:
            begin = _upload(connection, contract, found, target)
            failpoint("stage.audit")
            run_job(connection, f"{step}-rows-{contract.name}", begin)


def _upload(
    connection: Connection, contract: TableContract, found: Sequence[AuditRow], target: TableRef
) -> Begin:
    data = "\n".join(_json_line(contract, row) for row in found).encode()

    def upload(job_id: str) -> Any:
        return connection.client.load_table_from_file(
            io.BytesIO(data),
            connection.reference(target),
            size=len(data),
            job_id=job_id,
            location=connection.address.location,
            job_config=_config(contract, "NEWLINE_DELIMITED_JSON"),
            timeout=connection.address.timeout,
        )

    return connection.retry(upload)  # the library repeats no upload by itself


def _config(contract: TableContract, source_format: str) -> bigquery.LoadJobConfig:
    """Appends to a table that DDL made, by a declared schema: nothing is ever detected."""
    return bigquery.LoadJobConfig(
        source_format=source_format,
        schema=[schema_field(column) for column in contract.columns],
        create_disposition="CREATE_NEVER",
        write_disposition="WRITE_APPEND",
    )


def _json_line(contract: TableContract, row: AuditRow) -> str:
    """One row as JSON: exact numbers and points in time as text, NULLs left out."""
    named = zip(contract.column_names, values_of(row), strict=True)
    return json.dumps({name: value for name, value in named if value is not None}, default=str)
