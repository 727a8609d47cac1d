"""Sends the one transaction of a publication, and finds out what became of it."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator

from c360.audit import LoadAuditRow
from c360.contracts.audit import PUBLICATION
from c360.errors import OtherRunPublished, OutsideFailure, PublicationUnsettled
from c360.failpoints import failpoint
from c360.warehouse import audit_sql
from c360.warehouse.bigquery_connection import Connection, rows
from c360.warehouse.bigquery_errors import JobFailed, JobUnsettled, explained
from c360.warehouse.bigquery_jobs import attempts, query_job, settle_job
from c360.warehouse.bigquery_script import publication_script
from c360.warehouse.protocol import Head, Publication, Published
from c360.warehouse.sql import published
from c360.warehouse.transaction import LAYERS, PublishedState


def commit(connection: Connection, publication: Publication, state: PublishedState) -> Published:
    """Every table changed in one transaction, or none; the head alone says which.

    Raises:
        OtherRunPublished: another run published another batch since `publication.head`.
        JobFailed: the transaction failed and changed nothing.
        GoogleAPICallError: the transaction was refused and never begun.
        PublicationUnsettled: nobody answers what became of it, or it published and cannot say what.
    """
    begin = query_job(connection, publication_script(publication, state))
    failure: JobFailed | JobUnsettled | None = None
    for attempt in attempts():
        failure = None
        try:
            failpoint("publish.transaction")
            settle_job(connection, job_id(publication, attempt), begin)
        except (JobFailed, JobUnsettled) as failed:
            failure = failed
        head = _require_one_head(connection, publication)
        if head.batch_id == publication.batch_id and head.epoch > publication.head.epoch:
            return _published(connection, publication, state, head)
        if head != publication.head:
            may_have_won = head.epoch != publication.head.epoch + 1
            if may_have_won and not isinstance(failure, JobFailed):
                raise _replaced(publication, head)
            raise _lost(publication, head)
        if isinstance(failure, JobUnsettled):
            raise PublicationUnsettled(str(failure)) from failure
        if failure and not failure.is_passing:
            raise failure
    raise failure or _vanished(connection, publication)


def job_id(publication: Publication, attempt: int) -> str:
    """The id of the job that publishes: the same words are the same job, sent once or twice."""
    return f"c360-{publication.run_id}-{publication.head.epoch}-{attempt}"


def read_heads(connection: Connection) -> list[Head]:
    """The rows of the head's table, greatest epoch first; always one, unless somebody meddled."""
    return [
        Head(row["Epoch"], row["BatchID"], row["RunID"])
        for row in rows(connection, audit_sql.READ_HEAD)
    ]


def read_load_audit(connection: Connection, run_id: str) -> tuple[LoadAuditRow, ...]:
    """The rows of one run, silver before gold, by table name."""
    found = rows(connection, audit_sql.READ_LOAD_AUDIT, {"RunID": run_id})
    names = [field.name for field in dataclasses.fields(LoadAuditRow)]
    return tuple(LoadAuditRow(**dict(zip(names, row.values(), strict=True))) for row in found)


def _require_one_head(connection: Connection, publication: Publication) -> Head:
    state = (
        "The transaction had been sent; whether it published is not known before the head is read"
    )
    with _unsettled(connection, state):
        heads = read_heads(connection)
    if len(heads) != 1:
        raise OutsideFailure(
            f"{published(PUBLICATION)} has {len(heads)} rows; expected one. Nothing was published. "
            "Next: delete all but the row of the last run, or drop the table where it is empty, "
            "then run again"
        )
    return heads[0]


def _published(
    connection: Connection, publication: Publication, state: PublishedState, head: Head
) -> Published:
    if head.run_id != publication.run_id:
        return Published(head, by_this_run=False)
    with _unsettled(connection, f"Batch {publication.batch_id} is published, by this run"):
        written = read_load_audit(connection, publication.run_id)
    orphans = {(LAYERS[table.dataset], table.name): str(table) for table in state.orphans}
    emptied = [orphans[key] for row in written if (key := (row.layer, row.table_name)) in orphans]
    return Published(head, True, written, tuple(emptied))


@contextlib.contextmanager
def _unsettled(connection: Connection, state: str) -> Iterator[None]:
    """A failure inside comes after the transaction: it is told as such, and is in no audit."""
    try:
        with explained(connection.address, state):
            yield
    except OutsideFailure as failure:
        raise PublicationUnsettled(str(failure)) from failure


def _vanished(connection: Connection, publication: Publication) -> OutsideFailure:
    return OutsideFailure(
        f"warehouse {connection.address}: the transaction of run {publication.run_id} ended well, "
        "and the head is as before. Next: see whether somebody resets it, then run again"
    )


def _replaced(publication: Publication, head: Head) -> PublicationUnsettled:
    """More than one publication came since: the first of them may have been this run's."""
    return PublicationUnsettled(
        f"run {head.run_id} published batch {head.batch_id} (epoch {head.epoch}) after this run "
        f"had sent its transaction on epoch {publication.head.epoch}; batch {publication.batch_id} "
        "is not published now, and may have been for a while. Next: run the same command again"
    )


def _lost(publication: Publication, head: Head) -> OtherRunPublished:
    return OtherRunPublished(
        f"run {head.run_id} published batch {head.batch_id} (epoch {head.epoch}) while this run "
        f"was at work on epoch {publication.head.epoch}; batch {publication.batch_id} was not "
        "published. Next: run the same command again"
    )
