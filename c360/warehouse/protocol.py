"""What c360 asks of a warehouse, and the values that go in and out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from c360.audit import LoadAuditRow, LoadFilesRow, LoadReasonsRow
from c360.contracts.model import TableContract

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """What is published. Before the first publication: epoch 0, no batch, no run."""

    epoch: int = 0
    batch_id: str | None = None
    run_id: str | None = None


@dataclass(frozen=True, slots=True)
class StagedTable:
    """The whole state of one table as Parquet, and what the ledger says of it."""

    contract: TableContract
    parquet_files: tuple[str, ...]  # absolute paths or URIs, each taken literally
    staged_rows: int  # in the files
    rows: int  # of the state: one a key
    control_sum: Decimal | int | None = None  # of the state; None where nothing is summed


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Everything that one run publishes.

    `load_audit` has a SUCCESS row for each silver and gold table; RowsInserted, RowsUpdated,
    RowsDeleted, RowsInTable and AmountSum are filled while publishing.
    """

    head: Head  # as read before bronze was listed
    run_id: str
    batch_id: str
    silver: tuple[StagedTable, ...]
    gold: tuple[StagedTable, ...]
    load_audit: tuple[LoadAuditRow, ...]
    load_files: tuple[LoadFilesRow, ...] = ()
    load_reasons: tuple[LoadReasonsRow, ...] = ()

    @property
    def tables(self) -> tuple[StagedTable, ...]:
        """Silver, then gold."""
        return (*self.silver, *self.gold)


@dataclass(frozen=True, slots=True)
class Published:
    """The outcome of a publication that ended with this run's batch as the published one.

    `by_this_run` is False when another run had published the same batch meanwhile; then nothing
    was written and `load_audit` is empty.
    """

    head: Head
    by_this_run: bool
    load_audit: tuple[LoadAuditRow, ...] = ()  # with an extra row for each table of `emptied`
    emptied: tuple[str, ...] = ()  # published tables that have no source any more


@dataclass(frozen=True, slots=True)
class ReadBack:
    """The head, and each difference between its audit and the published tables, as a sentence."""

    head: Head
    differences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One run as the audit knows it; the status is that of its worst table."""

    run_id: str
    batch_id: str | None
    status: str
    tables: int
    as_of: dt.date | None
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    message: str | None


class Warehouse(Protocol):
    """One warehouse. The methods that read create nothing, not even the warehouse itself.

    Every failure of the warehouse is an `OutsideFailure` that leaves the published set as it was.
    """

    @property
    def name(self) -> str:
        """The warehouse as messages name it."""

    def read_head(self) -> Head:
        """The head; epoch 0 where nothing was ever published."""

    def load_audit(self, run_id: str) -> tuple[LoadAuditRow, ...]:
        """The rows of one run, silver before gold, by table name."""

    def recent_runs(self, limit: int) -> tuple[RunSummary, ...]:
        """The last runs, newest first."""

    def read_back(self, contracts: Sequence[TableContract]) -> ReadBack:
        """Counts and control sums of the published tables against the audit of the head's run."""

    def query(self, sql: str, params: Mapping[str, Any] | None = None) -> list[Row]:
        """The rows of a SELECT in the BigQuery dialect with `@named` parameters."""

    def initialise(self, contracts: Sequence[TableContract]) -> tuple[str, ...]:
        """Datasets and tables for these contracts and the audit; returns those that were missing.

        Tables that exist are brought in line with their contracts; their rows stay.

        Raises:
            WrongUse: a published column has another type than its contract.
        """

    def publish(self, publication: Publication) -> Published:
        """Stage, compare with the ledger, and change every table in one transaction.

        Raises:
            DataRefused: a staged key has two rows, or a required column has no value.
            WrongUse: a published column has another type than its contract.
            OtherRunPublished: another run published another batch since `publication.head`.
            OutsideFailure: the warehouse failed, or staging does not hold what the ledger says.
        """

    def remove_staging(self, before: dt.datetime, *, dry_run: bool) -> tuple[str, ...]:
        """The staging tables of runs that died before then, removed unless it is a dry run."""

    def record_failure(
        self,
        load_audit: Sequence[LoadAuditRow],
        load_files: Sequence[LoadFilesRow] = (),
        load_reasons: Sequence[LoadReasonsRow] = (),
    ) -> None:
        """The audit of a run that failed or was refused, in a transaction of its own."""
