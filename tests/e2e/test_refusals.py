"""Defects of whole files stop a run before anything is published, and say what to do."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from c360.errors import OutsideFailure, PublicationUnsettled
from c360.warehouse.duckdb import DuckDBWarehouse
from tests.support.digest import AUDIT, published_digest, read_table
from tests.support.places import Places, command, own_registry
from tests.support.scenarios import SCENARIOS, Scenario

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

MESSAGES = Path(__file__).resolve().parents[1] / "golden" / "messages"
STATUS = {"refused": 1, "wrong_use": 2}
STOPPING = [each for each in SCENARIOS if each.verdict in STATUS]
_TRACE = re.compile(r"Traceback|\bat org\.|Caused by|Py4J|\.java:\d+|File \"")


def told(message: str | None, places: Places) -> str:
    """The message of a failed run, without what differs from machine to machine."""
    return (message or "").replace(str(places.registry.parent), "ROOT")


def require_golden(name: str, text: str) -> None:
    """The text is the reviewed one; `make golden` rewrites it."""
    path = MESSAGES / f"{name.replace(' ', '_')}.txt"
    if os.environ.get("C360_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text + "\n"


@pytest.mark.parametrize("scenario", STOPPING, ids=lambda each: each.name.replace(" ", "-"))
def test_a_defect_of_a_whole_file_publishes_nothing_and_says_what_to_do(
    scenario: Scenario, copy: Places, spark: SparkSession
) -> None:
    copy.registry.write_text(own_registry(scenario.registry))
    before = published_digest(copy.warehouse)
    scenario.damage(copy.bronze)

    report = copy.run(spark)

    assert report.exit_code == STATUS[scenario.verdict]
    assert published_digest(copy.warehouse) == before
    message = told(report.message, copy)
    assert scenario.file in message
    assert not _TRACE.search(message)
    require_golden(scenario.name, message)


@pytest.mark.parametrize(
    "scenario",
    [each for each in STOPPING if each.verdict == "refused"][:3],
    ids=lambda each: each.name.replace(" ", "-"),
)
def test_a_refused_run_leaves_rows_in_the_audit(
    scenario: Scenario, copy: Places, spark: SparkSession
) -> None:
    scenario.damage(copy.bronze)
    report = copy.run(spark)
    rows = [
        row
        for row in read_table(copy.warehouse, AUDIT, "LoadAudit")
        if row["RunID"] == report.run_id
    ]
    assert {row["Status"] for row in rows} == {"REFUSED"}
    assert all(scenario.file in row["Message"] for row in rows)
    files = [
        row
        for row in read_table(copy.warehouse, AUDIT, "LoadFiles")
        if row["RunID"] == report.run_id and row["Outcome"] == "refused"
    ]
    assert [row["Path"] for row in files] == [scenario.file]
    assert all(row["Reason"] for row in files)


@pytest.mark.parametrize(
    ("failure", "recorded"),
    [(OutsideFailure("no answer"), {"FAILED"}), (PublicationUnsettled("no answer"), set())],
    ids=["failed", "unsettled"],
)
def test_a_run_that_may_have_published_leaves_no_row_beside_those_of_its_success(
    failure: OutsideFailure,
    recorded: set[str],
    copy: Places,
    spark: SparkSession,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def publish(*_: object) -> None:
        raise failure

    monkeypatch.setattr(DuckDBWarehouse, "publish", publish)
    report = copy.run(spark, as_of=dt.date(2026, 6, 1))
    assert (report.exit_code, report.message) == (3, "no answer")
    rows = read_table(copy.warehouse, AUDIT, "LoadAudit")
    assert {row["Status"] for row in rows if row["RunID"] == report.run_id} == recorded


def test_a_silver_root_below_a_regular_file_is_an_outside_failure(
    sample: Places, tmp_path: Path, spark: SparkSession
) -> None:
    (tmp_path / "file").write_text("not a folder")
    places = sample.moved(silver=tmp_path / "file" / "silver", warehouse=tmp_path / "w.duckdb")
    outcome = command("run", *places.words, spark=spark)
    assert outcome.exit_code == 3
    assert str(tmp_path / "file" / "silver") in outcome.stdout
    assert not _TRACE.search(outcome.stdout + outcome.stderr)


def test_a_warehouse_that_another_process_holds_is_an_outside_failure(
    copy: Places, tmp_path: Path
) -> None:
    ready = tmp_path / "ready"
    program = (
        "import sys, time, pathlib, duckdb\n"
        "held = duckdb.connect(sys.argv[1])\n"
        "pathlib.Path(sys.argv[2]).touch()\n"
        "time.sleep(300)\n"
    )
    holder = subprocess.Popen([sys.executable, "-c", program, str(copy.warehouse), str(ready)])
    try:
        deadline = time.monotonic() + 60
        while not ready.exists():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        outcome = command("run", *copy.words, "--lock-timeout", "1")
    finally:
        holder.kill()
        holder.wait()
    assert outcome.exit_code == 3
    assert str(copy.warehouse) in outcome.stdout + outcome.stderr
    assert "has it open" in outcome.stdout + outcome.stderr
