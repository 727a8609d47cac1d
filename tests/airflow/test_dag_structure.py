"""The DAG as Airflow reads it: tasks, order, deadlines, parameters, words of the jobs."""

from __future__ import annotations

import ast
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from c360.contracts.gold import GOLD_CONTRACTS
from tests.airflow.conftest import OF_AIRFLOW
from tests.airflow.stage import PROJECT, ROOT, make_dags
from tests.deploy.scripts import settings_of_env

DAG_FILE = ROOT / "dags" / "customer360_ingestion_dag.py"
DESCRIBE = ROOT / "tests" / "airflow" / "describe_dag.py"
OUR_WORDS = [
    *("--registry", "gs://customer360-scripts/conf/tables.yaml"),
    *("--bronze", "gs://customer360-raw-data/raw"),
    *("--silver", "gs://customer360-silver-data"),
    *("--warehouse", f"bigquery://{PROJECT}?location=europe-west1"),
]
HEAVY = {"duckdb", "pyspark", "rich", "typer", "sqlglot", "pandas"}


def asked(python: Path, home: Path, *words: str | Path, **env: str) -> str:
    """What a program says in the environment of Airflow."""
    done = subprocess.run(
        [str(python), *map(str, words)],
        cwd=home,
        env={"PATH": os.environ["PATH"], "AIRFLOW_HOME": str(home), **OF_AIRFLOW, **env},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def dags(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dag") / "dags"
    make_dags(folder, settings_of_env(PROJECT=PROJECT, MAIL_TO="team@example.com"))
    return folder


@pytest.fixture(scope="module")
def dag(dags: Path, airflow_python: Path, airflow_home: Path) -> dict[str, Any]:
    own = {"AIRFLOW__CORE__DAGS_FOLDER": str(dags)}
    told = asked(airflow_python, airflow_home, DESCRIBE, dags, **own)
    found: dict[str, Any] = json.loads(told.strip().splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def numbered(
    airflow_python: Path, airflow_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The settings of a project whose versions look like numbers, and its DAG."""
    folder = tmp_path_factory.mktemp("numbered") / "dags"
    make_dags(
        folder, settings_of_env(PROJECT=PROJECT, IMAGE_VERSION="3.0", CONNECTOR_VERSION="0.5")
    )
    settings = json.loads((folder / "customer360_ingestion_dag.json").read_text(encoding="utf-8"))
    own = {"AIRFLOW__CORE__DAGS_FOLDER": str(folder)}
    told = asked(airflow_python, airflow_home, DESCRIBE, folder, **own)
    return settings, json.loads(told.strip().splitlines()[-1])


def words(dag: dict[str, Any], name: str) -> list[str]:
    return dag["jobs"][name]["pyspark_job"]["args"]


def most_seconds(task: dict[str, Any]) -> float:
    """All tries of a task, each ended by its deadline, with the longest waits between them."""
    tries, wait = task["retries"] + 1, task["max_retry_delay"]
    return tries * task["execution_timeout"] + task["retries"] * wait


def test_it_is_daily_alone_and_catches_nothing_up(dag: dict[str, Any]) -> None:
    assert dag["schedule"] == "0 4 * * *"
    assert dag["catchup"] is False
    assert dag["max_active_runs"] == 1
    assert dag["tags"] == ["customer360"]
    assert "What to do when a task failed" in dag["doc_md"]


def test_a_run_has_time_for_every_try_of_every_task_and_tells_when_it_is_cut_off(
    dag: dict[str, Any],
) -> None:
    longest = 0.0
    for name in ("list_sources", "validate", "create_cluster", "clean_silver", "publish"):
        longest += most_seconds(dag["tasks"][name])
    longest += dag["tasks"]["wait_for_source"]["timeout"]
    for name in ("check_publication", "notify.notify_by_mail"):  # beside the tear-down
        longest += most_seconds(dag["tasks"][name])
    assert longest < dag["deadline"]
    assert dag["tells_failure"]
    assert "by itself when it has been idle for 30 minutes" in dag["doc_md"]


def test_the_tasks_follow_one_another(dag: dict[str, Any]) -> None:
    assert {name: task["downstream"] for name, task in dag["tasks"].items()} == {
        "list_sources": ["wait_for_source"],
        "wait_for_source": ["validate"],
        "validate": ["create_cluster"],
        "create_cluster": ["clean_silver", "delete_cluster"],
        "clean_silver": ["publish"],
        "publish": ["check_publication", "delete_cluster"],
        "delete_cluster": [],
        "check_publication": ["notify.notify_by_mail", "notify.notify_by_message"],
        "notify.notify_by_mail": [],
        "notify.notify_by_message": [],
    }
    by_role = {
        role: [name for name, task in dag["tasks"].items() if task[role]]
        for role in ("setup", "teardown", "mapped")
    }
    assert by_role == {
        "setup": ["create_cluster"],
        "teardown": ["delete_cluster"],
        "mapped": ["wait_for_source"],
    }


def test_google_operators_are_used_as_they_are(dag: dict[str, Any]) -> None:
    own = {name: task["operator"] for name, task in dag["tasks"].items()}
    assert own["wait_for_source"] == "GCSObjectsWithPrefixExistenceSensor"
    assert own["create_cluster"] == "DataprocCreateClusterOperator"
    assert own["clean_silver"] == own["publish"] == "DataprocSubmitJobOperator"
    assert own["delete_cluster"] == "DataprocDeleteClusterOperator"


@pytest.mark.parametrize(
    "name", ["validate", "create_cluster", "clean_silver", "publish", "delete_cluster"]
)
def test_a_task_is_retried_with_backoff_within_a_deadline(dag: dict[str, Any], name: str) -> None:
    task = dag["tasks"][name]
    assert (task["retries"], task["retry_delay"], task["backoff"]) == (2, 300, True)
    assert task["execution_timeout"] == (7200 if name in ("clean_silver", "publish") else 1800)
    assert task["tells_failure"]


def test_the_sensor_holds_no_worker_and_gives_up(dag: dict[str, Any]) -> None:
    sensor = dag["tasks"]["wait_for_source"]
    assert (sensor["mode"], sensor["timeout"]) == ("reschedule", 7200)
    assert sensor["shown_as"] == "{{ task.prefix }}"
    assert sensor["tells_failure"]


def test_a_cluster_is_asked_for_as_the_settings_have_it_though_versions_look_like_numbers(
    numbered: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    settings, dag = numbered
    assert settings["cluster"]["software_config"]["image_version"] == "3.0"
    assert dag["cluster"] == settings["cluster"]


def test_the_gold_tables_are_assets(dag: dict[str, Any]) -> None:
    assert dag["tasks"]["check_publication"]["outlets"] == [
        f"bigquery://{PROJECT}/customer360_gold/{contract.name}" for contract in GOLD_CONTRACTS
    ]


def test_every_parameter_is_described_and_typed(dag: dict[str, Any]) -> None:
    assert set(dag["params"]) == {"allow_shrink", "as_of", "cluster", "mail_to", "pubsub_topic"}
    assert all(len(text) > 20 for text in dag["descriptions"].values())
    assert all("type" in schema for schema in dag["params"].values())


def test_each_try_has_another_job_id_and_the_same_words_but_for_its_report(
    dag: dict[str, Any],
) -> None:
    first, second = dag["jobs"]["first"], dag["jobs"]["second"]
    ids = [job["reference"]["job_id"] for job in (first, second)]
    assert ids[0].removesuffix("-1") == ids[1].removesuffix("-2")
    assert ids[0] != ids[1]
    reports = [f"gs://customer360-scripts/reports/{job}.json" for job in ids]
    told = [
        [word for word in words(dag, name) if word not in reports] for name in ("first", "second")
    ]
    assert told[0] == told[1] == ["run", *OUR_WORDS, "--report", "--log-format", "json"]


def test_silver_is_cleaned_apart_on_the_same_cluster(dag: dict[str, Any]) -> None:
    assert words(dag, "silver")[:3] == ["run", "--only", "silver"]
    silver, publish = dag["jobs"]["silver"], dag["jobs"]["first"]
    assert silver["placement"] == publish["placement"]
    assert silver["reference"]["job_id"] != publish["reference"]["job_id"]


def test_as_of_is_passed_only_where_it_is_asked_for(dag: dict[str, Any]) -> None:
    assert "--as-of" not in words(dag, "first")
    assert words(dag, "asked")[-6:] == [
        *("--allow-shrink", "Stores", "--allow-shrink", "Agents"),
        *("--as-of", "2025-12-31"),
    ]
    assert dag["jobs"]["asked"]["placement"] == {"cluster_name": "mine"}


def test_the_dag_imports_airflow_google_and_nothing_of_ours_at_its_top() -> None:
    tree = ast.parse(DAG_FILE.read_text(encoding="utf-8"))
    modules = {node.module for node in tree.body if isinstance(node, ast.ImportFrom)}
    modules |= {
        name.name for node in tree.body if isinstance(node, ast.Import) for name in node.names
    }
    foreign = {name for name in modules if name.split(".")[0] in ("airflow", "c360", "pyspark")}
    assert {name for name in foreign if not name.startswith("airflow.providers.google.")} == {
        "airflow.providers.common.compat.sdk"
    }


@pytest.mark.parametrize("module", ["c360.validate", "c360.scheduling", "c360.registry.read"])
def test_what_runs_on_the_worker_starts_no_part_of_the_engine(
    dags: Path, airflow_python: Path, airflow_home: Path, module: str
) -> None:
    script = f"import sys, {module}; print({module}.__file__, {HEAVY!r} & set(sys.modules))"
    told = asked(airflow_python, airflow_home, "-c", script, PYTHONPATH=str(dags / "c360.zip"))
    assert told == f"{dags}/c360.zip/{module.replace('.', '/')}.py set()\n"
