"""What can go wrong at night, one thing after another, on top of a batch that is published."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.airflow.outage import away
from tests.airflow.stage import CLUSTERS, Outcome, Stage
from tests.support.bigquery_digest import digests, read_table
from tests.support.digest import AUDIT

BAD_STORES = b"StoreID,Location,Manager,OpenHours\n" + b"none,Airport,A,10:00-20:00\n" * 8
LATE_STORE = b"StoreID,Location,Manager,OpenHours\n901,Harbour,A,10:00-20:00\n"


@pytest.fixture(autouse=True)
def nothing_is_left_running(stage: Stage, first: Outcome) -> Iterator[None]:
    """Whatever fails, no cluster stays, and the next test starts without planned faults."""
    assert first.state == "success", first.output[-3000:]
    stage.mail.received.clear()
    yield
    stage.plan({})
    assert stage.clusters == CLUSTERS.keys()


def run(stage: Stage, day: str, **conf: object) -> tuple[Outcome, list[str], int]:
    """One run: its outcome, the jobs it submitted, and how many clusters it made."""
    jobs, clusters = len(stage.events("submit_job")), len(stage.events("create_cluster"))
    outcome = stage.run(day, **conf)
    made = len(stage.events("create_cluster")) - clusters
    return outcome, stage.jobs_since(jobs), made


def test_a_missing_file_ends_the_run_before_a_cluster_is_made(stage: Stage) -> None:
    agents = stage.client.bucket(stage.known["RAW_BUCKET"]).blob("raw/Agents.csv")
    content = agents.download_as_bytes()
    agents.delete()
    stage.set(wait_minutes=0)
    try:
        outcome, jobs, clusters = run(stage, "2026-01-02")
    finally:
        stage.put("RAW_BUCKET", "raw/Agents.csv", content)
        stage.set(wait_minutes=120)
    assert (outcome.state, outcome.tasks["wait_for_source"]) == ("failed", "failed")
    assert (jobs, clusters) == ([], 0)
    assert outcome.untouched >= {"validate", "create_cluster", "clean_silver", "publish"}
    [mail] = stage.mail.received
    assert mail.subject == "Customer 360: wait_for_source failed"
    assert "It waited for gs://customer360-raw-data/raw/Agents*." in mail.text


def test_refused_data_is_submitted_once_and_its_message_reaches_people(stage: Stage) -> None:
    before = digests(stage.warehouse)
    stage.put("RAW_BUCKET", "raw/Stores_bad.csv", BAD_STORES)
    try:
        outcome, jobs, _ = run(stage, "2026-01-03")
    finally:
        stage.remove("RAW_BUCKET", "raw/Stores_bad.csv")
    assert outcome.state == "failed"
    assert outcome.tasks["validate"] == "success"  # each file by itself can be read
    assert outcome.tasks["clean_silver"] == "failed"
    assert outcome.tasks["delete_cluster"] == "success"
    assert len(jobs) == 1
    assert outcome.tries["clean_silver"] == 2  # the second read the report of the first
    report = stage.report(jobs[0])
    assert (report["status"], report["exit_code"]) == ("refused", 1)
    [mail] = stage.mail.received
    assert mail.subject == "Customer 360: clean_silver failed"
    assert report["message"].splitlines()[0] in mail.text
    assert "c360 exits 1: " in mail.text
    assert digests(stage.warehouse) == before
    # Of what is cleared, even the try that was refused last is no reason to submit nothing.
    last = f"reports/{jobs[0].removesuffix('-1')}-2.json"
    stage.put("SCRIPTS_BUCKET", last, json.dumps(report).encode())
    cleared = stage.clear(outcome.run_id, "clean_silver")
    assert cleared == {"try": 3, "refused": None}


@pytest.mark.parametrize(
    ("day", "cluster", "tries", "said"),
    [
        ("2026-01-07", "kept-by-hnad", 1, "the parameter cluster names 'kept-by-hnad'"),
        ("2026-01-08", "broken-by-hand", 3, "cluster broken-by-hand is ERROR, expected RUNNING"),
    ],
)
def test_a_named_cluster_that_is_not_running_is_neither_made_nor_deleted(
    stage: Stage, day: str, cluster: str, tries: int, said: str
) -> None:
    asked = stage.events("create_cluster"), stage.events("delete_cluster")
    outcome, jobs, _ = run(stage, day, cluster=cluster)
    assert (outcome.state, outcome.tasks["create_cluster"]) == ("failed", "failed")
    assert outcome.tries["create_cluster"] == tries
    assert outcome.untouched >= {"clean_silver", "publish", "delete_cluster"}
    assert (stage.events("create_cluster"), stage.events("delete_cluster")) == asked
    assert jobs == []
    [mail] = stage.mail.received
    assert said in mail.text


def test_what_fails_once_is_tried_again_and_one_batch_is_published(stage: Stage) -> None:
    stage.put("RAW_BUCKET", "raw/Stores_late.csv", LATE_STORE)
    stage.plan(
        {
            "create_cluster": "Insufficient 'CPUS' quota",
            "job clean-silver": "kill",
            "job publish": {"C360_FAILPOINT": "publish.transaction:raise"},
        }
    )
    before = read_table(stage.warehouse, AUDIT, "LoadAudit")
    outcome, jobs, clusters = run(stage, "2026-01-04", mail_to="", pubsub_topic="customer360")
    assert outcome.state == "success", outcome.output[-3000:]
    assert outcome.tries | {} == {
        **dict.fromkeys(outcome.tries, 1),
        **dict.fromkeys(("create_cluster", "clean_silver", "publish"), 2),
    }
    assert clusters == 2
    assert [job.rsplit("-", 2)[0] for job in jobs] == ["clean-silver"] * 2 + ["publish"] * 2
    assert len(set(jobs)) == 4
    failed, published = (stage.report(job) for job in jobs[2:])
    assert (failed["status"], published["status"]) == ("failed", "published")
    assert failed["batch_id"] == published["batch_id"]
    assert [table["files_read"] for table in published["tables"]] == [0] * 9  # cleaned before
    rows = [
        row
        for row in read_table(stage.warehouse, AUDIT, "LoadAudit")
        if row not in before and row["Status"] == "SUCCESS"
    ]
    assert {row["RunID"] for row in rows} == {published["run_id"]}
    assert outcome.tasks["notify.notify_by_mail"] == "skipped"
    [message] = stage.events("message")
    assert message["topic"] == "projects/demo-project/topics/customer360"
    assert message["attributes"] == {"dag": "customer360", "event": "success"}
    assert published["batch_id"] in message["text"]


def test_a_warehouse_that_is_away_for_a_minute_is_waited_for(stage: Stage) -> None:
    before, submitted = digests(stage.warehouse), len(stage.events("submit_job"))
    deleted = stage.events("delete_cluster")

    def publishing() -> bool:
        return len(stage.jobs_since(submitted)) == 2

    stage.proxy.down["bigquery.googleapis.com"] = 1  # for the check on the worker, too
    with away(int(stage.bigquery.url.rsplit(":", 1)[1]), publishing, seconds=60) as port:
        stage.plan({"job publish": {"BIGQUERY_EMULATOR_HOST": f"http://127.0.0.1:{port}"}})
        outcome, jobs, _ = run(stage, "2026-01-05", cluster="kept-by-hand")
    assert outcome.state == "success", outcome.output[-3000:]
    assert stage.proxy.down["bigquery.googleapis.com"] == 0
    assert [job.rsplit("-", 2)[0] for job in jobs] == ["clean-silver", "publish"]
    began, ended = (stage.events(event)[-1]["at"] for event in ("submit_job", "job_ended"))
    assert ended - began > 60
    assert stage.report(jobs[1])["status"] == "up_to_date"
    assert digests(stage.warehouse) == before
    assert outcome.tasks["delete_cluster"] == "skipped"  # it was named, so it is kept
    assert stage.events("delete_cluster") == deleted


def test_without_a_mail_server_the_data_stays_published(stage: Stage) -> None:
    before = digests(stage.warehouse)
    stage.mail.down = True
    try:
        outcome, jobs, _ = run(stage, "2026-01-06")
    finally:
        stage.mail.down = False
    assert outcome.state == "failed"
    assert {name for name, state in outcome.tasks.items() if state == "failed"} == {
        "notify.notify_by_mail"
    }
    assert outcome.tries["notify.notify_by_mail"] == 3
    assert outcome.tasks["check_publication"] == "success"
    assert len(jobs) == 2
    assert digests(stage.warehouse) == before
