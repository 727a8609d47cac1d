"""The state of a table: the union of the batches of the files in bronze now, one row a key."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pyspark.sql import Column, DataFrame, Row, SparkSession
from pyspark.sql import functions as F

from c360 import survivors
from c360.contracts.model import TableContract
from c360.contracts.silver import FILE_ID, silver_contract
from c360.decimals import exact_sum
from c360.layout import batch_folder
from c360.ledger import FileShare
from c360.manifest import BatchManifest
from c360.registry.specs import Reference, Registry, TableSpec
from c360.silver.parquet import read_files
from c360.storage import Storage

_MANY = 1 << 20  # rows from which on it pays to move only those whose keys repeat


@dataclass(frozen=True, slots=True)
class StateFigures:
    """The state of one table in numbers."""

    rows: int
    shares: Mapping[str, FileShare]  # by FileID
    control_sum: Decimal | int | None  # NULL where the contract sums nothing
    newest: dt.date | None  # greatest `newest_by`, a datetime where that is a timestamp


@dataclass(frozen=True, slots=True)
class TableState:
    """The state of one table: a lazy frame in the columns of its contract, and its figures."""

    table: TableSpec
    frame: DataFrame
    figures: StateFigures


def state_uris(silver: Storage, manifests: Sequence[BatchManifest]) -> tuple[str, ...]:
    """The Parquet files of these batches, exactly those that their manifests name."""
    return tuple(
        silver.uri(f"{batch_folder(batch.table, batch.file_id)}/{batch.folder}/{part.name}")
        for batch in manifests
        for part in batch.files
    )


def read_state(
    spark: SparkSession, silver: Storage, table: TableSpec, manifests: Sequence[BatchManifest]
) -> TableState:
    """The state that these batches make together."""
    contract = silver_contract(table)
    rows = read_files(spark, state_uris(silver, manifests), contract)
    losers: dict[str, Row] = {}
    accepted = sum(batch.counts.accepted for batch in manifests)
    ranked = _ranked(rows, contract, accepted) if len(manifests) > 1 else None
    if ranked:
        losers = {row[FILE_ID]: row for row in _losers(ranked).collect()}
        rows = ranked.where(F.col(survivors.RANK) == 1).select(*contract.column_names)
    return TableState(table, rows, _figures(rows, table, contract, losers))


def count_missing_references(
    states: Mapping[str, TableState], registry: Registry
) -> dict[tuple[str, str], int]:
    """By table and column: how many references are NULL or name nothing that silver has."""
    counts = [
        _missing(states, table.name, column.name, column.references)
        for table in registry.tables
        for column in table.columns
        if column.references
    ]
    if not counts:
        return {}
    united = functools.reduce(DataFrame.unionByName, counts)
    return {(row["table"], row["column"]): row["records"] for row in united.collect()}


def _missing(
    states: Mapping[str, TableState], table: str, column: str, target: Reference
) -> DataFrame:
    """One row: table, column, and the records whose value the target column does not have."""
    used = states[table].frame.groupBy(F.col(column).alias("id")).count()
    known = states[target.table].frame.select(F.col(target.column).alias("id")).distinct()
    unknown = used.join(known, on="id", how="left_anti")
    return unknown.agg(
        F.lit(table).alias("table"),
        F.lit(column).alias("column"),
        F.coalesce(F.sum("count"), F.lit(0)).alias("records"),
    )


def _ranked(rows: DataFrame, contract: TableContract, count: int) -> DataFrame | None:
    """The rows ranked, or None where no key repeats; they are read several times, so move few."""
    repeated = survivors.repeated_keys(rows, contract.key)
    if count < _MANY:
        return None if repeated.isEmpty() else survivors.rank_rows(rows, contract)
    kept = repeated.persist()  # to the end of the run, in which the state is read again and again
    keys = kept.count()
    if 0 < keys <= survivors.MOST_APART:
        rank = functools.partial(survivors.rank_rows, contract=contract)
        return survivors.rank_apart(rows, kept, contract.key, rank)
    kept.unpersist()
    return survivors.rank_rows(rows, contract) if keys else None


def _losers(ranked: DataFrame) -> DataFrame:
    """One row per FileID that loses keys to other files: duplicates, conflicts bigint."""
    lost = ranked.where(F.col(survivors.RANK) > 1)
    conflicts = F.count(F.when(F.col(survivors.CONFLICTS), 1))
    return lost.groupBy(FILE_ID).agg(
        F.count(F.lit(1)).alias("duplicates"), conflicts.alias("conflicts")
    )


def _share(accepted: int, lost: Row | None) -> FileShare:
    return (
        FileShare(accepted, lost["duplicates"], lost["conflicts"]) if lost else FileShare(accepted)
    )


def _figures(
    rows: DataFrame, table: TableSpec, contract: TableContract, losers: Mapping[str, Row]
) -> StateFigures:
    control = _control_sum(contract)
    newest = F.max(table.newest_by) if table.newest_by else F.lit(None)
    per_file = (
        rows.groupBy(FILE_ID)
        .agg(F.count(F.lit(1)).alias("rows"), control.alias("control_sum"), newest.alias("newest"))
        .collect()
    )
    accepted = {row[FILE_ID]: row["rows"] for row in per_file}
    sums = [_exact(row["control_sum"]) for row in per_file if row["control_sum"] is not None]
    times = [row["newest"] for row in per_file if row["newest"] is not None]
    return StateFigures(
        rows=sum(accepted.values()),
        shares={
            file_id: _share(accepted.get(file_id, 0), losers.get(file_id))
            for file_id in accepted.keys() | losers.keys()
        },
        control_sum=exact_sum(sums) if sums else None,
        newest=max(times, default=None),
    )


def _control_sum(contract: TableContract) -> Column:
    """The sum that the audit keeps; integers are summed as decimals, for Spark's wrap around."""
    if contract.control_sum is None:
        return F.lit(None)
    column = F.col(contract.control_sum)
    is_integer = contract.column(contract.control_sum).type.name == "bigint"
    return F.sum(column.cast("decimal(20,0)") if is_integer else column)


def _exact(total: Decimal) -> Decimal | int:
    """An integer where there are no fraction digits."""
    return total if total.as_tuple().exponent else int(total)
