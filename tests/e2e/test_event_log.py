"""The command in a process of its own, with Spark's event log: nothing of it names a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.canaries import hits, write_canaries
from tests.support.places import Places, own_registry, tolerant
from tests.support.processes import command_in_process

_LOGGED = (
    "spark.eventLog.enabled true\n"
    "spark.eventLog.compress false\n"
    "spark.eventLog.rolling.enabled false\n"
)


@pytest.mark.spark
def test_neither_the_outputs_nor_the_event_log_of_a_run_name_a_person(tmp_path: Path) -> None:
    places = Places.below(tmp_path, own_registry(tolerant))
    canaries = write_canaries(places.bronze, 99)
    events = tmp_path / "events"
    events.mkdir()
    conf = tmp_path / "conf"
    conf.mkdir()
    (conf / "spark-defaults.conf").write_text(f"{_LOGGED}spark.eventLog.dir {events.as_uri()}\n")
    report = tmp_path / "report.json"

    outcome = command_in_process(
        "run", *places.words, "--report", str(report), env={"SPARK_CONF_DIR": str(conf)}
    )

    assert outcome.exit_code == 0, outcome.stdout + outcome.stderr
    log = "".join(file.read_text(errors="replace") for file in events.iterdir())
    assert "Customers.csv" in log  # plans are in it
    words = canaries.of()
    assert len(words) > 200
    for text in (outcome.stdout, outcome.stderr, report.read_text(), log):
        assert hits(text, words) == []
