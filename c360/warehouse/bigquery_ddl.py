"""DDL for BigQuery, rendered from a contract."""

from __future__ import annotations

import json
from typing import Protocol

from c360.contracts.audit import PUBLICATION
from c360.contracts.model import STAGING, ColumnContract, TableContract
from c360.datatypes import DATE, DataType
from c360.warehouse.sql import TableRef, column_list, published, quoted

STAGING_DAYS = 2  # BigQuery removes what a dead run staged; no run lasts as long
_LABELS = "labels=[('app', 'c360')]"


class Described(Protocol):
    """A column as far as its options go: of a contract, or of a view."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def description(self) -> str:
        """What it means."""


def create_dataset(dataset: str) -> str:
    """Creates a dataset; what is staged expires by itself."""
    options = [_LABELS]
    if dataset == STAGING:
        options.append(f"default_table_expiration_days={STAGING_DAYS}")
    return f"CREATE SCHEMA IF NOT EXISTS {quoted(dataset)} OPTIONS({', '.join(options)})"


def create_table(contract: TableContract) -> str:
    """Creates a published table; the head is created together with its one row."""
    parts = [_column(column) for column in contract.columns]
    if contract.key:
        parts.append(f"PRIMARY KEY ({column_list(contract.key)}) NOT ENFORCED")
    text = f"CREATE TABLE IF NOT EXISTS {published(contract).sql} ({', '.join(parts)})"
    if contract.partition_by:
        text += f" PARTITION BY {_month(contract)}"
    if contract.cluster_by:
        text += f" CLUSTER BY {column_list(contract.cluster_by)}"
    return f"{text} {table_options(contract.description)}{_first_row(contract)}"


def create_staging(contract: TableContract, table: TableRef) -> str:
    """Creates an empty staging table with the columns of the contract, each of which may be NULL.

    Spark's Parquet declares every column as optional, and BigQuery takes no such column for one
    that is required; what is required is looked at once it is staged. The name carries the run, and
    a table that was made anew would for a while be another one to the Storage Write API.
    """
    columns = ", ".join(f"{quoted(each.name)} {each.type.bigquery}" for each in contract.columns)
    return f"CREATE TABLE IF NOT EXISTS {table.sql} ({columns})"


def column_options(column: Described) -> str:
    """The options of a column."""
    return f"OPTIONS(description={_text(column.description)})"


def table_options(description: str) -> str:
    """The options of a table or view."""
    return f"OPTIONS(description={_text(description)}, {_LABELS})"


def type_name(data_type: DataType) -> str:
    """The type as BigQuery's API spells it, once its older names are replaced."""
    return data_type.bigquery


def _column(column: ColumnContract) -> str:
    required = "" if column.nullable else " NOT NULL"
    return f"{quoted(column.name)} {column.type.bigquery}{required} {column_options(column)}"


def _month(contract: TableContract) -> str:
    column = contract.column(contract.partition_by or "")
    function = "DATE_TRUNC" if column.type == DATE else "DATETIME_TRUNC"
    return f"{function}({quoted(column.name)}, MONTH)"


def _first_row(contract: TableContract) -> str:
    if contract != PUBLICATION:
        return ""
    nothing = ", ".join(f"CAST(NULL AS STRING) AS {quoted(name)}" for name in ("BatchID", "RunID"))
    return f" AS SELECT 0 AS `Epoch`, {nothing}"


def _text(description: str) -> str:
    return json.dumps(description, ensure_ascii=False)  # its escapes are GoogleSQL's too
