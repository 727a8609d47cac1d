"""The published tables of a BigQuery project: what there is, and making it fit the contracts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence

from google.api_core.exceptions import NotFound
from google.cloud import bigquery

from c360.contracts.audit import AUDIT_CONTRACTS
from c360.contracts.model import DATASETS, STAGING, TableContract
from c360.errors import WrongUse
from c360.failpoints import failpoint
from c360.warehouse import audit_sql, bigquery_ddl
from c360.warehouse.bigquery_connection import Connection, find_table, rows
from c360.warehouse.bigquery_jobs import query_job, run_job
from c360.warehouse.bigquery_migration import columns_of, migrate
from c360.warehouse.bigquery_script import joined
from c360.warehouse.migration import migration_of, require_compatible
from c360.warehouse.sql import TableRef, is_staged, published
from c360.warehouse.transaction import DATASET_OF, PublishedState

Found = Mapping[TableRef, bigquery.Table]


def ensure_tables(
    connection: Connection, contracts: Sequence[TableContract], step: str
) -> PublishedState:
    """Creates and migrates what the contracts and the audit need; the rows stay as they are.

    Raises:
        WrongUse: a published column cannot be migrated, or a dataset lies in another location;
            nothing was changed.
    """
    wanted = (*AUDIT_CONTRACTS, *contracts)
    tables = _find_tables(connection, wanted)
    columns = {ref: columns_of(table) for ref, table in tables.items()}
    require_compatible(wanted, columns, bigquery_ddl.type_name)
    there = [each for each in wanted if published(each) in tables]
    missing = [bigquery_ddl.create_table(each) for each in wanted if each not in there]
    if texts := [*_datasets(connection), *missing]:
        define(connection, texts, step)
    for each in there:
        migrate(connection, each, tables[published(each)])
    retired = {
        published(each): migration_of(each, columns[published(each)]).retired for each in there
    }
    return PublishedState(retired, _orphans(connection, wanted))


def define(connection: Connection, texts: Sequence[str], step: str) -> None:
    """Runs statements that make or change tables, each of which may be run again."""
    failpoint("warehouse.define")
    run_job(connection, step, query_job(connection, joined(texts)))


def staging_tables(connection: Connection, before: dt.datetime) -> tuple[TableRef, ...]:
    """What runs have staged before then and not dropped."""
    dataset = bigquery.DatasetReference(connection.address.project, STAGING)
    try:
        found = list(connection.client.list_tables(dataset, **connection.patience))
    except NotFound:
        return ()
    staged = {TableRef(STAGING, table.table_id): table.created for table in found}
    return tuple(
        table
        for table, created in staged.items()
        if is_staged(table) and created is not None and created < before
    )


def drop_staging(connection: Connection, tables: Iterable[TableRef]) -> None:
    """Drops staging tables; one that is not there is no error."""
    for table in tables:
        failpoint("warehouse.drop")
        connection.client.delete_table(
            connection.reference(table), not_found_ok=True, **connection.patience
        )


def require_location(connection: Connection, dataset: str) -> bool:
    """Whether the dataset is there.

    Raises:
        WrongUse: it is, in another location than the URL says, where no job of ours can see it.
    """
    reference = bigquery.DatasetReference(connection.address.project, dataset)
    try:
        found = connection.client.get_dataset(reference, **connection.patience)
    except NotFound:
        return False
    location = connection.address.location
    if found.location.upper() != location.upper():
        raise WrongUse(
            f"warehouse {connection.address}: the dataset {dataset} lies in {found.location}, and "
            f"the URL says {location}. Next: write ?location={found.location} in the URL"
        )
    return True


def _find_tables(connection: Connection, contracts: Iterable[TableContract]) -> Found:
    found = {
        published(contract): find_table(connection, published(contract)) for contract in contracts
    }
    return {table: each for table, each in found.items() if each is not None}


def _datasets(connection: Connection) -> Iterator[str]:
    for dataset in DATASETS:
        if not require_location(connection, dataset):
            yield bigquery_ddl.create_dataset(dataset)


def _orphans(connection: Connection, wanted: Sequence[TableContract]) -> tuple[TableRef, ...]:
    """Tables that the audit says were published and that no contract speaks of now."""
    expected = {published(contract) for contract in wanted}
    ever = [
        TableRef(DATASET_OF[row["Layer"]], row["TableName"])
        for row in rows(connection, audit_sql.EVER_PUBLISHED)
    ]
    return tuple(table for table in ever if table not in expected and find_table(connection, table))
