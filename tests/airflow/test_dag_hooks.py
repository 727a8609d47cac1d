"""What the DAG does around its tasks: before a cluster, before another try, after a failure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.airflow.test_dag_structure import asked, dags

__all__ = ["dags"]  # the fixture
CALL = Path(__file__).with_name("call_dag.py")
REFUSED = {"exit_code": 1, "message": "Stores: 8 of 8 records rejected"}
AWAY = {"exit_code": 3, "message": "BigQuery stayed away for 10 minutes"}
BEFORE = {"call": "before", "task": "clean_silver"}
CREATE = {"call": "before", "task": "create_cluster"}
FAILED = {"call": "failure", "task": "publish", "error": "Job failed"}
CASES: dict[str, dict[str, Any]] = {
    "first try": {**BEFORE, "tries": [1, 2], "reports": {"0": REFUSED}},
    "second try, refused": {**BEFORE, "tries": [2, 2], "reports": {"1": REFUSED}},
    "second try, warehouse away": {**BEFORE, "tries": [2, 2], "reports": {"1": AWAY}},
    "second try, no report": {**BEFORE, "tries": [2, 2]},
    "cleared after three": {**BEFORE, "tries": [4, 5], "reports": {"3": REFUSED}},
    "cleared after one": {**BEFORE, "tries": [2, 3], "reports": {"1": REFUSED}},
    "cleared, then refused": {**BEFORE, "tries": [5, 5], "reports": {"4": REFUSED}},
    "no cluster named": CREATE,
    "running": {**CREATE, "params": {"cluster": "mine"}, "clusters": {"mine": "RUNNING"}},
    "misspelt": {**CREATE, "params": {"cluster": "mien"}, "clusters": {"mine": "RUNNING"}},
    "broken": {**CREATE, "params": {"cluster": "mine"}, "clusters": {"mine": "ERROR"}},
    "stopped": {**CREATE, "params": {"cluster": "mine"}, "clusters": {"mine": "STOPPED"}},
    "failed with a report": {**FAILED, "tries": [3, 2], "reports": {"3": AWAY}},
    "failed after another's report": {**FAILED, "tries": [3, 2], "reports": {"2": AWAY}},
    "failed without a word": {**FAILED, "tries": [3, 2], "reports": {"3": {"exit_code": 0}}},
    "failed without storage": {**FAILED, "tries": [3, 2], "broken": ["storage"]},
    "failed before a job": {**FAILED, "task": "validate", "error": "Agents.csv: no header"},
    "failed without mail": {**FAILED, "broken": ["mail"]},
    "timed out": {"call": "timeout", "reason": "timed_out"},
    "a task failed": {"call": "timeout", "reason": "task_failure"},
}


@pytest.fixture(scope="module")
def found(dags: Path, airflow_python: Path, airflow_home: Path) -> dict[str, dict[str, Any]]:
    """What became of every case."""
    own = {"AIRFLOW__CORE__DAGS_FOLDER": str(dags)}
    told = asked(airflow_python, airflow_home, CALL, dags, json.dumps(CASES), **own)
    known: dict[str, dict[str, Any]] = json.loads(told.strip().splitlines()[-1])
    return known


@pytest.mark.parametrize(
    "name",
    [
        *("first try", "second try, warehouse away", "second try, no report"),
        *("cleared after three", "cleared after one"),
    ],
)
def test_a_try_is_submitted_unless_the_one_before_was_refused(
    found: dict[str, dict[str, Any]], name: str
) -> None:
    assert found[name]["raised"] is None


@pytest.mark.parametrize("name", ["second try, refused", "cleared, then refused"])
def test_what_was_refused_is_not_submitted_again(
    found: dict[str, dict[str, Any]], name: str
) -> None:
    assert found[name]["raised"] == [
        "AirflowFailException",
        "c360 exits 1: Stores: 8 of 8 records rejected",
    ]


def test_a_cluster_that_is_named_must_be_there_and_running(
    found: dict[str, dict[str, Any]],
) -> None:
    assert found["no cluster named"]["raised"] is found["running"]["raised"] is None
    kind, said = found["misspelt"]["raised"]
    assert kind == "AirflowFailException"  # another try would not find it either
    assert said.startswith(
        "the parameter cluster names 'mien' and europe-west1 has no such cluster"
    )
    for name in ("broken", "stopped"):
        kind, said = found[name]["raised"]
        state = CASES[name]["clusters"]["mine"]
        assert kind == "AirflowException"  # it may be running when it is tried again
        assert said == f"cluster mine is {state}, expected RUNNING; it stays as it is"


def test_only_a_cluster_of_the_run_alone_is_deleted_when_it_breaks(
    found: dict[str, dict[str, Any]],
) -> None:
    assert found["no cluster named"]["deletes"] is True
    assert found["running"]["deletes"] is False


def test_a_failure_is_told_with_what_the_job_reported(found: dict[str, dict[str, Any]]) -> None:
    [[subject, text]] = found["failed with a report"]["mails"]
    assert subject == "Customer 360: publish failed"
    assert "failed at try 3.\n\nJob failed\n\nc360 exits 3: BigQuery stayed away" in text
    assert found["failed with a report"]["messages"] == [["failure", text]]


@pytest.mark.parametrize(
    "name",
    [
        *("failed after another's report", "failed without a word", "failed without storage"),
        *("failed before a job", "failed without mail"),
    ],
)
def test_a_failure_is_told_without_a_report_too(
    found: dict[str, dict[str, Any]], name: str
) -> None:
    [[event, text]] = found[name]["messages"]
    assert event == "failure"
    assert CASES[name]["error"] in text
    assert "c360 exits" not in text


def test_a_mail_that_cannot_be_sent_hinders_no_message_and_is_an_error(
    found: dict[str, dict[str, Any]],
) -> None:
    assert len(found["failed without mail"]["messages"]) == 1
    assert found["failed without mail"]["raised"] == ["ConnectionError", "no mail server"]


def test_a_run_that_is_cut_off_is_told_and_one_whose_task_told_is_not(
    found: dict[str, dict[str, Any]],
) -> None:
    [[subject, text]] = found["timed out"]["mails"]
    assert subject == "Customer 360: the run took too long"
    assert "manual__2025-12-31 was cut off after 29 hours" in text
    assert "deletes itself when it has been idle for 30 minutes" in text
    assert found["a task failed"]["mails"] == found["a task failed"]["messages"] == []
