"""Calls the DAG's own hooks and callbacks; a program for Airflow's Python.

`call_dag.py DAGS CASES`. CASES is JSON, cases by name. A case has `call`, what is called ("before"
or "failure" of the `task`, "timeout" of the DAG), `params`, `tries` (try_number, max_tries) and
`error` of the task; and of the world around it `reports` by the try that wrote them, `clusters`
with their states, and what is `broken` ("mail", "storage"). Printed is what each raised and sent.
"""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace
from typing import Any

from google.api_core.exceptions import NotFound
from google.cloud.dataproc_v1 import Cluster, ClusterStatus
from run_dag import load

RUN_ID = "manual__2025-12-31"


def stand_in(own: dict[str, Any], case: dict[str, Any]) -> dict[str, list[list[str]]]:
    """Put the case's world into the DAG's module; what is sent is collected."""
    sent: dict[str, list[list[str]]] = {"mails": [], "messages": []}
    broken, clusters = case.get("broken", ()), case.get("clusters", {})
    number = case.get("tries", (1, 2))[0]

    def send_mail(_: Any, subject: str, text: str) -> None:
        if "mail" in broken:
            raise ConnectionError("no mail server")
        sent["mails"].append([subject, text])

    def read_report(job: str) -> Any:
        if "storage" in broken:
            raise ConnectionError("no storage")
        task_id, _, tried = job.replace("-", "_").rsplit("_", 2)
        assert task_id == case["task"], job
        assert int(tried) in (number - 1, number), job
        return case.get("reports", {}).get(tried)

    class Dataproc:
        def get_cluster(self, *, region: str, cluster_name: str, project_id: str) -> Cluster:
            if cluster_name not in clusters:
                raise NotFound(f"{project_id}/{region}/{cluster_name}")
            state = ClusterStatus.State[clusters[cluster_name]]
            return Cluster(cluster_name=cluster_name, status=ClusterStatus(state=state))

    own["send_mail"], own["read_report"], own["DataprocHook"] = send_mail, read_report, Dataproc
    own["send_message"] = lambda _, event, text: sent["messages"].append([event, text])
    return sent


def context_of(dag: Any, case: dict[str, Any]) -> dict[str, Any]:
    """What Airflow gives to a hook; to a DAG's callback it may give no task and no parameters."""
    known = {"dag": dag, "run_id": RUN_ID}
    if case["call"] == "timeout":
        return {**known, "reason": case["reason"]}
    task = dag.get_task(case["task"])
    number, most = case.get("tries", (1, 2))
    ti = SimpleNamespace(
        **{"task_id": case["task"], "task": task, "log_url": "http://airflow/log"},
        **{"try_number": number, "max_tries": most},
    )
    params = {"cluster": None, "mail_to": "a@example.com", "pubsub_topic": "topic"}
    params |= case.get("params", {})
    return {**known, "task": task, "ti": ti, "params": params, "exception": case.get("error")}


def hook_of(dag: Any, case: dict[str, Any]) -> Any:
    if case["call"] == "timeout":
        found = dag.on_failure_callback
    else:
        task = dag.get_task(case["task"])
        before = case["call"] == "before"
        found = task._pre_execute_hook if before else task.on_failure_callback
    return found[0] if isinstance(found, list) else found


def outcome(dag: Any, case: dict[str, Any]) -> dict[str, Any]:
    """Call what the case names."""
    hook, raised = hook_of(dag, case), None
    if hook is None:
        return {"raised": None, "mails": [], "messages": [], "deletes": True}
    sent = stand_in(hook.__globals__, case)
    context = context_of(dag, case)
    try:
        hook(context)
    except Exception as error:
        raised = [type(error).__name__, str(error)]
    deletes = getattr(context.get("task"), "delete_on_error", None)
    return {"raised": raised, **sent, "deletes": deletes}


def main() -> None:
    """Each case meets a DAG of its own."""
    folder, cases = sys.argv[1], json.loads(sys.argv[2])
    told = {name: outcome(load(folder), case) for name, case in cases.items()}
    sys.stdout.write("\n" + json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
