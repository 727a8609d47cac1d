"""Runs the DAG once with `dag.test()` and prints what became of it; a program for Airflow's Python.

`run_dag.py DAGS LOGICAL_DATE CONF`: the folder of the DAG, an ISO date, and the run's parameters as
JSON. The last line of standard output is JSON: the state of the run and of every task.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import importlib
import inspect
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

DAG_ID = "customer360_ingestion_dag"


def stop_with_parent(before: Callable[[], None] = lambda: None) -> None:
    """End this process when the one that started it is gone, killed tests included."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        before()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def load(folder: str) -> Any:
    """The DAG of the folder, as a scheduler finds it."""
    try:
        from airflow.dag_processing.dagbag import DagBag  # noqa: PLC0415  since Airflow 3.2
    except ImportError:
        from airflow.models.dagbag import DagBag  # noqa: PLC0415
    with contextlib.suppress(ImportError):  # Airflow 2 forgets a run only where it knows users
        importlib.import_module("airflow.providers.fab.auth_manager.models")
    bag = DagBag(dag_folder=folder)
    if bag.import_errors:
        sys.exit("\n".join(bag.import_errors.values()))
    return bag.dags[DAG_ID]


def run(dag: Any, day: str, conf: dict[str, Any]) -> Any:
    """The run of that logical date; Airflow 2 has another name for it."""
    date = dt.datetime.fromisoformat(day).replace(tzinfo=dt.UTC)
    known = inspect.signature(dag.test).parameters
    name = "logical_date" if "logical_date" in known else "execution_date"
    return dag.test(**{name: date}, run_conf=conf)


def tell_callbacks_what_failed() -> None:
    """Hand callbacks the exception, as workers do; `dag.test()` of Airflow 3.1 leaves it out."""
    try:
        from airflow.sdk.execution_time import task_runner  # noqa: PLC0415
    except ImportError:  # Airflow 2, which hands it over
        return
    finalize = task_runner.finalize

    def told(ti: Any, state: Any, context: Any, log: Any, error: Any = None) -> None:
        context["exception"] = error
        finalize(ti, state, context, log, error)

    task_runner.finalize = told


def main() -> None:
    """Print the outcome; the run's failure is not this program's."""
    stop_with_parent()
    tell_callbacks_what_failed()
    folder, day, conf = sys.argv[1:]
    done = run(load(folder), day, json.loads(conf))
    tasks = [
        {
            "task": each.task_id,
            "index": each.map_index,
            "state": str(getattr(each.state, "value", each.state)),
            "tries": each.try_number,
        }
        for each in done.get_task_instances()
    ]
    state = str(getattr(done.state, "value", done.state))
    sys.stdout.write(
        "\n" + json.dumps({"state": state, "run_id": done.run_id, "tasks": tasks}) + "\n"
    )


if __name__ == "__main__":
    main()
