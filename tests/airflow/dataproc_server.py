"""A stand-in for Dataproc: its gRPC services, and jobs that real `spark-submit` runs here.

It is run as a program in the environment of Airflow, which has the messages of the API:
`dataproc_server.py FOLDER`. In FOLDER lie `settings.json` (how a job is run), `faults.json` (what
shall fail, read at each request, used up as it happens), and `log.jsonl` (what was asked and done).
The port is printed.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc
from google.cloud import dataproc_v1 as api
from google.longrunning import operations_pb2
from google.protobuf import any_pb2, empty_pb2
from google.pubsub_v1 import PublishRequest, PublishResponse
from run_dag import stop_with_parent

State = api.JobStatus.State
JOB_DEADLINE = 900  # seconds
FOLDER = Path(sys.argv[1])
SETTINGS = json.loads((FOLDER / "settings.json").read_text(encoding="utf-8"))
clusters: dict[str, api.Cluster] = {
    name: api.Cluster(
        cluster_name=name, status=api.ClusterStatus(state=api.ClusterStatus.State[state])
    )
    for name, state in SETTINGS["clusters"].items()
}
jobs: dict[str, api.Job] = {}
operations: dict[str, operations_pb2.Operation] = {}
running: set[subprocess.Popen[bytes]] = set()
lock = threading.RLock()


def log(event: str, **known: Any) -> None:
    """One line that tests read."""
    with lock, (FOLDER / "log.jsonl").open("a", encoding="utf-8") as lines:
        lines.write(json.dumps({"event": event, "at": time.time(), **known}) + "\n")


def fault(name: str) -> Any:
    """What shall fail at this place, once; None when nothing does."""
    path = FOLDER / "faults.json"
    with lock:
        planned = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        found = planned.pop(name, None)
        if isinstance(found, list):  # one after the other
            found, planned[name] = (found[0], found[1:]) if found else (None, [])
        if found is not None:
            path.write_text(json.dumps(planned), encoding="utf-8")
    return found


def create_cluster(request: api.CreateClusterRequest, context: Any) -> Any:
    cluster, name = request.cluster, request.cluster.cluster_name
    log(
        "create_cluster", cluster=name, config=json.loads(api.ClusterConfig.to_json(cluster.config))
    )
    if message := fault("create_cluster"):
        context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, message)
    with lock:
        if name in clusters:
            context.abort(grpc.StatusCode.ALREADY_EXISTS, f"Already exists: cluster {name}")
        broken = fault("broken_cluster")
        state = "ERROR" if broken else "RUNNING"
        cluster.status = api.ClusterStatus(state=api.ClusterStatus.State[state])
        clusters[name] = cluster
    log("cluster_made", cluster=name)
    return done(api.Cluster.pb(cluster), name, broken)


def get_cluster(request: api.GetClusterRequest, context: Any) -> api.Cluster:
    return clusters.get(request.cluster_name) or missing(context, request.cluster_name)


def delete_cluster(request: api.DeleteClusterRequest, context: Any) -> Any:
    log("delete_cluster", cluster=request.cluster_name)
    if clusters.pop(request.cluster_name, None) is None:
        missing(context, request.cluster_name)
    return done(empty_pb2.Empty(), request.cluster_name)


def done(answer: Any, cluster: str, error: str | None = None) -> operations_pb2.Operation:
    """An operation on a cluster that has ended already, well or with an error."""
    packed, about = any_pb2.Any(), any_pb2.Any()
    packed.Pack(answer)
    about.Pack(api.ClusterOperationMetadata.pb(api.ClusterOperationMetadata(cluster_name=cluster)))
    name = f"operations/{len(operations)}"
    ended = operations_pb2.Operation(name=name, done=True, response=packed, metadata=about)
    if error:
        ended.error.code, ended.error.message = grpc.StatusCode.INTERNAL.value[0], error
    operations[name] = ended
    return operations[name]


def get_operation(request: Any, context: Any) -> operations_pb2.Operation:
    return operations.get(request.name) or missing(context, request.name)


def submit_job(request: api.SubmitJobRequest, context: Any) -> api.Job:
    job = request.job
    name, cluster = job.reference.job_id, job.placement.cluster_name
    log("submit_job", job=name, cluster=cluster, args=list(job.pyspark_job.args))
    with lock:
        if cluster not in clusters:
            missing(context, f"cluster {cluster}")
        if name in jobs:
            context.abort(grpc.StatusCode.ALREADY_EXISTS, f"Already exists: job {name}")
        job.status = api.JobStatus(state=State.PENDING)
        jobs[name] = job
    threading.Thread(target=run_job, args=(job,), daemon=True).start()
    return job


def get_job(request: api.GetJobRequest, context: Any) -> api.Job:
    return jobs.get(request.job_id) or missing(context, request.job_id)


def missing(context: Any, name: str) -> Any:
    context.abort(grpc.StatusCode.NOT_FOUND, f"Not found: {name}")


def run_job(job: api.Job) -> None:
    """Carry out a job as Dataproc's agent does: its files in a folder of its own, then submit."""
    name = job.reference.job_id
    folder = FOLDER / "jobs" / name
    folder.mkdir(parents=True)
    environment = {**SETTINGS["environment"]}
    planned = fault(f"job {name.rsplit('-', 2)[0]}")
    if isinstance(planned, dict):
        environment.update(planned)
    job.status = api.JobStatus(state=State.RUNNING)
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen(
            words_of(job, folder), cwd=folder, env=environment, stdout=output, stderr=output
        )
        running.add(process)
        if planned == "kill":
            time.sleep(SETTINGS["kill_after"])
            process.kill()
        try:
            code = process.wait(JOB_DEADLINE)
        except subprocess.TimeoutExpired:  # a job that stays RUNNING would be waited for
            process.kill()
            code = process.wait()
        running.discard(process)
    log("job_ended", job=name, code=code)
    said = (folder / "output.txt").read_text(encoding="utf-8", errors="replace")[-300:]
    state = State.DONE if code == 0 else State.ERROR
    job.status = api.JobStatus(state=state, details="" if code == 0 else said)


def words_of(job: api.Job, folder: Path) -> list[str]:
    """The command; what lies in a bucket is fetched first, and files lie where the job starts."""
    pyspark = job.pyspark_job
    for uri in pyspark.file_uris:
        fetch(uri, folder)
    code = ",".join(str(fetch(uri, folder)) for uri in pyspark.python_file_uris)
    options = [f"--conf={key}={value}" for key, value in pyspark.properties.items()]
    main = fetch(pyspark.main_python_file_uri, folder)
    return [SETTINGS["spark_submit"], *options, f"--py-files={code}", str(main), *pyspark.args]


def fetch(uri: str, folder: Path) -> Path:
    target = folder / uri.rsplit("/", 1)[1]
    target.write_bytes(Path(SETTINGS["buckets"], uri.removeprefix("gs://")).read_bytes())
    return target


def publish(request: PublishRequest, _: Any) -> PublishResponse:
    """Pub/Sub is asked here too: one call, of which only the message counts."""
    for message in request.messages:
        log(
            "message",
            topic=request.topic,
            text=message.data.decode(),
            attributes=dict(message.attributes),
        )
    return PublishResponse(message_ids=[str(number) for number, _ in enumerate(request.messages)])


def handler(answer: Callable[[Any, Any], Any], request: Any, response: Any) -> Any:
    """A method of a service; messages of both kinds of library are known."""
    read = getattr(request, "deserialize", None) or request.FromString
    write = getattr(response, "serialize", None) or response.SerializeToString
    return grpc.unary_unary_rpc_method_handler(answer, read, write)


SERVICES = {
    "google.cloud.dataproc.v1.ClusterController": {
        "CreateCluster": handler(
            create_cluster, api.CreateClusterRequest, operations_pb2.Operation
        ),
        "GetCluster": handler(get_cluster, api.GetClusterRequest, api.Cluster),
        "DeleteCluster": handler(
            delete_cluster, api.DeleteClusterRequest, operations_pb2.Operation
        ),
    },
    "google.cloud.dataproc.v1.JobController": {
        "SubmitJob": handler(submit_job, api.SubmitJobRequest, api.Job),
        "GetJob": handler(get_job, api.GetJobRequest, api.Job),
    },
    "google.longrunning.Operations": {
        "GetOperation": handler(
            get_operation, operations_pb2.GetOperationRequest, operations_pb2.Operation
        )
    },
    "google.pubsub.v1.Publisher": {"Publish": handler(publish, PublishRequest, PublishResponse)},
}


def stop_jobs() -> None:
    """A cluster that is gone runs nothing."""
    for process in running.copy():
        process.kill()


def stop(*_: object) -> None:
    stop_jobs()
    sys.exit()


def main() -> None:
    """Serve until the process is stopped."""
    signal.signal(signal.SIGTERM, stop)
    server = grpc.server(futures.ThreadPoolExecutor(8))
    server.add_generic_rpc_handlers(
        tuple(grpc.method_handlers_generic_handler(*service) for service in SERVICES.items())
    )
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    stop_with_parent(stop_jobs)
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    server.wait_for_termination()


if __name__ == "__main__":
    main()
