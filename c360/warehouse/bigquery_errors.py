"""Says what went wrong in BigQuery in words a person can use, and quotes no value of a row."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from google.api_core.exceptions import GoogleAPICallError, RetryError
from google.auth.exceptions import GoogleAuthError
from requests.exceptions import RequestException

from c360.errors import C360Error, OutsideFailure
from c360.warehouse.bigquery_address import BigQueryAddress

# What a job or an answer may fail with for a moment only, as Google's own client has it; and what a
# statement fails with when another run makes the same table at once, which says IF NOT EXISTS.
_PASSING = {
    "backendError",
    "duplicate",
    "internalError",
    "jobBackendError",
    "jobInternalError",
    "jobRateLimitExceeded",
    "rateLimitExceeded",
}
# Two transactions that wrote to the same table: one of them is told to try again.
_CONFLICT = ("concurrent update", "Could not serialize")
# The words of these name projects, tables and limits; those of others may quote a cell.
_TELLING = {
    *_PASSING,
    "accessDenied",
    "billingNotEnabled",
    "notFound",
    "quotaExceeded",
    "resourcesExceeded",
    "responseTooLarge",
}
_NEXT = {
    "accessDenied": (
        "give the account of this run the roles BigQuery Job User on the project, and BigQuery "
        "Data Editor on its datasets, or on the project where c360 is to make them"
    ),
    "notFound": "check the project and `?location=` of the warehouse URL",
    "quotaExceeded": "wait for the quota to refill or ask for a higher one",
}

# ConnectionError and TimeoutError are Python's own: a socket that broke, a wait that ended.
_OF_THE_CLIENT = (
    GoogleAPICallError,
    GoogleAuthError,
    RequestException,
    ConnectionError,
    TimeoutError,
)


class JobFailed(Exception):
    """A job that ended with an error; `reason` is BigQuery's own word for it."""

    def __init__(self, job_id: str, error: Mapping[str, Any]) -> None:
        self.job_id = job_id
        self.reason = str(error.get("reason") or "unknown")
        self.words = str(error.get("message") or "")
        super().__init__(f"{job_id}: {self.reason}")

    @property
    def is_passing(self) -> bool:
        """Whether the same job may well succeed when it is sent again."""
        return self.reason in _PASSING or any(words in self.words for words in _CONFLICT)


class NotFoundYet(OutsideFailure):
    """The Storage Write API does not know a table; of one that was made just now it learns soon."""


class JobUnsettled(OutsideFailure):
    """Nobody answers what became of a job: it may have been done, or may still be done."""


@contextlib.contextmanager
def explained(
    address: BigQueryAddress, state: str = "What was published before is unchanged"
) -> Iterator[None]:
    """Whatever Google's client raises inside becomes an OutsideFailure that says what to do.

    Args:
        address: the warehouse.
        state: what is visible there after the failure.

    Raises:
        OutsideFailure: the request or the job failed, or nobody answered in time.
    """
    try:
        yield
    except C360Error:
        raise
    except JobFailed as failed:
        said = f"job {failed.job_id} failed: {_told(failed.reason, failed.words)}"
        raise OutsideFailure(_sentence(address, said, state, failed.reason)) from failed
    except RetryError as error:
        cause = error.cause or error
        said = f"no good answer in time, last: {_said(cause)}"
        raise OutsideFailure(_sentence(address, said, state, "")) from error
    except _OF_THE_CLIENT as error:
        raise OutsideFailure(_sentence(address, _said(error), state, reason_of(error))) from error


def reason_of(error: BaseException) -> str:
    """BigQuery's own word for an error that its API answered; empty for another."""
    errors = getattr(error, "errors", None) or [{}]
    return str(errors[0].get("reason", "")) if isinstance(errors[0], Mapping) else ""


def _said(error: BaseException) -> str:
    if isinstance(error, GoogleAPICallError):
        reason = reason_of(error)
        return f"HTTP {error.code}: {_told(reason or type(error).__name__, error.message or '')}"
    if isinstance(error, GoogleAuthError):
        return f"no credentials that Google takes ({type(error).__name__})"
    return type(error).__name__


def _told(reason: str, words: str) -> str:
    first = words.splitlines()[0] if words else ""
    return f"{reason} ({first})" if reason in _TELLING and first else reason


def _sentence(address: BigQueryAddress, said: str, state: str, reason: str) -> str:
    advice = _NEXT.get(reason, "repair the cause")
    return f"warehouse {address}: {said}. {state}. Next: {advice}, then run the same command again"
