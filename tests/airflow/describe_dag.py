"""Prints the DAG of a folder as JSON, as Airflow understands it; a program for Airflow's Python.

`describe_dag.py DAGS`. Templates are rendered for a run with the id `manual__2025-12-31`.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from run_dag import load

RUN_ID = "manual__2025-12-31"


class Instance:
    """As much of a task instance as templates ask for."""

    def __init__(self, task_id: str, try_number: int) -> None:
        self.task_id, self.try_number = task_id, try_number


def seconds(span: Any) -> float | None:
    return None if span is None else span.total_seconds()


def described(task: Any) -> dict[str, Any]:
    """What a test asks of one task; a mapped one keeps its words apart."""
    mapped = hasattr(task, "partial_kwargs")
    given = {**task.partial_kwargs} if mapped else vars(task)
    return {
        "operator": task.task_type,
        "downstream": sorted(task.downstream_task_ids),
        "setup": task.is_setup,
        "teardown": task.is_teardown,
        "mapped": mapped,
        "retries": given.get("retries"),
        "retry_delay": seconds(given.get("retry_delay")),
        "max_retry_delay": seconds(given.get("max_retry_delay")),
        "backoff": bool(given.get("retry_exponential_backoff")),
        "execution_timeout": seconds(given.get("execution_timeout")),
        "tells_failure": bool(given.get("on_failure_callback")),
        "mode": given.get("mode"),
        "shown_as": given.get("map_index_template"),
        "timeout": given.get("timeout"),
        "outlets": [outlet.uri for outlet in given.get("outlets") or ()],
    }


def job(dag: Any, task_id: str, try_number: int, **params: Any) -> dict[str, Any]:
    """The job that a task submits, with its templates rendered."""
    task = dag.get_task(task_id)
    context = {
        **(dag.user_defined_macros or {}),
        "run_id": RUN_ID,
        "ti": Instance(task_id, try_number),
        "params": {name: param.value for name, param in dag.params.items()} | params
        if hasattr(dag.params, "items")
        else params,
    }
    environment = dag.get_template_env()
    rendered: dict[str, Any] = task.render_template(task.job, context, jinja_env=environment)
    return rendered


def cluster(dag: Any) -> Any:
    """The cluster that is asked for, with its templates rendered."""
    task = dag.get_task("create_cluster")
    return task.render_template(task.cluster_config, {}, jinja_env=dag.get_template_env())


def main() -> None:
    dag = load(sys.argv[1])
    told = {
        "schedule": str(getattr(dag, "schedule", None) or dag.schedule_interval),  # of Airflow 2
        "catchup": dag.catchup,
        "max_active_runs": dag.max_active_runs,
        "deadline": seconds(dag.dagrun_timeout),
        "tells_failure": bool(dag.on_failure_callback),
        "doc_md": dag.doc_md,
        "tags": sorted(dag.tags),
        "params": {name: dict(dag.params.get_param(name).schema) for name in dag.params},
        "descriptions": {name: dag.params.get_param(name).description for name in dag.params},
        "tasks": {task.task_id: described(task) for task in dag.tasks},
        "cluster": cluster(dag),
        "jobs": {
            "first": job(dag, "publish", 1),
            "second": job(dag, "publish", 2),
            "silver": job(dag, "clean_silver", 1),
            "asked": job(
                dag,
                "publish",
                1,
                as_of="2025-12-31",
                allow_shrink=["Stores", "Agents"],
                cluster="mine",
            ),
        },
    }
    sys.stdout.write("\n" + json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
