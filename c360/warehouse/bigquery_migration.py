"""Brings a published table of BigQuery in line with its contract, by one update of the table.

BigQuery takes five changes of a table in ten seconds, and an `ALTER TABLE` a column is one each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from google.api_core.exceptions import PreconditionFailed
from google.cloud import bigquery
from google.cloud.bigquery.table import PrimaryKey, TableConstraints

from c360.contracts.model import ColumnContract, TableContract
from c360.errors import OutsideFailure
from c360.failpoints import failpoint
from c360.warehouse.bigquery_connection import Connection, find_table
from c360.warehouse.bigquery_jobs import UNANSWERED, attempts
from c360.warehouse.migration import Migration, PublishedColumn, migration_of
from c360.warehouse.sql import published

_NEW_NAMES = {"INTEGER": "INT64", "BOOLEAN": "BOOL", "FLOAT": "FLOAT64"}


def columns_of(table: bigquery.Table) -> tuple[PublishedColumn, ...]:
    """The columns as the API describes them."""
    return tuple(
        PublishedColumn(
            field.name, _type_name(field), field.mode != "REQUIRED", field.description or ""
        )
        for field in table.schema
    )


def migrate(connection: Connection, contract: TableContract, table: bigquery.Table) -> None:
    """Changes what differs from the contract, all of it or nothing; rows stay as they are.

    The update names the state that it was made for. Where that has gone, or nobody answers, the
    table is looked at again: another run may have changed it, or a lost answer of our own.

    Args:
        connection: to the project of the table.
        contract: what the table is to be; its columns are compatible with the table's.
        table: as it was found.

    Raises:
        OutsideFailure: the table has gone, or changes whenever it is looked at.
    """
    found: bigquery.Table | None = table
    failure: Exception | None = None
    for number in attempts():
        if number > 1:
            found = find_table(connection, published(contract))
        if found is None:
            raise OutsideFailure(f"{published(contract)}: has gone. Next: run again")
        if not (fields := _bring_in_line(contract, found)):
            return
        try:
            failpoint("warehouse.migrate")
            connection.client.update_table(found, fields, **connection.patience)
            return
        except (PreconditionFailed, *UNANSWERED) as error:
            failure = error
    assert failure is not None
    raise failure


def _bring_in_line(contract: TableContract, table: bigquery.Table) -> list[str]:
    """Sets what the contract says on the API's picture of the table; the properties it differs in.

    What a column is partitioned by cannot be changed, and labels are left to who keeps them.
    """
    migration, changed = migration_of(contract, columns_of(table)), []
    if migration.added or migration.relaxed or migration.described:
        table.schema = list(_fields(contract, table.schema, migration))
        changed.append("schema")
    if (table.description or "") != contract.description:
        table.description = contract.description
        changed.append("description")
    if tuple(table.clustering_fields or ()) != contract.cluster_by:
        table.clustering_fields = list(contract.cluster_by) or None
        changed.append("clustering_fields")
    if contract.key and _key(table) != contract.key:
        others = table.table_constraints.foreign_keys if table.table_constraints else None
        table.table_constraints = TableConstraints(PrimaryKey(list(contract.key)), others)
        changed.append("table_constraints")
    return changed


def _fields(
    contract: TableContract, fields: Sequence[bigquery.SchemaField], migration: Migration
) -> Iterator[bigquery.SchemaField]:
    """The whole schema, as an update must give it: the table's fields, then those that are new."""
    relaxed = {column.name.casefold() for column in migration.relaxed}
    described = {column.name.casefold(): column.description for column in migration.described}
    for field in fields:
        changed = dict(field.to_api_repr())
        # What is not said stays: who says policy tags needs the right to set them.
        changed.pop("policyTags", None)
        if field.name.casefold() in relaxed:
            changed["mode"] = "NULLABLE"
        if field.name.casefold() in described:
            changed["description"] = described[field.name.casefold()]
        yield bigquery.SchemaField.from_api_repr(changed)
    for column in migration.added:
        yield schema_field(column, description=column.description)


def schema_field(column: ColumnContract, **more: Any) -> bigquery.SchemaField:
    """A column as the API takes it: nullable, its type and its size apart."""
    name = column.type.bigquery.partition("(")[0]
    if column.type.name == "decimal":
        more |= {"precision": column.type.precision, "scale": column.type.scale}
    return bigquery.SchemaField(column.name, name, **more)


def _type_name(field: bigquery.SchemaField) -> str:
    """The type as DDL spells it: the API keeps older names, and sizes apart."""
    name = _NEW_NAMES.get(field.field_type, field.field_type)
    if field.precision is not None:
        name = f"{name}({field.precision},{field.scale or 0})"
    return f"ARRAY<{name}>" if field.mode == "REPEATED" else name


def _key(table: bigquery.Table) -> tuple[str, ...]:
    constraints = table.table_constraints
    return tuple(constraints.primary_key.columns) if constraints and constraints.primary_key else ()
