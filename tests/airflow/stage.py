"""The world around a run of the DAG on this machine: servers, buckets, settings, its outcome."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from google.auth.credentials import AnonymousCredentials
from google.cloud import storage

from tests.airflow.connect_proxy import ConnectProxy
from tests.airflow.mail_server import MailServer
from tests.cloud.bigquery_server import BigQueryServer
from tests.cloud.gcs_server import GcsServer
from tests.deploy.scripts import DEPLOY, load_script

ROOT = DEPLOY.parent
RUN_DAG = ROOT / "tests" / "airflow" / "run_dag.py"
CLEAR_TASK = ROOT / "tests" / "airflow" / "clear_task.py"
DEADLINE = 1500  # seconds of one run; alone on a machine it takes about 60
PROJECT, REGION = "demo-project", "europe-west1"
CLUSTERS = {"kept-by-hand": "RUNNING", "broken-by-hand": "ERROR"}  # not made by any run


@dataclass(frozen=True)
class Outcome:
    """What became of one run of the DAG."""

    state: str
    run_id: str
    tasks: Mapping[str, str]  # states; of a mapped task the worst
    tries: Mapping[str, int]
    output: str

    @property
    def untouched(self) -> set[str]:
        """The tasks that were never started."""
        return {name for name, state in self.tasks.items() if state == "upstream_failed"}


@dataclass
class Stage:
    """One project of Google Cloud, one Airflow, and what a test may ask and change."""

    folder: Path
    python: Path  # of an environment that has Airflow
    gcs: GcsServer
    bigquery: BigQueryServer
    proxy: ConnectProxy
    mail: MailServer
    dataproc: Path  # the folder of the stand-in
    environment: Mapping[str, str]
    known: Mapping[str, str]  # the variables of settings.env

    @property
    def dags(self) -> Path:
        return self.folder / "dags"

    @property
    def warehouse(self) -> str:
        return self.bigquery.warehouse(PROJECT)

    @cached_property
    def client(self) -> storage.Client:
        return storage.Client(project=PROJECT, credentials=AnonymousCredentials())

    def put(self, bucket: str, name: str, data: bytes) -> None:
        self.client.bucket(self.known[bucket]).blob(name).upload_from_string(data)

    def remove(self, bucket: str, name: str) -> None:
        self.client.bucket(self.known[bucket]).blob(name).delete()

    def names(self, bucket: str, prefix: str) -> list[str]:
        blobs = self.client.list_blobs(self.known[bucket], prefix=prefix)
        return sorted(blob.name for blob in blobs)

    def report(self, job: str) -> dict[str, Any]:
        """What a job left in the bucket."""
        blob = self.client.bucket(self.known["SCRIPTS_BUCKET"]).blob(f"reports/{job}.json")
        found: dict[str, Any] = json.loads(blob.download_as_bytes())
        return found

    def plan(self, faults: Mapping[str, Any]) -> None:
        """What the stand-in of Dataproc shall do wrong, once each.

        Args:
            faults: `create_cluster` with the message of its refusal, `broken_cluster` with
                that of a cluster that is made and does not come up; `job NAME` with "kill", or
                with variables of the environment of that job. A list has one for each time.
        """
        (self.dataproc / "faults.json").write_text(json.dumps(faults), encoding="utf-8")

    def set(self, **settings: Any) -> None:
        """Change settings of the DAG, in the file beside it."""
        path = self.dags / "customer360_ingestion_dag.json"
        known = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(known | settings), encoding="utf-8")

    def events(self, event: str) -> list[dict[str, Any]]:
        """What the stand-in of Dataproc was asked, or did, so far."""
        log = self.dataproc / "log.jsonl"
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        return [line for line in map(json.loads, lines) if line["event"] == event]

    def jobs_since(self, number: int) -> list[str]:
        """The ids of the jobs that were submitted after the first `number`."""
        return [each["job"] for each in self.events("submit_job")[number:]]

    @property
    def clusters(self) -> set[str]:
        """The clusters that are there now."""
        there = set(CLUSTERS)
        changes = self.events("cluster_made") + self.events("delete_cluster")
        for each in sorted(changes, key=lambda change: change["at"]):
            change = there.add if each["event"] == "cluster_made" else there.discard
            change(each["cluster"])
        return there

    def run(self, day: str, **conf: Any) -> Outcome:
        """One run of the DAG with these parameters, in a process of its own."""
        done = subprocess.run(
            [str(self.python), str(RUN_DAG), str(self.dags), day, json.dumps(conf)],
            cwd=self.folder,
            env=dict(self.environment),
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
        )
        (self.folder / "last_run.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
        assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
        return _outcome(done.stdout)

    def clear(self, run_id: str, task_id: str) -> dict[str, Any]:
        """Clear a task of a run, and ask whether its next try would be submitted."""
        done = subprocess.run(
            [str(self.python), str(CLEAR_TASK), str(self.dags), run_id, task_id],
            cwd=self.folder,
            env=dict(self.environment),
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
        )
        assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
        told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        return told


def make_dags(folder: Path, known: Mapping[str, str]) -> None:
    """What deploy/85_dag.sh puts into an environment, made by the same scripts."""
    folder.mkdir(parents=True)
    for source in ("dags/customer360_ingestion_dag.py", "dags/.airflowignore", "conf/tables.yaml"):
        target = folder / Path(source).name
        target.write_bytes((ROOT / source).read_bytes())
    load_script("build_zip").build_zip(folder / "c360.zip")
    packages = load_script("pip_packages")
    listed = packages.pip_packages(packages.PINS.read_text(encoding="utf-8"), "3.11")
    settings = load_script("dag_settings").dag_settings(known, listed)
    text = json.dumps(settings, indent=2)
    (folder / "customer360_ingestion_dag.json").write_text(text, encoding="utf-8")


def _outcome(output: str) -> Outcome:
    told = json.loads(output.strip().splitlines()[-1])
    states: dict[str, str] = {}
    tries: dict[str, int] = {}
    for each in told["tasks"]:
        name = each["task"]
        if states.get(name) in (None, "success"):
            states[name] = each["state"]
        tries[name] = max(tries.get(name, 0), each["tries"])
    return Outcome(told["state"], told["run_id"], states, tries, output)
