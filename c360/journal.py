"""What a run has found out so far, in whatever state it ends."""

from __future__ import annotations

import datetime as dt
import traceback
from collections.abc import Iterable
from dataclasses import dataclass, field

from c360 import __version__
from c360.auditing import RunStamp
from c360.errors import C360Error, DataRefused
from c360.ledger import FileLedger, FileShare, TableLedger, file_ledger
from c360.manifest import BatchManifest
from c360.plan import Plan
from c360.registry.specs import Registry
from c360.report import (
    CheckResult,
    FileReason,
    PublishedTable,
    RunReport,
    Status,
    Totals,
)

_PACKAGE = "c360/"


@dataclass(slots=True)
class Journal:
    """Grows while a run goes on; a report or an audit can be made of it at any moment."""

    run_id: str
    started_at: dt.datetime
    registry: Registry | None = None
    spark_version: str | None = None
    as_of: dt.date | None = None
    plan: Plan | None = None
    batches: dict[str, BatchManifest] = field(default_factory=dict)  # by FileID, of the state
    shares: dict[str, FileShare] = field(default_factory=dict)  # by FileID
    tables: tuple[TableLedger, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    published: tuple[PublishedTable, ...] = ()
    published_by: str | None = None
    totals: Totals | None = None
    notes: dict[str, str] = field(default_factory=dict)  # by table, what the audit says of it
    warnings: list[str] = field(default_factory=list)
    next_steps: list[str] = field(default_factory=list)
    status: Status = "failed"
    exit_code: int = C360Error.exit_code
    message: str | None = None

    @property
    def batch_id(self) -> str | None:
        """What the run would publish, once it is planned."""
        return self.plan.batch_id if self.plan else None

    @property
    def files(self) -> tuple[FileLedger, ...]:
        """The ledger of every planned file, as far as it is known."""
        planned = self.plan.files if self.plan else ()
        return tuple(
            file_ledger(file, self.batches.get(file.file_id), self._share(file.file_id))
            for file in planned
        )

    @property
    def stamp(self) -> RunStamp:
        """What every audit row of the run carries."""
        return RunStamp(
            run_id=self.run_id,
            batch_id=self.batch_id,
            rule_version=self.registry.policy.rule_version if self.registry else "",
            app_version=__version__,
            spark_version=self.spark_version,
            started_at=self.started_at,
            as_of=self.as_of,
        )

    def succeed(self, status: Status, next_steps: Iterable[str] = ()) -> None:
        """The run has ended well."""
        self.status, self.exit_code, self.message = status, 0, None
        self.next_steps.extend(next_steps)

    def fail(self, failure: Exception) -> None:
        """The run has ended with this failure; only c360's own texts are known to be safe."""
        if isinstance(failure, C360Error):
            self.status = "refused" if isinstance(failure, DataRefused) else "failed"
            self.exit_code, self.message = failure.exit_code, str(failure)
        else:
            self.status, self.exit_code = "failed", C360Error.exit_code
            self.message = (
                f"a defect of c360 ({type(failure).__name__} at {_place_of(failure)}); "
                "report it with this line"
            )
        if self.published_by is not None:
            self.message = f"batch {self.batch_id} was published, but then: {self.message}"

    def report(self, finished_at: dt.datetime) -> RunReport:
        """The report of the run as it stands."""
        return RunReport(
            run_id=self.run_id,
            status=self.status,
            exit_code=self.exit_code,
            message=self.message,
            batch_id=self.batch_id,
            published_by=self.published_by,
            rule_version=self.registry.policy.rule_version if self.registry else None,
            as_of=self.as_of,
            started_at=self.started_at,
            finished_at=finished_at,
            files=self.files,
            tables=self.tables,
            reasons=tuple(
                FileReason(batch.source_file, cause)
                for batch in self.batches.values()
                for cause in batch.reasons
            ),
            checks=self.checks,
            published=self.published,
            totals=self.totals,
            warnings=tuple(self.warnings),
            next_steps=tuple(self.next_steps),
        )

    def _share(self, file_id: str) -> FileShare | None:
        """Until the state is read, a file is taken for the only one of its table."""
        batch = self.batches.get(file_id)
        return self.shares.get(file_id) or (FileShare(batch.counts.accepted) if batch else None)


def _place_of(failure: Exception) -> str:
    """The innermost line of c360 in a failure's trace; its text is not shown: it may quote rows."""
    trace = traceback.extract_tb(failure.__traceback__)
    frames = [frame for frame in trace if _PACKAGE in frame.filename]
    if not frames:
        return "an unknown line"
    return f"{_PACKAGE}{frames[-1].filename.rpartition(_PACKAGE)[2]}:{frames[-1].lineno}"
