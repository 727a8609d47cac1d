"""One run, from the files in bronze to the published warehouse, readable from top to bottom."""

from __future__ import annotations

import contextlib
import datetime as dt
import secrets
from collections.abc import Iterator

from pyspark.sql import SparkSession

from c360.auditing import failure_rows, file_rows, reason_rows
from c360.errors import (
    C360Error,
    DataRefused,
    OutsideFailure,
    PublicationUnsettled,
    WrongUse,
    listed,
)
from c360.gold import missing_sources
from c360.intake import take_in
from c360.journal import Journal
from c360.ledger import TableLedger
from c360.locks import run_lock, sweep
from c360.places import open_places
from c360.plan import unread_note
from c360.progress import Progress, Silent
from c360.registry.read import read_registry
from c360.registry.specs import Registry
from c360.report import RunReport
from c360.session import build_session, settings_for
from c360.settings import Settings
from c360.stages import (
    Job,
    StartSpark,
    fill_silver,
    find_published,
    open_workspace,
    prepare,
    publish_gold,
    require_tolerable,
)
from c360.warehouse.open import open_warehouse
from c360.warehouse.protocol import Head

_LONGEST_MESSAGE = 4000
_LONGEST_RUN = dt.timedelta(days=2)  # older staging tables in BigQuery are those of dead runs
_AUDIT_WAIT = 5.0  # seconds: the run has waited for the warehouse before


def start_spark(bronze_bytes: int) -> SparkSession:
    """The session of this process, fit for this much input."""
    return build_session(settings_for(bronze_bytes))


def run(
    settings: Settings, progress: Progress | None = None, spark: StartSpark = start_spark
) -> RunReport:
    """Bring the warehouse in line with bronze, or leave it as it was; the report says which.

    Args:
        settings: what is asked.
        progress: told of every step.
        spark: starts the session, only once it is needed.
    """
    progress = progress or Silent()
    journal = Journal(new_run_id(), dt.datetime.now(dt.UTC))
    progress.started(journal.run_id)
    try:
        registry = read_registry(settings.registry)
        _require_fit(registry, settings)
        places = open_places(settings)
        job = Job(settings, journal, registry, places, progress)
        journal.registry = registry
        with _audited(job):
            _execute(job, spark)
    except Exception as failure:  # every end of a run has a report
        journal.fail(failure)
    return journal.report(dt.datetime.now(dt.UTC))


def _execute(job: Job, start: StartSpark) -> None:
    """The whole run; its end is written into the journal."""
    settings, journal = job.settings, job.journal
    head = Head() if settings.only_silver else job.places.warehouse.read_head()
    intake = take_in(job.places.bronze, job.registry)
    journal.plan = intake.plan(job.registry, (), settings.as_of_text)
    for path in job.plan.unclaimed:
        job.warn(f"{path}: no table takes this file; it is not read{unread_note(path)}")
    if not settings.only_silver and find_published(job, intake, head):
        _tidy(job)
        return
    if settings.dry_run:
        prepare(job, intake)
        journal.succeed("planned", ["run again without --dry-run to carry this out"])
        return
    with run_lock((job.places.silver, job.places.quarantine), journal.run_id):
        headers = prepare(job, intake)
        work = open_workspace(job, start)
        states = fill_silver(job, work, headers)
        require_tolerable(job, head, states)
        if settings.only_silver:
            journal.succeed("silver", ["`c360 run` publishes what silver holds now"])
        else:
            publish_gold(job, work, head, states)
        _tidy(job)


def _tidy(job: Job) -> None:
    """Remove what dead runs left; a run that has done its work does not fail over that."""
    if job.settings.dry_run:
        return
    journal, places = job.journal, job.places
    try:
        sweep(places.silver, places.quarantine, keep={journal.run_id, journal.published_by or ""})
        if journal.status == "up_to_date":  # a publication has removed them before it began
            places.warehouse.remove_staging(journal.started_at - _LONGEST_RUN, dry_run=False)
    except OutsideFailure as failure:
        job.warn(f"what dead runs left could not be removed: {failure}")


def _require_fit(registry: Registry, settings: Settings) -> None:
    """Raises WrongUse where gold lacks a source, or an option names a table that is none."""
    problems = [] if settings.only_silver else missing_sources(registry)
    problems += [
        f"--allow-shrink: found '{name}'; expected one of {', '.join(registry.names)}"
        for name in sorted(settings.allow_shrink - set(registry.names))
    ]
    if problems:
        raise WrongUse(listed(f"{settings.registry}: does not fit this run", problems))


@contextlib.contextmanager
def _audited(job: Job) -> Iterator[None]:
    """Leave a row in the audit for every table that a run had reached when it failed.

    None is left where the run has published or may have: its rows would stand beside those of its
    success.
    """
    try:
        yield
    except Exception as failure:
        job.journal.fail(failure)
        may_be_published = job.journal.published_by or isinstance(failure, PublicationUnsettled)
        if job.settings.audit_failures and not job.settings.dry_run and not may_be_published:
            _record_failure(job, failure)
        raise


def _record_failure(job: Job, failure: Exception) -> None:
    journal, stamp = job.journal, job.journal.stamp
    rows = failure_rows(
        stamp,
        _reached(job, failure),
        "REFUSED" if isinstance(failure, DataRefused) else "FAILED",
        dt.datetime.now(dt.UTC),
        (journal.message or "")[:_LONGEST_MESSAGE],
    )
    try:
        open_warehouse(job.settings.warehouse, _AUDIT_WAIT).record_failure(
            rows, file_rows(stamp, journal.files), reason_rows(stamp, journal.batches)
        )
    except C360Error as unrecorded:
        job.warn(f"the audit of this run could not be written: {unrecorded}")


def _reached(job: Job, failure: Exception) -> dict[str, TableLedger | None]:
    """The tables that a failure is recorded for: those at fault, else all, with their ledgers."""
    at_fault = failure.tables if isinstance(failure, DataRefused) else frozenset()
    ledgers = {ledger.table: ledger for ledger in job.journal.tables}
    names = [name for name in job.registry.names if not at_fault or name in at_fault]
    return {name: ledgers.get(name) for name in names}


def new_run_id() -> str:
    """A name for this run: sortable by its start, unique without asking anyone."""
    return f"r{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
