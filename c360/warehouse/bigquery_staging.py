"""Stages a publication in BigQuery and compares what arrived with the ledger."""

from __future__ import annotations

from collections.abc import Callable

from c360.contracts.audit import LOAD_FILES, LOAD_REASONS
from c360.contracts.model import TableContract
from c360.errors import DataRefused, OutsideFailure
from c360.failpoints import failpoint
from c360.warehouse import bigquery_ddl, dml
from c360.warehouse.bigquery_address import BigQueryAddress
from c360.warehouse.bigquery_connection import Connection, rows
from c360.warehouse.bigquery_errors import NotFoundYet
from c360.warehouse.bigquery_jobs import (
    MAX_ATTEMPTS,
    attempts,
    finish_job,
    query_job,
    run_job,
    send_job,
)
from c360.warehouse.bigquery_loads import batched, load_parquet, stage_audit
from c360.warehouse.bigquery_script import joined, staged_audit
from c360.warehouse.bigquery_tables import define
from c360.warehouse.figures import Figures, differences, figures_of, require_unique
from c360.warehouse.protocol import Publication, Row, StagedTable
from c360.warehouse.sql import TableRef, published, staged, staged_with_duplicates
from c360.warehouse.transaction import expected_sum

# Appends the rows of a table's files to a staging table, by Spark.
Append = Callable[[BigQueryAddress, StagedTable, TableRef], None]


def staging_of(publication: Publication) -> tuple[tuple[TableContract, TableRef], ...]:
    """Every staging table of a run, with the contract of its rows."""
    run_id = publication.run_id
    return (
        *((each.contract, staged(each.contract, run_id)) for each in publication.tables),
        *((each.contract, _everything(each, run_id)) for each in _reduced(publication)),
        *((contract, staged_audit(contract, run_id)) for contract in (LOAD_FILES, LOAD_REASONS)),
    )


def stage(connection: Connection, publication: Publication, append: Append, step: str) -> None:
    """Everything that a run publishes in its staging tables, as the ledger says.

    Raises:
        DataRefused: two rows of one key, or no value in a required column.
        OutsideFailure: staging does not hold the rows or the sums of the ledger.
    """
    run_id = publication.run_id
    tables = staging_of(publication)
    define(connection, [bigquery_ddl.create_staging(*each) for each in tables], f"{step}-staging")
    _load_silver(connection, publication, step)
    for table in publication.gold:
        if table.parquet_files:
            _append(connection, table, staged(table.contract, run_id), append)
    stage_audit(
        connection,
        (
            (LOAD_FILES, staged_audit(LOAD_FILES, run_id), publication.load_files),
            (LOAD_REASONS, staged_audit(LOAD_REASONS, run_id), publication.load_reasons),
        ),
        step,
    )
    _require_as_expected(connection, publication)


def _load_silver(connection: Connection, publication: Publication, step: str) -> None:
    """Loads all tables side by side, then reduces those whose files share keys."""
    running = []
    for table in publication.silver:
        target = _target(table, publication.run_id)
        for number, uris in enumerate(batched(table.parquet_files)):
            name = f"{step}-load-{table.contract.name}-{number}"
            begin = load_parquet(connection, table.contract, uris, target)
            failpoint("stage.load")
            running.append(send_job(connection, name, begin))
    for each in running:
        finish_job(connection, each)
    for table in _reduced(publication):
        everything = _everything(table, publication.run_id)
        target = staged(table.contract, publication.run_id)
        text = dml.keep_newest(table.contract, everything, target)
        failpoint("stage.reduce")
        run_job(
            connection,
            f"{step}-reduce-{table.contract.name}",
            query_job(connection, joined([text])),
        )


def _append(connection: Connection, table: StagedTable, target: TableRef, append: Append) -> None:
    """The rows of one gold table in staging; a failure after all of them arrived is none."""
    for number in attempts():
        try:
            failpoint("stage.append")
            append(connection.address, table, target)
            return
        except OutsideFailure as failure:
            # The answer may have been lost, and not the rows: they are visible together or not.
            (row,) = rows(connection, dml.count_and_sum(table.contract, target))
            found = figures_of(row)
            if table.rows and found == Figures(table.rows, expected_sum(table)):
                return
            if found.rows or number == MAX_ATTEMPTS or not isinstance(failure, NotFoundYet):
                raise


def _require_as_expected(connection: Connection, publication: Publication) -> None:
    tables = {table.contract: table for table in publication.tables}
    every = [each for each in staging_of(publication) if each[0] in tables]
    found = {row["Position"]: row for row in rows(connection, dml.survey(every))}
    said: list[str] = []
    for position, (contract, ref) in enumerate(every):
        table, row = tables[contract], found[position]
        if ref != staged(contract, publication.run_id):  # all rows of its files, before reduction
            expected = Figures(table.staged_rows, None)
            said += differences(ref, "the ledger", expected, Figures(row["RowCount"], None), None)
            continue
        said += _differences(connection, table, ref, row)
    if said:
        raise OutsideFailure(
            f"{'; '.join(said)}. Nothing was published. Next: run the same command again; if it "
            "stays, `c360 verify --storage` finds damaged files"
        )


def _differences(
    connection: Connection, table: StagedTable, ref: TableRef, row: Row
) -> tuple[str, ...]:
    """How a staged table differs from the ledger; what the sources do wrong is refused."""
    contract, found = table.contract, figures_of(row)
    expected = Figures(table.rows, expected_sum(table))
    if table.staged_rows == table.rows and found.rows != expected.rows:
        return differences(ref, "the ledger", expected, found, contract.control_sum)
    for column, missing in zip(dml.required_columns(contract), row["Missing"], strict=True):
        if missing:
            raise DataRefused(
                f"{published(contract)}: {missing} rows have no value in {column}, which is "
                "required. Nothing was published. Next: correct the sources, or declare the "
                "column as not required, then run again"
            )
    if row["DuplicateKeys"]:
        require_unique(contract, rows(connection, dml.duplicate_keys(contract, ref)))
    return differences(ref, "the ledger", expected, found, contract.control_sum)


def _reduced(publication: Publication) -> tuple[StagedTable, ...]:
    """The silver tables whose files hold more rows than their state."""
    return tuple(table for table in publication.silver if table.staged_rows != table.rows)


def _everything(table: StagedTable, run_id: str) -> TableRef:
    return staged_with_duplicates(table.contract, run_id)


def _target(table: StagedTable, run_id: str) -> TableRef:
    """Where the files of a silver table are loaded to."""
    if table.staged_rows != table.rows:
        return _everything(table, run_id)
    return staged(table.contract, run_id)
