"""What is asked again when an answer says that it would not come, and for how long."""

from __future__ import annotations

import pytest
from google.api_core import exceptions
from requests.exceptions import ConnectionError as Broken

from c360.warehouse.bigquery_address import BigQueryAddress
from c360.warehouse.bigquery_connection import Connection

CONNECTION = Connection(None, BigQueryAddress("p", timeout=30, deadline=600))


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _: None)


def answered(kind, reason):
    return kind("words", errors=[{"reason": reason}])


def times_asked(retry, failure):
    """How often a call is made that fails once."""
    made = []

    def call():
        made.append(None)
        if len(made) == 1:
            raise failure

    retry(call)()
    return len(made)


@pytest.mark.parametrize(
    "failure",
    [
        answered(exceptions.ServiceUnavailable, "backendError"),
        answered(exceptions.TooManyRequests, "rateLimitExceeded"),
        answered(exceptions.GatewayTimeout, "deadlineExceeded"),
        exceptions.GatewayTimeout("<html>"),
        exceptions.from_http_status(408, "slow"),
        Broken("reset"),
    ],
)
def test_what_failed_for_a_moment_is_asked_again(failure):
    assert times_asked(CONNECTION.retry, failure) == 2


@pytest.mark.parametrize(
    "failure", [answered(exceptions.Forbidden, "accessDenied"), exceptions.Conflict("there")]
)
def test_what_is_refused_is_not_asked_again(failure):
    with pytest.raises(type(failure)):
        times_asked(CONNECTION.retry, failure)


def test_a_query_whose_job_failed_for_a_moment_is_sent_again():
    failure = answered(exceptions.BadRequest, "jobRateLimitExceeded")
    assert times_asked(CONNECTION.read_again, failure) == 2


def test_a_query_that_is_wrong_is_not_sent_again():
    with pytest.raises(exceptions.BadRequest):
        times_asked(CONNECTION.read_again, answered(exceptions.BadRequest, "invalidQuery"))


def test_nobody_is_asked_for_ever():
    assert CONNECTION.retry.timeout == CONNECTION.read_again.timeout == 150
    short = Connection(None, BigQueryAddress("p", timeout=300, deadline=600))
    assert short.retry.timeout == 600
