"""A cluster that Google cannot make, before anything was ever published."""

from __future__ import annotations

import pytest

from tests.airflow.stage import CLUSTERS, Stage

UNTOUCHED = {"clean_silver", "publish", "delete_cluster", "check_publication"}


@pytest.mark.parametrize(
    ("day", "fault", "said", "made"),
    [
        ("2026-02-01", "create_cluster", "Insufficient 'CPUS' quota", 0),
        ("2026-02-02", "broken_cluster", "node m: pip install failed", 3),
    ],
)
def test_a_cluster_that_cannot_be_made_is_tried_three_times_told_and_never_left_behind(
    stage: Stage, day: str, fault: str, said: str, made: int
) -> None:
    asked, there = len(stage.events("create_cluster")), len(stage.events("cluster_made"))
    submitted = len(stage.events("submit_job"))
    stage.mail.received.clear()
    stage.plan({fault: [said] * 3})
    outcome = stage.run(day)
    assert (outcome.state, outcome.tasks["create_cluster"]) == ("failed", "failed")
    assert outcome.tries["create_cluster"] == 3
    assert len(stage.events("create_cluster")) - asked == 3
    assert len(stage.events("cluster_made")) - there == made
    assert stage.clusters == CLUSTERS.keys()
    assert stage.jobs_since(submitted) == []
    assert outcome.untouched >= UNTOUCHED
    [mail] = stage.mail.received
    assert mail.subject == "Customer 360: create_cluster failed"
    assert said in mail.text
