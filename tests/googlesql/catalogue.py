"""The tables that a text may name: those of the contracts, what runs stage, and BigQuery's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from zetasql import types as T

from c360.contracts.audit import AUDIT_CONTRACTS
from c360.contracts.gold import GOLD_CONTRACTS
from c360.contracts.model import DATASETS, STAGING, TableContract
from c360.contracts.silver import silver_contract
from c360.datatypes import BIGINT, BOOLEAN, INSTANT, STRING, DataType
from c360.registry.read import read_registry
from c360.warehouse.bigquery_script import failure_tables, staged_audit
from c360.warehouse.bigquery_views import load_target
from c360.warehouse.sql import TableRef, staged, staged_with_duplicates
from tests.googlesql.analyzer import type_of

ROOT = Path(__file__).resolve().parent.parent.parent
REGISTRY = read_registry(ROOT / "conf/tables.yaml")
SILVER_CONTRACTS = tuple(silver_contract(table) for table in REGISTRY.tables)
CONTRACTS = (*SILVER_CONTRACTS, *GOLD_CONTRACTS, *AUDIT_CONTRACTS)

PROJECT = "a-project"
RUN = "r20251231T235959-00000000"
RETIRED = "Retired"  # a column of every published table that its contract does not have

_NOWHERE = TableRef(STAGING, "never")

# The views that BigQuery has in each dataset, as its reference describes them.
INFORMATION_SCHEMA: Mapping[str, Mapping[str, DataType]] = {
    "SCHEMATA": dict.fromkeys(("catalog_name", "schema_name", "schema_owner", "location"), STRING)
    | {"creation_time": INSTANT, "last_modified_time": INSTANT, "ddl": STRING},
    "SCHEMATA_OPTIONS": dict.fromkeys(
        ("catalog_name", "schema_name", "option_name", "option_type", "option_value"), STRING
    ),
    "TABLES": dict.fromkeys(
        ("table_catalog", "table_schema", "table_name", "table_type", "is_insertable_into", "ddl"),
        STRING,
    )
    | {"creation_time": INSTANT},
    "TABLE_OPTIONS": dict.fromkeys(
        ("table_catalog", "table_schema", "table_name", "option_name", "option_type"), STRING
    )
    | {"option_value": STRING},
    "COLUMNS": dict.fromkeys(
        ("table_catalog", "table_schema", "table_name", "column_name", "is_nullable", "data_type"),
        STRING,
    )
    | dict.fromkeys(("is_generated", "is_hidden", "is_system_defined"), STRING)
    | dict.fromkeys(("is_partitioning_column", "collation_name", "column_default"), STRING)
    | {"ordinal_position": BIGINT, "clustering_ordinal_position": BIGINT},
    "COLUMN_FIELD_PATHS": dict.fromkeys(
        ("table_catalog", "table_schema", "table_name", "column_name", "field_path", "data_type"),
        STRING,
    )
    | {"description": STRING, "collation_name": STRING},
    "TABLE_CONSTRAINTS": dict.fromkeys(
        ("constraint_catalog", "constraint_schema", "constraint_name", "table_catalog"), STRING
    )
    | dict.fromkeys(("table_schema", "table_name", "constraint_type"), STRING)
    | dict.fromkeys(("is_deferrable", "initially_deferred", "enforced"), STRING),
    "KEY_COLUMN_USAGE": dict.fromkeys(
        ("constraint_catalog", "constraint_schema", "constraint_name", "table_catalog"), STRING
    )
    | dict.fromkeys(("table_schema", "table_name", "column_name"), STRING)
    | {"ordinal_position": BIGINT, "position_in_unique_constraint": BIGINT},
    "CONSTRAINT_COLUMN_USAGE": dict.fromkeys(
        ("table_catalog", "table_schema", "table_name", "column_name"), STRING
    )
    | dict.fromkeys(("constraint_catalog", "constraint_schema", "constraint_name"), STRING),
}


def catalogue(contracts: Iterable[TableContract] = CONTRACTS) -> T.SimpleCatalog:
    """The datasets, alone and below their project, as a text may name them."""
    contracts = tuple(contracts)
    datasets = [_dataset(name, contracts) for name in DATASETS]
    project = T.SimpleCatalog(name=PROJECT, catalog=datasets)
    return T.SimpleCatalog(name="everything", catalog=[*datasets, project])


def _dataset(name: str, contracts: Iterable[TableContract]) -> T.SimpleCatalog:
    tables = []
    for contract in contracts:
        columns = {column.name: column.type for column in contract.columns}
        if contract.dataset == name:
            tables.append(_table(contract.name, columns | {RETIRED: BOOLEAN}))
        if name == STAGING:
            tables += [_table(ref.name, columns) for ref in _staging(contract)]
    own = [_table(view, columns) for view, columns in INFORMATION_SCHEMA.items()]
    information_schema = T.SimpleCatalog(name="INFORMATION_SCHEMA", table=own)
    return T.SimpleCatalog(name=name, table=tables, catalog=[information_schema])


def _staging(contract: TableContract) -> tuple[TableRef, ...]:
    """Where rows of this table are staged, by a run and by hand."""
    if contract in AUDIT_CONTRACTS:
        failed = dict(failure_tables(RUN))
        return (staged(contract, RUN), staged_audit(contract, RUN), failed.get(contract, _NOWHERE))
    return (staged(contract, RUN), staged_with_duplicates(contract, RUN), load_target(contract))


def _table(name: str, columns: Mapping[str, DataType]) -> T.SimpleTable:
    return T.SimpleTable(
        name=name,
        column=[
            T.SimpleColumn(name=column, type=type_of(kind), is_writable_column=True)
            for column, kind in columns.items()
        ],
    )
