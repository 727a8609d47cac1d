"""Calls of one kind are told alike whatever names they carry."""

from __future__ import annotations

import gzip
import json

import pytest

from tests.cloud.calls import Call, describe_call, polled_job, statement_type

V2 = "/bigquery/v2"


def query_job(sql: str) -> bytes:
    return json.dumps({"configuration": {"query": {"query": sql}}, "jobReference": {}}).encode()


@pytest.mark.parametrize(
    ("target", "path"),
    [
        (f"{V2}/projects/p1/jobs?prettyPrint=false", f"{V2}/projects/{{}}/jobs"),
        (f"{V2}/projects/p1/jobs/j-1?location=EU", f"{V2}/projects/{{}}/jobs/{{}}"),
        (f"{V2}/projects/a.b/queries/j1", f"{V2}/projects/{{}}/queries/{{}}"),
        (
            f"{V2}/projects/p/datasets/jobs/tables/t/data",
            f"{V2}/projects/{{}}/datasets/{{}}/tables/{{}}/data",
        ),
    ],
)
def test_names_are_left_out_of_a_path(target: str, path: str) -> None:
    assert describe_call("GET", target, {}, b"") == Call("GET", path)


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("SELECT 1", "SELECT"),
        ("WITH a AS (SELECT 1) SELECT * FROM a", "SELECT"),
        ("-- MERGE\n/* no\n*/ merge into t", "MERGE"),
        ("CREATE TABLE IF NOT EXISTS `d`.`t` (a INT64)", "CREATE TABLE"),
        ("create or replace view v AS SELECT 1", "CREATE VIEW"),
        ("ALTER TABLE t ADD COLUMN a INT64", "ALTER TABLE"),
        (
            "DECLARE x INT64; BEGIN\nBEGIN  TRANSACTION; UPDATE t SET a = 1 WHERE TRUE",
            "TRANSACTION",
        ),
    ],
)
def test_a_text_is_told_by_its_first_words(sql: str, kind: str) -> None:
    assert statement_type(sql) == kind
    jobs = f"{V2}/projects/p/jobs"
    assert describe_call("POST", jobs, {}, query_job(sql)).statement == kind
    direct = json.dumps({"query": sql, "useLegacySql": False}).encode()
    assert describe_call("POST", f"{V2}/projects/p/queries", {}, direct).statement == kind


def test_a_load_job_is_told_from_a_query_also_when_compressed() -> None:
    body = json.dumps({"configuration": {"load": {"sourceUris": []}, "labels": {}}}).encode()
    headers = {"content-encoding": "gzip"}
    found = describe_call("POST", f"{V2}/projects/p/jobs", headers, gzip.compress(body))
    assert found == Call("POST", f"{V2}/projects/{{}}/jobs", "LOAD")
    assert str(found) == f"POST {V2}/projects/{{}}/jobs LOAD"


def test_a_java_client_says_patch_in_a_header() -> None:
    headers = {"x-http-method-override": "PATCH"}
    target = f"{V2}/projects/p/datasets/d/tables/t"
    assert describe_call("POST", target, headers, b"{}").method == "PATCH"


def test_what_is_no_json_is_no_statement() -> None:
    assert describe_call("POST", f"{V2}/projects/p/datasets", {}, b"--boundary").statement == ""


@pytest.mark.parametrize(
    ("method", "target", "job"),
    [
        ("GET", f"{V2}/projects/p/jobs/j-1?location=EU", "j-1"),
        ("GET", f"{V2}/projects/p/queries/j-1?maxResults=0", "j-1"),
        ("GET", f"{V2}/projects/p/jobs", ""),
        ("GET", f"{V2}/projects/p/datasets/d/tables/t", ""),
        ("POST", f"{V2}/projects/p/jobs/j-1/cancel", ""),
    ],
)
def test_a_poll_asks_after_a_job(method: str, target: str, job: str) -> None:
    assert polled_job(method, target) == job
