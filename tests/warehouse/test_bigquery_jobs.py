"""A job is looked up before it is ever sent again; the server here is a double that counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from unittest import mock

import pytest
from google.api_core import exceptions
from requests.exceptions import ConnectionError as Broken

from c360.warehouse import bigquery_jobs
from c360.warehouse.bigquery_address import BigQueryAddress
from c360.warehouse.bigquery_connection import Connection
from c360.warehouse.bigquery_errors import JobFailed, JobUnsettled
from c360.warehouse.bigquery_jobs import attempts, query_job, run_job, settle_job
from c360.warehouse.bigquery_script import Script

DONE = SimpleNamespace(state="DONE", error_result=None)
RUNNING = SimpleNamespace(state="RUNNING", error_result=None)


def failed(reason, message=""):
    return SimpleNamespace(state="DONE", error_result={"reason": reason, "message": message})


@dataclass
class Server:
    """What the look-ups of each job answer, in turn; the last one for ever."""

    answers: dict[str, list[object]]
    sent: list[str] = field(default_factory=list)
    looked_up: list[str] = field(default_factory=list)

    def get_job(self, job_id, **_):
        self.looked_up.append(job_id)
        left = self.answers.get(job_id, [None])
        answer = left.pop(0) if len(left) > 1 else left[0]
        if answer is None:
            raise exceptions.NotFound(f"Not found: Job {job_id}")
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Time passes by sleeping only."""
    now = [0.0]
    passing = SimpleNamespace(
        monotonic=lambda: now[0], sleep=lambda seconds: now.__setitem__(0, now[0] + seconds)
    )
    monkeypatch.setattr(bigquery_jobs, "time", passing)
    return now


def connection(server):
    return Connection(server, BigQueryAddress("p-1", timeout=30, deadline=600))


def begin_of(server, *failures):
    """Sends a job; the first times it fails as told, after the server has taken it."""
    left = list(failures)

    def begin(job_id):
        server.sent.append(job_id)
        if left:
            raise left.pop(0)

    return begin


def test_a_job_is_waited_for_until_it_is_done():
    server = Server({"s-1": [RUNNING, RUNNING, DONE]})
    run_job(connection(server), "s", begin_of(server))
    assert server.sent == ["s-1"]
    assert server.looked_up == ["s-1"] * 3


@pytest.mark.parametrize(
    "lost",
    [
        exceptions.Conflict("Already Exists: Job p-1:US.s-1"),
        exceptions.RetryError("Timeout of 150 s exceeded", Broken()),
        Broken("reset by peer"),
        exceptions.GatewayTimeout("no answer in time"),
        exceptions.from_http_status(408, "no answer in time"),
    ],
)
def test_after_a_lost_answer_the_job_is_looked_up_and_not_sent_again(lost):
    server = Server({"s-1": [RUNNING, DONE]})
    run_job(connection(server), "s", begin_of(server, lost))
    assert server.sent == ["s-1"]


def test_a_job_that_appears_late_is_found():
    server = Server({"s-1": [None, None, DONE]})
    run_job(connection(server), "s", begin_of(server, Broken()))
    assert server.sent == ["s-1"]


def test_a_refusal_after_a_lost_answer_does_not_hide_a_job_that_was_begun():
    server = Server({"s": [None, RUNNING, DONE]})
    settle_job(connection(server), "s", begin_of(server, exceptions.Forbidden("quotaExceeded")))
    assert server.looked_up == ["s"] * 3
    assert server.sent == ["s"]


def test_a_job_that_was_refused_and_is_not_known_was_never_begun(clock):
    server = Server({})
    with pytest.raises(exceptions.Forbidden):
        settle_job(connection(server), "s", begin_of(server, exceptions.Forbidden("no")))
    assert 10 <= clock[0] < 30


def test_a_refusal_is_not_settled_where_the_look_up_is_refused_too():
    server = Server({"s": [exceptions.Unauthorized("no")]})
    with pytest.raises(JobUnsettled):
        settle_job(connection(server), "s", begin_of(server, exceptions.Unauthorized("no")))


def test_a_job_that_nobody_knows_is_not_settled(clock):
    server = Server({})
    with pytest.raises(JobUnsettled, match="job s-1 is not known there"):
        run_job(connection(server), "s", begin_of(server, Broken()))
    assert 10 <= clock[0] < 30
    assert server.sent == ["s-1"]


def test_a_failure_that_passes_is_tried_again_under_another_id():
    server = Server({"s-1": [failed("backendError")], "s-2": [RUNNING, DONE]})
    run_job(connection(server), "s", begin_of(server))
    assert server.sent == ["s-1", "s-2"]


def test_it_is_tried_five_times_and_no_more():
    server = Server({f"s-{n}": [failed("backendError")] for n in range(1, 9)})
    with pytest.raises(JobFailed, match="s-5: backendError"):
        run_job(connection(server), "s", begin_of(server))
    assert server.sent == [f"s-{n}" for n in range(1, 6)]


def test_between_attempts_a_growing_time_passes(clock, monkeypatch):
    monkeypatch.setattr("random.uniform", lambda low, high: (low + high) / 2)
    began = {}
    for number in attempts():
        began[number] = clock[0]
    assert began == {1: 0.0, 2: 2.0, 3: 8.0, 4: 26.0, 5: 56.0}


def test_another_failure_is_told_at_once():
    server = Server({"s-1": [failed("invalidQuery", "Syntax error")]})
    with pytest.raises(JobFailed, match="s-1: invalidQuery"):
        run_job(connection(server), "s", begin_of(server))
    assert server.sent == ["s-1"]


def test_one_job_is_settled_under_one_id():
    server = Server({"publish-1": [failed("backendError")]})
    with pytest.raises(JobFailed):
        settle_job(connection(server), "publish-1", begin_of(server))
    assert server.sent == ["publish-1"]


def test_a_job_that_never_ends_is_given_up_at_its_deadline(clock):
    server = Server({"s-1": [RUNNING]})
    with pytest.raises(JobUnsettled, match="job s-1 has not ended in 600 s"):
        run_job(connection(server), "s", begin_of(server))
    assert 600 <= clock[0] < 610


@pytest.mark.parametrize("silence", [Broken(), exceptions.RetryError("Timeout", Broken())])
def test_where_nobody_answers_the_look_up_it_is_not_settled(silence):
    server = Server({"s-1": [RUNNING, silence]})
    with pytest.raises(JobUnsettled, match="nobody answers what became of job s-1"):
        run_job(connection(server), "s", begin_of(server))


def test_a_request_that_is_refused_is_no_lost_answer():
    server = Server({})
    with pytest.raises(exceptions.BadRequest):
        run_job(connection(server), "s", begin_of(server, exceptions.BadRequest("no")))
    assert server.looked_up == []


def test_the_library_is_told_never_to_send_a_job_under_another_id():
    client = mock.Mock()
    query_job(connection(client), Script("SELECT 1;\n"))("s-1")
    said = client.query.call_args
    assert said.args == ("SELECT 1;\n",)
    assert (said.kwargs["job_id"], said.kwargs["job_retry"]) == ("s-1", None)
    assert said.kwargs["timeout"] == 30
    assert said.kwargs["retry"].timeout == 150
