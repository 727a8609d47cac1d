"""The embedded warehouse: one DuckDB file, opened briefly, changed in one transaction."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from c360.audit import LoadAuditRow, LoadFilesRow, LoadReasonsRow
from c360.contracts.audit import AUDIT_CONTRACTS
from c360.contracts.model import TableContract
from c360.errors import OtherRunPublished, OutsideFailure
from c360.failpoints import failpoint
from c360.warehouse import audit_sql, dml
from c360.warehouse.duckdb_connection import (
    Connection,
    connected,
    execute,
    rows,
    transaction,
)
from c360.warehouse.duckdb_staging import stage
from c360.warehouse.duckdb_tables import (
    drop_staging,
    ensure_tables,
    has_audit,
    read_tables,
    staging_tables,
)
from c360.warehouse.figures import Figures, figures_of
from c360.warehouse.protocol import Head, Publication, Published, ReadBack, Row, RunSummary
from c360.warehouse.read_back import compared
from c360.warehouse.sql import TableRef, published
from c360.warehouse.transaction import LAYERS, PublishedState, changes, guard


@dataclass(frozen=True, slots=True)
class DuckDBWarehouse:
    """A `Warehouse` in one file. Only one process can have it open while it is written."""

    path: Path
    lock_timeout: float  # seconds to wait for another process

    @property
    def name(self) -> str:
        """The warehouse as messages name it."""
        return str(self.path)

    def read_head(self) -> Head:
        """The head; epoch 0 where nothing was ever published."""
        with self._reading() as connection:
            return _read_head(connection) if connection else Head()

    def load_audit(self, run_id: str) -> tuple[LoadAuditRow, ...]:
        """The rows of one run, silver before gold, by table name."""
        with self._reading() as connection:
            return _read_load_audit(connection, run_id) if connection else ()

    def recent_runs(self, limit: int) -> tuple[RunSummary, ...]:
        """The last runs, newest first."""
        with self._reading() as connection:
            found = rows(connection, audit_sql.RECENT_RUNS, {"Limit": limit}) if connection else []
        return tuple(RunSummary(*row.values()) for row in found)

    def read_back(self, contracts: Sequence[TableContract]) -> ReadBack:
        """Counts and control sums of the published tables against the audit of the head's run."""
        with self._reading() as connection:
            if connection is None:
                return ReadBack(Head())
            with transaction(connection):  # one snapshot for the audit and all tables
                return _read_back(connection, contracts)

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> list[Row]:
        """The rows of a SELECT in the BigQuery dialect with `@named` parameters."""
        with self._reading() as connection:
            if connection is None:
                raise OutsideFailure(
                    f"warehouse {self.path}: nothing was published here yet. Next: `c360 run`, or "
                    "name the warehouse that a run has filled"
                )
            return rows(connection, sql, params)

    def initialise(self, contracts: Sequence[TableContract]) -> tuple[str, ...]:
        """Schemas and tables for these contracts and the audit; returns those that were missing."""
        with connected(self.path, self.lock_timeout) as connection:
            before = read_tables(connection)
            ensure_tables(connection, contracts)
        wanted = (published(contract) for contract in (*AUDIT_CONTRACTS, *contracts))
        return tuple(str(table) for table in wanted if table not in before)

    def publish(self, publication: Publication) -> Published:
        """Stage, compare with the ledger, and change every table in one transaction."""
        contracts = tuple(table.contract for table in publication.tables)
        with connected(self.path, self.lock_timeout) as connection:
            state = ensure_tables(connection, contracts)
            drop_staging(connection)
            try:
                for table in publication.tables:
                    stage(connection, table, publication.run_id)
                failpoint("publish.staged")
                return _commit(connection, publication, state)
            finally:
                # What stays behind goes at the start of the next publication.
                with contextlib.suppress(duckdb.Error):
                    drop_staging(connection)

    def remove_staging(self, before: dt.datetime, *, dry_run: bool) -> tuple[str, ...]:
        """The staging tables; whoever can open the file knows that the run of each is dead."""
        del before
        with self._reading() as connection:
            found = staging_tables(connection) if connection else ()
        if found and not dry_run:
            with connected(self.path, self.lock_timeout) as connection:
                drop_staging(connection)
        return tuple(map(str, found))

    def record_failure(
        self,
        load_audit: Sequence[LoadAuditRow],
        load_files: Sequence[LoadFilesRow] = (),
        load_reasons: Sequence[LoadReasonsRow] = (),
    ) -> None:
        """The audit of a run that failed or was refused, in a transaction of its own."""
        with connected(self.path, self.lock_timeout) as connection:
            ensure_tables(connection, ())
            with transaction(connection):
                for statement in audit_sql.insert_rows(load_audit, load_files, load_reasons):
                    execute(connection, statement)

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Connection | None]:
        """A connection that only reads, or None where c360 never wrote."""
        if not self.path.exists():
            yield None
            return
        with connected(self.path, self.lock_timeout, read_only=True) as connection:
            yield connection if has_audit(connection) else None


class _HeadTaken(Exception):
    """Another run published since this run read the head."""


def _commit(connection: Connection, publication: Publication, state: PublishedState) -> Published:
    mine = Head(publication.head.epoch + 1, publication.batch_id, publication.run_id)
    try:
        with transaction(connection):
            execute(connection, guard(publication))
            if _heads(connection) != [mine]:
                raise _HeadTaken
            for statement in changes(publication, state):
                execute(connection, statement)
            written = _read_load_audit(connection, publication.run_id)
    except _HeadTaken:
        return _lost(connection, publication)
    orphans = {(LAYERS[table.dataset], table.name): str(table) for table in state.orphans}
    emptied = [(row.layer, row.table_name) for row in written]
    return Published(mine, True, written, tuple(orphans[key] for key in emptied if key in orphans))


def _lost(connection: Connection, publication: Publication) -> Published:
    """The other run's publication if it has the same batch; else an error that names it."""
    heads = _heads(connection)
    if len(heads) != 1:
        raise OutsideFailure(
            f"customer360_audit.Publication has {len(heads)} rows; expected one. Nothing was "
            "published. Next: delete all but the row of the last run, then run again"
        )
    (head,) = heads
    if head.batch_id == publication.batch_id:
        return Published(head, False)
    raise OtherRunPublished(
        f"run {head.run_id} published batch {head.batch_id} (epoch {head.epoch}) while this run "
        f"was at work on epoch {publication.head.epoch}; batch {publication.batch_id} was not "
        "published. Next: run the same command again"
    )


def _heads(connection: Connection) -> list[Head]:
    return [
        Head(row["Epoch"], row["BatchID"], row["RunID"])
        for row in rows(connection, audit_sql.READ_HEAD)
    ]


def _read_head(connection: Connection) -> Head:
    return next(iter(_heads(connection)), Head())


def _read_load_audit(connection: Connection, run_id: str) -> tuple[LoadAuditRow, ...]:
    found = rows(connection, audit_sql.READ_LOAD_AUDIT, {"RunID": run_id})
    names = [field.name for field in dataclasses.fields(LoadAuditRow)]
    return tuple(LoadAuditRow(**dict(zip(names, row.values(), strict=True))) for row in found)


def _read_back(connection: Connection, contracts: Sequence[TableContract]) -> ReadBack:
    head, tables = _read_head(connection), read_tables(connection)
    found: dict[TableRef, Figures] = {}
    for contract in contracts:
        if (table := published(contract)) in tables:
            (row,) = rows(connection, dml.count_and_sum(contract, table))
            found[table] = figures_of(row)
    return compared(head, _read_load_audit(connection, head.run_id or ""), found, contracts)
