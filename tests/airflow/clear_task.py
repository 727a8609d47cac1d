"""Clears a task of a run as a person does; a program for Airflow's Python.

`clear_task.py DAGS RUN_ID TASK_ID`. The last line of standard output is JSON: the number of the try
that comes next, and why the DAG would not submit it, null when it would.
"""

from __future__ import annotations

import inspect
import json
import sys
from types import SimpleNamespace
from typing import Any

from airflow.models.taskinstance import TaskInstance, clear_task_instances
from airflow.utils.session import create_session
from run_dag import DAG_ID, load
from sqlalchemy import select


def clear(dag: Any, run_id: str, task_id: str) -> SimpleNamespace:
    """As much of the next try as the DAG's hooks ask for."""
    known = inspect.signature(clear_task_instances).parameters
    own = {"dag": dag} if "dag" in known else {}  # which Airflow 3 finds by itself
    with create_session() as session:
        asked = select(TaskInstance).filter_by(dag_id=DAG_ID, run_id=run_id, task_id=task_id)
        ti = session.scalars(asked).one()
        clear_task_instances([ti], session, **own)
        session.flush()
        task = dag.get_task(task_id)
        number = ti.try_number + 1  # which the scheduler counts when it queues the task
        return SimpleNamespace(
            task_id=task_id, task=task, try_number=number, max_tries=ti.max_tries
        )


def main() -> None:
    folder, run_id, task_id = sys.argv[1:]
    ti = clear(load(folder), run_id, task_id)
    refused = None
    try:
        ti.task._pre_execute_hook({"ti": ti, "task": ti.task, "run_id": run_id})
    except Exception as error:
        refused = str(error)
    sys.stdout.write("\n" + json.dumps({"try": ti.try_number, "refused": refused}) + "\n")


if __name__ == "__main__":
    main()
