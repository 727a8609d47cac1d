"""The cloud warehouse: four datasets of one BigQuery project, changed in one transaction."""

from __future__ import annotations

import contextlib
import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlglot
from google.api_core.exceptions import NotFound
from sqlglot import exp

from c360.audit import AuditRow, LoadAuditRow, LoadFilesRow, LoadReasonsRow
from c360.contracts.audit import AUDIT_CONTRACTS
from c360.contracts.model import AUDIT, TableContract
from c360.errors import C360Error, OutsideFailure, PublicationUnsettled
from c360.failpoints import failpoint
from c360.warehouse import audit_sql, bigquery_ddl, dml
from c360.warehouse.bigquery_address import BigQueryAddress
from c360.warehouse.bigquery_connection import Connection, connected, find_table, rows
from c360.warehouse.bigquery_connector import append_with_connector
from c360.warehouse.bigquery_errors import JobFailed, JobUnsettled
from c360.warehouse.bigquery_jobs import query_job, run_job
from c360.warehouse.bigquery_loads import stage_audit
from c360.warehouse.bigquery_publication import commit, read_heads, read_load_audit
from c360.warehouse.bigquery_script import audit_script, failure_tables
from c360.warehouse.bigquery_staging import Append, stage, staging_of
from c360.warehouse.bigquery_tables import (
    define,
    drop_staging,
    ensure_tables,
    require_location,
    staging_tables,
)
from c360.warehouse.figures import figures_of
from c360.warehouse.protocol import Head, Publication, Published, ReadBack, Row, RunSummary
from c360.warehouse.read_back import compared
from c360.warehouse.sql import published


@dataclass(frozen=True, slots=True)
class BigQueryWarehouse:
    """A `Warehouse` in BigQuery. Readers see one publication or the next, never a mixture."""

    address: BigQueryAddress
    append: Append = append_with_connector  # stages gold, in the Spark session of this process

    @property
    def name(self) -> str:
        """The warehouse as messages name it."""
        return str(self.address)

    def read_head(self) -> Head:
        """The head; epoch 0 where nothing was ever published."""
        with connected(self.address) as connection:
            try:
                return next(iter(read_heads(connection)), Head())
            except NotFound:
                require_location(connection, AUDIT)
                return Head()

    def load_audit(self, run_id: str) -> tuple[LoadAuditRow, ...]:
        """The rows of one run, silver before gold, by table name."""
        with connected(self.address) as connection, contextlib.suppress(NotFound):
            return read_load_audit(connection, run_id)
        return ()

    def recent_runs(self, limit: int) -> tuple[RunSummary, ...]:
        """The last runs, newest first."""
        with connected(self.address) as connection, contextlib.suppress(NotFound):
            found = rows(connection, audit_sql.RECENT_RUNS, {"Limit": limit})
            return tuple(RunSummary(*row.values()) for row in found)
        return ()

    def read_back(self, contracts: Sequence[TableContract]) -> ReadBack:
        """Counts and control sums of the published tables against the audit of the head's run."""
        with connected(self.address) as connection:
            try:
                return _read_back(connection, contracts, contracts)
            except NotFound:
                there = [each for each in contracts if find_table(connection, published(each))]
                if any(find_table(connection, published(each)) is None for each in AUDIT_CONTRACTS):
                    return ReadBack(Head())
                return _read_back(connection, there, contracts)

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> list[Row]:
        """The rows of a SELECT in the BigQuery dialect with `@named` parameters."""
        if not isinstance(sqlglot.parse_one(sql, read="bigquery"), exp.Query):
            raise C360Error(f"warehouse {self.name}: asked to read by a statement that writes")
        with connected(self.address) as connection:
            try:
                return rows(connection, sql, params)
            except NotFound as missing:
                require_location(connection, AUDIT)
                raise OutsideFailure(
                    f"warehouse {self.name}: nothing was published here yet, or a table is gone. "
                    "Next: `c360 run`, or name the warehouse that a run has filled"
                ) from missing

    def initialise(self, contracts: Sequence[TableContract]) -> tuple[str, ...]:
        """The datasets and tables of these contracts, made where they are missing."""
        wanted = (*AUDIT_CONTRACTS, *contracts)
        with connected(self.address) as connection:
            missing = [each for each in wanted if not find_table(connection, published(each))]
            ensure_tables(connection, contracts, f"c360-init-{secrets.token_hex(8)}")
        return tuple(str(published(each)) for each in missing)

    def publish(self, publication: Publication) -> Published:
        """Stage, compare with the ledger, and change every table in one transaction."""
        contracts = tuple(table.contract for table in publication.tables)
        step = f"c360-{publication.run_id}"
        with connected(self.address) as connection:
            state = ensure_tables(connection, contracts, f"{step}-tables")
            staging = [ref for _, ref in staging_of(publication)]
            try:
                stage(connection, publication, self.append, step)
                failpoint("publish.staged")
                outcome = commit(connection, publication, state)
            except Exception as failure:
                if not _may_still_publish(failure):
                    _drop_quietly(self.address, staging)
                raise
            _drop_quietly(self.address, staging)
            return outcome

    def remove_staging(self, before: dt.datetime, *, dry_run: bool) -> tuple[str, ...]:
        """The staging tables of runs that died before then, removed unless it is a dry run."""
        with connected(self.address) as connection:
            found = staging_tables(connection, before)
            if not dry_run:
                drop_staging(connection, found)
        return tuple(map(str, found))

    def record_failure(
        self,
        load_audit: Sequence[LoadAuditRow],
        load_files: Sequence[LoadFilesRow] = (),
        load_reasons: Sequence[LoadReasonsRow] = (),
    ) -> None:
        """The audit of a run that failed or was refused, in a transaction of its own."""
        given: tuple[Sequence[AuditRow], ...] = (load_audit, load_files, load_reasons)
        run_id = next((row.run_id for found in given for row in found), None)
        step = f"c360-{run_id or secrets.token_hex(8)}-failure"
        with connected(self.address) as connection:
            ensure_tables(connection, (), f"{step}-tables")
            if run_id is None:
                return
            tables = failure_tables(run_id)
            texts = [bigquery_ddl.create_staging(*each) for each in tables]
            define(connection, texts, f"{step}-staging")
            audit = [(*each, found) for each, found in zip(tables, given, strict=True)]
            stage_audit(connection, audit, step)
            failpoint("audit.transaction")
            run_job(connection, f"{step}-audit", query_job(connection, audit_script(tables)))
            _drop_quietly(self.address, [ref for _, ref in tables])


def _read_back(
    connection: Connection, there: Sequence[TableContract], contracts: Sequence[TableContract]
) -> ReadBack:
    """Compares the tables that are there; the others are told as missing."""
    found = rows(connection, dml.figures_at_head(there)) if there else []
    if found:
        head = Head(found[0]["Epoch"], found[0]["BatchID"], found[0]["RunID"])
    else:
        head = next(iter(read_heads(connection)), Head())
    figures = {published(there[row["Position"]]): figures_of(row) for row in found}
    return compared(head, read_load_audit(connection, head.run_id or ""), figures, contracts)


def _may_still_publish(failure: Exception) -> bool:
    """Whether a job may still be at work on what was staged; what stays expires by itself."""
    known = isinstance(failure, C360Error | JobFailed)
    return isinstance(failure, JobUnsettled | PublicationUnsettled) or not known


def _drop_quietly(address: BigQueryAddress, staging: Sequence[Any]) -> None:
    """Drops what was staged; what stays behind expires by itself."""
    with contextlib.suppress(OutsideFailure), connected(address) as connection:
        drop_staging(connection, staging)
