"""Jobs that write: each has an id of its own, so that a lost answer is looked up, never guessed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import requests
from google.api_core.exceptions import (
    Conflict,
    GoogleAPICallError,
    NotFound,
    RetryError,
    ServerError,
)
from google.api_core.retry import exponential_sleep_generator
from google.auth.exceptions import TransportError
from google.cloud import bigquery

from c360.warehouse.bigquery_connection import Connection
from c360.warehouse.bigquery_errors import JobFailed, JobUnsettled
from c360.warehouse.bigquery_params import typed
from c360.warehouse.bigquery_script import Script

MAX_ATTEMPTS = 5  # of one step; an attempt that failed has left nothing
# Seconds between them, with the library's jitter: another run's transaction may take a minute.
_FIRST_DELAY, _LONGEST_DELAY, _GROWTH = 4.0, 60.0, 3.0
_APPEARS = 10.0  # seconds after which a job that nobody knows was never begun
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 2.0
# The request may have been carried out: only the job itself can tell.
UNANSWERED = (RetryError, ServerError, requests.RequestException, TransportError, ConnectionError)
_REQUEST_TIMEOUT = 408

Begin = Callable[[str], Any]  # sends the request that begins the job of this id


@dataclass(frozen=True, slots=True)
class Running:
    """A job that was sent, and how to send it again should it fail for a moment."""

    step: str
    begin: Begin
    answered: bool


def run_job(connection: Connection, step: str, begin: Begin) -> None:
    """Send a job and wait for its end; a passing failure is tried again under another id.

    Raises:
        JobFailed: it ended with an error.
        JobUnsettled: nobody answers what became of it.
    """
    finish_job(connection, send_job(connection, step, begin))


def send_job(connection: Connection, step: str, begin: Begin) -> Running:
    """Begin the first attempt of a step and do not wait for it."""
    return Running(step, begin, _sent(_attempt(step, 1), begin))


def finish_job(connection: Connection, running: Running) -> None:
    """Wait for the end of a job that was sent, as `run_job` does."""
    answered = running.answered
    for number in attempts():
        job_id = _attempt(running.step, number)
        if number > 1:
            answered = _sent(job_id, running.begin)
        try:
            _wait(connection, job_id, answered=answered)
            return
        except JobFailed as failed:
            if number == MAX_ATTEMPTS or not failed.is_passing:
                raise


def settle_job(connection: Connection, job_id: str, begin: Begin) -> None:
    """Send one job under one id and wait for its end, whether it is answered or not.

    Raises:
        JobFailed: it ended with an error.
        JobUnsettled: nobody answers what became of it.
        GoogleAPICallError: it was refused and is not known there, so it was never begun.
    """
    try:
        answered = _sent(job_id, begin)
    except GoogleAPICallError:
        # The library may have sent it before, to no answer, and only its second sending was refused
        if not _appears(connection, job_id):
            raise
        answered = True
    _wait(connection, job_id, answered=answered)


def attempts() -> Iterator[int]:
    """The numbers of the attempts of one step, with a growing pause before each but the first."""
    yield 1
    delays = exponential_sleep_generator(_FIRST_DELAY, _LONGEST_DELAY, _GROWTH)
    for number, delay in zip(range(2, MAX_ATTEMPTS + 1), delays, strict=False):
        time.sleep(delay)
        yield number


def query_job(connection: Connection, script: Script) -> Begin:
    """Begins a query or a script."""

    def begin(job_id: str) -> Any:
        return connection.client.query(
            script.text,
            job_config=bigquery.QueryJobConfig(query_parameters=typed(script.params)),
            job_id=job_id,
            location=connection.address.location,
            job_retry=None,  # the library would send it again under an id that nobody knows
            **connection.patience,
        )

    return begin


def _attempt(step: str, number: int) -> str:
    return f"{step}-{number}"


def _sent(job_id: str, begin: Begin) -> bool:
    """Send the request; False where it was not answered, so that it may have been carried out."""
    try:
        begin(job_id)
    except Conflict:
        pass  # the job is there: an answer to an earlier sending was lost
    except UNANSWERED:
        return False
    except GoogleAPICallError as refused:
        if refused.code != _REQUEST_TIMEOUT:
            raise
        return False
    return True


def _wait(connection: Connection, job_id: str, *, answered: bool) -> None:
    """Ask for the job until it is final."""
    started, pause = time.monotonic(), _FIRST_PAUSE
    while True:
        waited = time.monotonic() - started
        job = _look_up(connection, job_id)
        if job is not None and job.state == "DONE":
            if job.error_result:
                raise JobFailed(job_id, job.error_result)
            return
        if job is None and waited > (_APPEARS if not answered else connection.address.timeout):
            raise _unsettled(connection, f"job {job_id} is not known there, and was asked for")
        if waited > connection.address.deadline:
            raise _unsettled(
                connection, f"job {job_id} has not ended in {connection.address.deadline} s"
            )
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)


def _appears(connection: Connection, job_id: str) -> bool:
    """Whether the job is known there, given the time that it takes to be."""
    started = time.monotonic()
    while _look_up(connection, job_id) is None:
        if time.monotonic() - started > _APPEARS:
            return False
        time.sleep(_LONGEST_PAUSE)
    return True


def _look_up(connection: Connection, job_id: str) -> Any:
    """The job as BigQuery has it, or None where it has none of this id."""
    try:
        return connection.client.get_job(
            job_id, location=connection.address.location, **connection.patience
        )
    except NotFound:
        return None
    except (*UNANSWERED, GoogleAPICallError) as error:
        raise _unsettled(
            connection, f"nobody answers what became of job {job_id} ({type(error).__name__})"
        ) from error


def _unsettled(connection: Connection, said: str) -> JobUnsettled:
    return JobUnsettled(
        f"warehouse {connection.address}: {said}. Whether it changes anything is decided there, "
        "as a whole. Next: run the same command again; it finds out"
    )
