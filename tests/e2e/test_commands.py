"""The commands as a person uses them, in a process of their own."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from c360.failpoints import forget, reached
from c360.pipeline import run
from tests.support.digest import AUDIT, published_digest, read_table
from tests.support.leftovers import leftovers
from tests.support.places import Places, command, own_registry

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

ROOT = Path(__file__).resolve().parents[2]
_DEADLINE = 120


def without_java(places: Places, *words: str) -> subprocess.CompletedProcess[str]:
    """`c360 words` where no Java can be found."""
    return subprocess.run(
        [sys.executable, "-m", "c360", *words, *places.words],
        cwd=ROOT,
        env={**os.environ, "PATH": "/nonexistent", "JAVA_HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        timeout=_DEADLINE,
        check=False,
    )


def _no_spark(_: int) -> SparkSession:
    raise AssertionError("no Spark was needed")


def contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_second_run_says_so_starts_no_jvm_and_changes_nothing(copy: Places) -> None:
    published, audit = (
        published_digest(copy.warehouse),
        read_table(copy.warehouse, AUDIT, "LoadAudit"),
    )
    silver = contents(copy.silver)
    done = without_java(copy, "run")
    assert done.returncode == 0, done.stderr
    assert "is already published" in done.stdout
    assert published_digest(copy.warehouse) == published
    assert read_table(copy.warehouse, AUDIT, "LoadAudit") == audit
    assert contents(copy.silver) == silver


def test_a_run_with_nothing_to_do_removes_what_a_dead_one_had_staged(copy: Places) -> None:
    staged = "Stores__r20261101T000000-0123abcd"
    with duckdb.connect(str(copy.warehouse)) as connection:
        connection.execute(f'CREATE TABLE customer360_staging."{staged}" (StoreID BIGINT)')
    assert leftovers(copy) == [f"staging {staged}"]
    assert run(copy.settings(), spark=_no_spark).status == "up_to_date"
    assert leftovers(copy) == []


def test_an_old_source_is_told_also_when_nothing_is_new(copy: Places) -> None:
    copy.registry.write_text(
        own_registry(
            lambda text: text.replace(
                "newest_by: DateTime", "newest_by: DateTime\n    max_age: 2d", 1
            )
        )
    )
    report = run(copy.settings(), spark=_no_spark)
    assert report.status == "up_to_date"
    (warning,) = [each for each in report.warnings if "max_age" in each]
    assert warning.startswith("OnlineTransactions: its newest DateTime is 20")


def test_a_new_file_cannot_be_cleaned_without_java_and_that_is_said(copy: Places) -> None:
    extra = copy.bronze / "Stores_new.csv"
    extra.write_text("StoreID,Location,Manager,OpenHours\n901,Springfield,A Name,9-5\n")
    done = without_java(copy, "run")
    assert done.returncode == 3
    assert "JAVA_HOME" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_dry_run_starts_no_jvm_and_creates_nothing(copy: Places, tmp_path: Path) -> None:
    places = copy.moved(silver=tmp_path / "other", warehouse=tmp_path / "other.duckdb")
    done = without_java(places, "run", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "Plan" in done.stdout
    assert not places.silver.exists()
    assert not places.warehouse.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("status",), "is published, by run"),
        (("validate",), "can be read"),
        (("quarantine", "list"), "rejected record"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[-1],
)
def test_these_commands_start_no_jvm(copy: Places, words: tuple[str, ...], said: str) -> None:
    options = {
        "status": copy.words,
        "validate": copy.words[:4],
        "list": copy.words[:6],
    }[words[-1]]
    done = subprocess.run(
        [sys.executable, "-m", "c360", *words, *options],
        cwd=ROOT,
        env={**os.environ, "PATH": "/nonexistent", "JAVA_HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        timeout=_DEADLINE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert said in done.stdout


def test_an_option_can_be_an_environment_variable(
    copy: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("C360_REGISTRY", str(copy.registry))
    monkeypatch.setenv("C360_BRONZE", str(copy.bronze))
    monkeypatch.setenv("C360_SILVER", str(copy.silver))
    monkeypatch.setenv("C360_WAREHOUSE", f"duckdb:///{copy.warehouse}")
    outcome = command("run")
    assert outcome.exit_code == 0
    assert "is already published" in outcome.stdout


def test_a_wrong_option_is_wrong_use(copy: Places) -> None:
    assert command("run", *copy.words, "--as-of", "31/12/2025").exit_code == 2
    assert command("run", *copy.words, "--allow-shrink", "Nobody").exit_code == 2
    assert command("run", *copy.words[:6], "--warehouse", "postgres://x").exit_code == 2
    assert command("run", "--registry", "/nonexistent.yaml").exit_code == 2
    assert command("run", *copy.words, "--report", "folder/").exit_code == 2
    assert command("walk").exit_code == 2


def test_machines_get_json_with_the_run_id_on_each_line(copy: Places, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    forget()
    outcome = command("run", *copy.words, "--log-format", "json", "--report", str(report))
    assert {"report.delete", "report.create"} <= reached().keys()
    lines = [json.loads(line) for line in outcome.stderr.splitlines()]
    run_id = json.loads(report.read_text())["run_id"]
    assert {line["run_id"] for line in lines} == {run_id}
    assert json.loads(outcome.stdout) == json.loads(report.read_text())


def test_a_report_that_cannot_be_written_does_not_change_the_end_of_a_run(
    copy: Places, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    outcome = command("run", *copy.words, "--report", str(tmp_path / "file" / "report.json"))
    assert outcome.exit_code == 0
    assert "report could not be written" in outcome.stderr


def test_a_shrunken_table_can_be_accepted_once_and_the_audit_says_so(
    copy: Places, spark: SparkSession
) -> None:
    path = copy.bronze / "CustomerServiceInteractions.csv"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[: len(lines) // 4]))
    refused = copy.run(spark)
    assert refused.exit_code == 1
    accepted = copy.run(spark, allow_shrink=frozenset({"CustomerServiceInteractions"}))
    assert accepted.status == "published", accepted.message
    rows = [
        row
        for row in read_table(copy.warehouse, AUDIT, "LoadAudit")
        if row["RunID"] == accepted.run_id and row["Message"]
    ]
    assert [row["TableName"] for row in rows] == ["CustomerServiceInteractions"]
    assert "accepted once" in rows[0]["Message"]
