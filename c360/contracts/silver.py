"""The contracts of silver, derived from the registry: its columns, then where a row comes from."""

from __future__ import annotations

from c360.contracts.model import SILVER, ColumnContract, TableContract
from c360.datatypes import STRING
from c360.registry.specs import ColumnSpec, TableSpec

ROW_KEY, FILE_ID, SOURCE_FILE = "RowKey", "FileID", "SourceFile"

_ROW_KEY = ColumnContract(
    ROW_KEY,
    STRING,
    "32 hex digits of SHA-256 over the row's columns and its occurrence number in its file.",
    nullable=False,
)
_LINEAGE = (
    ColumnContract(FILE_ID, STRING, "The silver batch that the row came with.", nullable=False),
    ColumnContract(
        SOURCE_FILE, STRING, "Path of the source file below the bronze root.", nullable=False
    ),
)


def silver_contract(table: TableSpec) -> TableContract:
    """The published form of a source: one row per key, or per RowKey where it has none."""
    own = tuple(_column(column) for column in table.columns)
    columns = (*own, *_LINEAGE) if table.key else (_ROW_KEY, *own, *_LINEAGE)
    newest = (table.newest_by,) if table.newest_by else ()
    names = tuple(column.name for column in table.columns if column.name not in newest)
    return TableContract(
        dataset=SILVER,
        name=table.name,
        description=table.description,
        columns=columns,
        key=table.key or (ROW_KEY,),
        newest_first=(*newest, SOURCE_FILE, *names),
        control_sum=table.control_sum,
        partition_by=table.partition_by,
        cluster_by=table.cluster_by,
    )


def _column(column: ColumnSpec) -> ColumnContract:
    target = column.references
    refers = f" Refers to {target.table}.{target.column}." if target else ""
    description = f"{column.description}{refers}"
    return ColumnContract(column.name, column.type, description, not column.required, column.pii)
