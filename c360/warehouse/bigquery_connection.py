"""The client of one BigQuery project, and what is read with it; every wait has an end."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from google.api_core.exceptions import NotFound
from google.api_core.retry import Retry
from google.cloud import bigquery

from c360.credentials import google_credentials
from c360.warehouse.bigquery_address import BigQueryAddress
from c360.warehouse.bigquery_errors import explained, reason_of
from c360.warehouse.bigquery_params import guessed
from c360.warehouse.dialect import to_bigquery
from c360.warehouse.protocol import Row
from c360.warehouse.sql import TableRef

_REPETITIONS = 5  # of one request, counted in timeouts: where nobody answers, that many are sent
# A gateway that waited long enough. The library does not repeat what was answered so; here it is
# safe: what writes carries an id or the state that it was made for.
_LATE = (408, 504)
# Why a query may fail that was begun; one that only reads may be sent again.
_PASSING_JOBS = ("jobBackendError", "jobInternalError", "jobRateLimitExceeded")
_BY_LIBRARY = bigquery.DEFAULT_RETRY._predicate  # what Google's own client repeats


@dataclass(frozen=True, slots=True)
class Connection:
    """A client, and the address with the times that everything asked of it is given."""

    client: bigquery.Client
    address: BigQueryAddress

    @property
    def retry(self) -> Retry:
        """Repeats what failed for a moment (429, 5xx, a broken connection), with an end."""
        return bigquery.DEFAULT_RETRY.with_predicate(_is_passing).with_timeout(self._seconds)

    @property
    def read_again(self) -> Retry:
        """Sends a query that reads once more where its job failed for a moment, with an end."""
        return Retry(lambda error: reason_of(error) in _PASSING_JOBS, timeout=self._seconds)

    @property
    def patience(self) -> dict[str, Any]:
        """`retry` and `timeout` of one request."""
        return {"retry": self.retry, "timeout": self.address.timeout}

    @property
    def _seconds(self) -> float:
        return min(_REPETITIONS * self.address.timeout, self.address.deadline)

    def reference(self, table: TableRef) -> bigquery.TableReference:
        """The table in this project."""
        dataset = bigquery.DatasetReference(self.address.project, table.dataset)
        return dataset.table(table.name)


@contextlib.contextmanager
def connected(address: BigQueryAddress) -> Iterator[Connection]:
    """A connection for the block; nothing is asked of the server yet.

    Raises:
        OutsideFailure: whatever fails inside the block.
    """
    with explained(address):
        options = {"api_endpoint": address.endpoint} if address.endpoint else None
        client = bigquery.Client(
            project=address.project,
            credentials=google_credentials(),
            location=address.location,
            client_options=options,
        )
        with contextlib.closing(client):
            yield Connection(client, address)


def rows(connection: Connection, sql: str, params: Mapping[str, Any] | None = None) -> list[Row]:
    """The rows of a SELECT of c360's own dialect; instants carry UTC."""
    address = connection.address
    found = connection.client.query_and_wait(
        to_bigquery(sql),
        job_config=bigquery.QueryJobConfig(query_parameters=guessed(params or {})),
        location=address.location,
        api_timeout=address.timeout,
        wait_timeout=address.deadline,
        retry=connection.retry,
        job_retry=connection.read_again,
    )
    return [dict(row.items()) for row in found]


def find_table(connection: Connection, table: TableRef) -> bigquery.Table | None:
    """The table as the API describes it, or None where there is none."""
    try:
        return connection.client.get_table(connection.reference(table), **connection.patience)
    except NotFound:
        return None


def _is_passing(error: Exception) -> bool:
    return getattr(error, "code", None) in _LATE or _BY_LIBRARY(error)
