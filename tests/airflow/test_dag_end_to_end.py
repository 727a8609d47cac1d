"""The unmodified DAG with Google's own operators, from files in a bucket to the mail."""

from __future__ import annotations

import json
from typing import Any

from tests.airflow.stage import CLUSTERS, Outcome, Stage
from tests.support.bigquery_digest import digests, read_table
from tests.support.digest import AUDIT
from tests.support.golden import DIGESTS

TASKS = {
    "list_sources",
    "wait_for_source",
    "validate",
    "create_cluster",
    "clean_silver",
    "publish",
    "delete_cluster",
    "check_publication",
    "notify.notify_by_mail",
    "notify.notify_by_message",
}


def audit(stage: Stage) -> list[dict[str, Any]]:
    return read_table(stage.warehouse, AUDIT, "LoadAudit")


def test_every_task_ends_well(first: Outcome) -> None:
    assert first.state == "success", first.output[-3000:]
    expected = {**dict.fromkeys(TASKS, "success"), "notify.notify_by_message": "skipped"}
    assert first.tasks == expected
    assert set(first.tries.values()) == {1}


def test_the_published_tables_are_those_of_a_local_run(stage: Stage, first: Outcome) -> None:
    assert first.state == "success"
    assert digests(stage.warehouse) == json.loads(DIGESTS.read_text())["tables"]


def test_three_hosts_of_google_were_asked_and_no_other(stage: Stage, first: Outcome) -> None:
    assert first.state == "success"
    assert set(stage.proxy.hosts) == {
        "bigquery.googleapis.com",
        "europe-west1-dataproc.googleapis.com",
        "storage.googleapis.com",
    }


def test_the_mail_has_the_ledger_and_the_totals(stage: Stage, first: Outcome) -> None:
    assert first.state == "success"
    [mail] = stage.mail.received
    published = stage.report(stage.events("submit_job")[1]["job"])
    assert mail.to == "team@example.com"
    assert mail.subject == f"Customer 360: batch {published['batch_id']} is published"
    assert f"Run {published['run_id']} published batch {published['batch_id']}" in mail.text
    assert "Revenue 83,082.70 USD from 1,108 counted orders" in mail.text
    rows = {line.split()[0]: line.split()[1:] for line in mail.text.splitlines() if line.strip()}
    assert rows["OnlineTransactions"] == ["944", "875", "28", "41", "875", "56,839.62"]
    assert rows["PeakTimes"] == ["336", "1,457.00"]


def test_the_cluster_is_gone_and_its_name_was_this_runs(stage: Stage, first: Outcome) -> None:
    assert first.state == "success"
    assert stage.clusters == CLUSTERS.keys()
    ours = stage.events("submit_job")[0]["cluster"]
    assert ours.startswith("c360-")
    [made] = [each for each in stage.events("create_cluster") if each["cluster"] == ours]
    assert "dataproc:pip.packages" in made["config"]["softwareConfig"]["properties"]
    assert made["config"]["lifecycleConfig"] == {
        "idleDeleteTtl": "1800s",
        "autoDeleteTtl": "18000s",
    }


def test_the_same_date_again_and_another_change_nothing(stage: Stage, first: Outcome) -> None:
    assert first.state == "success"
    before, rows = digests(stage.warehouse), audit(stage)
    published = stage.report(stage.events("submit_job")[1]["job"])
    for number, day in enumerate(("2025-12-30", "2025-12-31"), start=1):
        again = stage.run(day)
        assert again.state == "success", again.output[-3000:]
        assert audit(stage) == rows
        assert digests(stage.warehouse) == before
        report = stage.report(stage.events("submit_job")[-1]["job"])
        assert (report["status"], report["batch_id"]) == ("up_to_date", published["batch_id"])
        assert len(stage.mail.received) == 1 + number
        told = stage.mail.received[-1].text
        assert (
            f"Nothing changed: batch {published['batch_id']} was published by run "
            f"{published['run_id']}" in told
        )
