"""The DAG `customer360_ingestion_dag`: validates bronze, runs c360 on Dataproc, checks, notifies.

It has no logic of its own: the job is `c360 run`, and what surrounds it is asked of the same
package, all but the words that tell of a failure, which must not need it. Beside this file lie the
settings of the project (customer360_ingestion_dag.json), the registry (tables.yaml) and the code
(c360.zip, which the job gets too): see deploy/85_dag.sh.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import html
import json
import logging
import sys
from pathlib import Path
from typing import Any

from airflow.providers.common.compat.sdk import (
    DAG,
    AirflowException,
    AirflowFailException,
    AirflowSkipException,
    Asset,
    Param,
    TaskGroup,
    literal,
    task,
)
from airflow.providers.google.cloud.hooks.bigquery import BigQueryHook
from airflow.providers.google.cloud.hooks.dataproc import DataprocHook
from airflow.providers.google.cloud.hooks.gcs import GCSHook
from airflow.providers.google.cloud.hooks.pubsub import PubSubHook
from airflow.providers.google.cloud.operators.dataproc import (
    DataprocCreateClusterOperator,
    DataprocDeleteClusterOperator,
    DataprocSubmitJobOperator,
)
from airflow.providers.google.cloud.sensors.gcs import GCSObjectsWithPrefixExistenceSensor
from google.api_core.exceptions import NotFound

LOG = logging.getLogger(__name__)
HERE = Path(__file__).resolve().parent
REGISTRY = HERE / "tables.yaml"
OURS = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
PROJECT, REGION, SCRIPTS = OURS["project"], OURS["region"], OURS["scripts_bucket"]
FOLDER = "raw"  # of bronze, in its bucket
BRONZE = f"gs://{OURS['raw_bucket']}/{FOLDER}"
GOLD_TABLES = ("AOV", "CustomerSegments", "PeakTimes", "AgentKPIs", "Customer360")
PLACES = {
    "registry": f"gs://{SCRIPTS}/conf/tables.yaml",
    "bronze": BRONZE,
    "silver": f"gs://{OURS['silver_bucket']}",
    "warehouse": f"bigquery://{PROJECT}?location={OURS['location']}",
}
JOB = dt.timedelta(minutes=OURS["job_minutes"])  # the longest try of a job
# Longer than every try of every task together: a run that is cut off skips its tear-down.
LONGEST = dt.timedelta(minutes=OURS["wait_minutes"], hours=15) + 6 * JOB
IDLE_MINUTES = OURS["cluster"]["lifecycle_config"]["idle_delete_ttl"]["seconds"] // 60


def use_c360() -> None:
    """Let a task import c360 from the zip beside this file; the DAG itself never does."""
    if (code := str(HERE / "c360.zip")) not in sys.path:
        sys.path.insert(0, code)


def short(run_id: str) -> str:
    """A run's id as cluster and job ids allow it."""
    return hashlib.sha256(run_id.encode()).hexdigest()[:12]


def cluster_name(run_id: str, params: dict[str, Any]) -> str:
    """The cluster that was asked for, or one of this run."""
    return params["cluster"] or f"c360-{short(run_id)}"


def job_id(task_id: str, run_id: str, try_number: int) -> str:
    """Another id for each try: Dataproc hands back the old job, failed, to whoever repeats one."""
    return f"{task_id.replace('_', '-')}-{short(run_id)}-{try_number}"


def report_name(job: str) -> str:
    """The object in the scripts bucket where a job leaves its report."""
    return f"reports/{job}.json"


def words(job: str, params: dict[str, Any], only: str = "") -> list[str]:
    """The words of `c360 run`, the same for every try but for the report's name."""
    use_c360()
    from c360.scheduling import run_words  # noqa: PLC0415  the task's own path

    report = f"gs://{SCRIPTS}/{report_name(job)}"
    return run_words(PLACES, report, params, only_silver=only == "silver")


def read_report(job: str) -> dict[str, Any] | None:
    """The report of a job, or None where it ended before it could write one."""
    gcs = GCSHook()
    if not gcs.exists(SCRIPTS, report_name(job)):
        return None
    return json.loads(gcs.download(SCRIPTS, report_name(job)))


def require_named_cluster(context: Any) -> None:
    """Where the run was given a cluster, it must be running: none is made in its place.

    The operator then finds that it is there. Should it break in between, it is not deleted.
    """
    if not (named := context["params"]["cluster"]):
        return
    context["task"].delete_on_error = False
    try:
        found = DataprocHook().get_cluster(region=REGION, cluster_name=named, project_id=PROJECT)
    except NotFound as absent:
        told = (
            f"the parameter cluster names {named!r} and {REGION} has no such cluster; none is made"
        )
        raise AirflowFailException(told) from absent
    if (state := found.status.state.name) != "RUNNING":
        raise AirflowException(f"cluster {named} is {state}, expected RUNNING; it stays as it is")


def keep_named_cluster(context: Any) -> None:
    """Delete nothing when the run was given a cluster."""
    if named := context["params"]["cluster"]:
        raise AirflowSkipException(f"the run was given cluster {named}")


def stop_when_refused(context: Any) -> None:
    """Submit nothing again when the try before was refused: its report says so, and why.

    The first try after a clear is submitted: somebody may have corrected what was refused.
    """
    ti = context["ti"]
    if ti.try_number == ti.max_tries - ti.task.retries + 1:
        return
    use_c360()
    from c360.scheduling import refusal  # noqa: PLC0415  the task's own path

    if why := refusal(read_report(job_id(ti.task_id, context["run_id"], ti.try_number - 1))):
        raise AirflowFailException(why)


def send_mail(params: dict[str, Any], subject: str, text: str) -> None:
    """One message over the connection `smtp_default`, whose extra names the sender."""
    from airflow.providers.smtp.hooks.smtp import SmtpHook  # noqa: PLC0415  only where it is wanted

    with SmtpHook() as smtp:
        body = f"<pre>{html.escape(text)}</pre>"
        smtp.send_email_smtp(to=params["mail_to"], subject=subject, html_content=body)


def send_message(params: dict[str, Any], event: str, text: str) -> None:
    """One message to the topic, with the event as an attribute to filter by."""
    message = {"data": text.encode(), "attributes": {"dag": "customer360", "event": event}}
    PubSubHook().publish(topic=params["pubsub_topic"], messages=[message], project_id=PROJECT)


def tell(params: dict[str, Any], subject: str, text: str) -> None:
    """A failure by mail and by message: the message also where the mail's error is to be raised."""
    try:
        if params["mail_to"]:
            send_mail(params, subject, text)
    finally:
        if params["pubsub_topic"]:
            send_message(params, "failure", text)


def reported(context: Any) -> str:
    """What the job of this try says of its end; empty where it says nothing, or cannot be asked."""
    ti = context["ti"]
    if not isinstance(context["task"], DataprocSubmitJobOperator):
        return ""
    try:
        report = read_report(job_id(ti.task_id, context["run_id"], ti.try_number))
    except Exception:  # storage may be what failed, and people are told all the same
        LOG.exception("The report of %s cannot be read", ti.task_id)
        return ""
    if not report or not report.get("message"):
        return ""
    return f"c360 exits {report['exit_code']}: {report['message']}\n\n"


def tell_failure(context: Any) -> None:
    """Say which task failed for good, why, and where to read on."""
    ti, prefix = context["ti"], getattr(context["task"], "prefix", None)
    waited = f" It waited for gs://{OURS['raw_bucket']}/{prefix}*." if prefix else ""
    text = (
        f"Task {ti.task_id} of run {context['run_id']} failed at try {ti.try_number}.{waited}\n\n"
        f"{context.get('exception') or 'The log has the reason.'}\n\n{reported(context)}"
        "Nothing half-done is visible: what was published before is still published.\n"
        f'The log: {ti.log_url}\nWhat to do: docs/deploy.md, "When it fails"'
    )
    tell(context["params"], f"Customer 360: {ti.task_id} failed", text)


def tell_cut_off(context: Any) -> None:
    """Say that a run took too long: its tasks are skipped then, and none of them tells."""
    if context.get("reason") != "timed_out":
        return  # a task failed, which has told
    hours = LONGEST // dt.timedelta(hours=1)
    text = (
        f"Run {context['run_id']} was cut off after {hours} hours; what was left of it is skipped, "
        "the tear-down too.\nA cluster of this run alone deletes itself when it has been idle for "
        f"{IDLE_MINUTES} minutes.\n\nNothing half-done is visible.\n"
        'What to do: docs/deploy.md, "When it fails"'
    )
    # The settings stand for the parameters where Airflow names no task to take them from.
    tell(context.get("params", OURS), "Customer 360: the run took too long", text)


def submit(task_id: str, only: str = "") -> DataprocSubmitJobOperator:
    """The task that submits `c360 run` to the cluster and waits for its end."""
    job = f"job_id('{task_id}', run_id, ti.try_number)"
    return DataprocSubmitJobOperator(
        task_id=task_id,
        project_id=PROJECT,
        region=REGION,
        job={
            "reference": {"project_id": PROJECT, "job_id": f"{{{{ {job} }}}}"},
            "placement": {"cluster_name": "{{ cluster_name(run_id, params) }}"},
            "pyspark_job": {
                "main_python_file_uri": f"gs://{SCRIPTS}/jobs/main.py",
                "python_file_uris": [f"gs://{SCRIPTS}/dist/c360.zip"],
                "args": f"{{{{ words({job}, params, '{only}') }}}}",
            },
        },
        pre_execute=stop_when_refused,
        execution_timeout=JOB,
    )


with DAG(
    dag_id="customer360_ingestion_dag",
    description="Bronze files in, one published batch of silver and gold out, or the old one kept",
    schedule=OURS["schedule"],
    start_date=dt.datetime(2025, 1, 1, tzinfo=dt.UTC),
    catchup=False,  # a run takes what is in bronze now: a missed day needs no run of its own
    max_active_runs=1,
    dagrun_timeout=LONGEST,
    on_failure_callback=tell_cut_off,
    render_template_as_native_obj=True,  # the words of the job are a list, and stay one
    user_defined_macros={"cluster_name": cluster_name, "job_id": job_id, "words": words},
    default_args={
        "retries": 2,
        "retry_delay": dt.timedelta(seconds=OURS["retry_seconds"]),
        "retry_exponential_backoff": True,
        "max_retry_delay": dt.timedelta(minutes=30),
        "execution_timeout": dt.timedelta(minutes=30),
        "on_failure_callback": tell_failure,
    },
    params={
        "as_of": Param(
            None,
            type=["null", "string"],
            format="date",
            description="Leave facts after this day out of gold; empty for the latest fact's day.",
        ),
        "allow_shrink": Param(
            [],
            type="array",
            items={"type": "string"},
            description="Tables that may lose more rows than the registry allows, this once.",
        ),
        "cluster": Param(
            None,
            type=["null", "string"],
            description="A running cluster to use and to keep; empty for one of this run alone.",
        ),
        "mail_to": Param(
            OURS["mail_to"],
            type="string",
            description="Who gets the mails of this run, with commas between them; empty for none.",
        ),
        "pubsub_topic": Param(
            OURS["pubsub_topic"],
            type="string",
            description="The topic that gets a message as well; empty for none.",
        ),
    },
    tags=["customer360"],
    doc_md=f"""
    ### Customer 360

    Brings the warehouse in line with the files below `{BRONZE}`, or leaves it as it was.

    1. **wait_for_source**, **validate**: every source has its files, and each can be read.
    2. **create_cluster**: one node for this run, deleted when the jobs have ended, well or not;
       should Airflow not come to that, by itself when it has been idle for {IDLE_MINUTES} minutes.
    3. **clean_silver**: `c360 run --only silver`; **publish**: `c360 run`, cleaning nothing twice.
    4. **check_publication**: the audit and the tables agree that this batch is published.
    5. **notify**: the ledger and the totals, by mail and to a topic.

    Every task may be cleared and run again: on unchanged files nothing changes, no row is added.
    What to do when a task failed: `docs/deploy.md`, "When it fails".
    """,
) as dag:

    @task
    def list_sources() -> list[str]:
        """The prefix to wait for of each source of the registry."""
        use_c360()
        from c360.registry.read import read_registry  # noqa: PLC0415  the task's own path
        from c360.scheduling import source_prefixes  # noqa: PLC0415

        return source_prefixes(read_registry(REGISTRY), FOLDER)

    @task
    def validate() -> dict[str, int]:
        """`c360 validate`, without Spark: every problem at once, before a cluster starts."""
        use_c360()
        from c360.errors import WrongUse  # noqa: PLC0415  the task's own path
        from c360.settings import Settings  # noqa: PLC0415
        from c360.validate import validate as validate_bronze  # noqa: PLC0415

        try:
            found = validate_bronze(Settings(registry=str(REGISTRY), bronze=BRONZE))
        except WrongUse as refusal:
            raise AirflowFailException(str(refusal)) from refusal
        if found.message:
            raise AirflowFailException(found.message)
        return {"files": len(found.files), "bytes": sum(file.bytes for file in found.files)}

    @task(outlets=[Asset(f"bigquery://{PROJECT}/customer360_gold/{name}") for name in GOLD_TABLES])
    def check_publication(job: str) -> dict[str, Any]:
        """Fail unless this batch is the head, every table is SUCCESS and the counts agree."""
        use_c360()
        from c360.registry.read import read_registry  # noqa: PLC0415  the task's own path
        from c360.scheduling import (  # noqa: PLC0415
            HEAD_AND_AUDIT,
            publication_problems,
            publication_text,
            published_tables,
        )

        report = read_report(job)
        if report is None:
            raise AirflowFailException(f"gs://{SCRIPTS}/{report_name(job)} is not there")
        client = BigQueryHook().get_client(project_id=PROJECT, location=OURS["location"])
        audit = [dict(row) for row in client.query_and_wait(HEAD_AND_AUDIT)]
        tables = published_tables(read_registry(REGISTRY))
        counts = {
            name: client.get_table(f"{PROJECT}.{table}").num_rows for name, table in tables.items()
        }
        if problems := publication_problems(report, audit, counts):
            raise AirflowFailException("\n".join(problems))
        return {
            "batch_id": report["batch_id"],
            "published_by": report["published_by"],
            "text": publication_text(report, audit),
        }

    @task
    def notify_by_mail(found: dict[str, Any], params: dict[str, Any] | None = None) -> None:
        """The ledger and the totals, to people."""
        if not params["mail_to"]:
            raise AirflowSkipException("mail_to is empty")
        send_mail(params, f"Customer 360: batch {found['batch_id']} is published", found["text"])

    @task
    def notify_by_message(found: dict[str, Any], params: dict[str, Any] | None = None) -> None:
        """The same to machines."""
        if not params["pubsub_topic"]:
            raise AirflowSkipException("pubsub_topic is empty")
        send_message(params, "success", found["text"])

    wait_for_source = GCSObjectsWithPrefixExistenceSensor.partial(
        task_id="wait_for_source",
        bucket=OURS["raw_bucket"],
        map_index_template="{{ task.prefix }}",  # what people see in place of a number
        mode="reschedule",  # no worker is held while nothing arrives
        poke_interval=60,
        timeout=OURS["wait_minutes"] * 60,
    ).expand(prefix=list_sources())
    create_cluster = DataprocCreateClusterOperator(
        task_id="create_cluster",
        project_id=PROJECT,
        region=REGION,
        cluster_name="{{ cluster_name(run_id, params) }}",
        cluster_config=literal(OURS["cluster"]),  # rendered, an image version 3.0 were a number
        use_if_exists=True,  # named by a person, or asked for by a try that died
        delete_on_error=True,  # but for one that a person named
        pre_execute=require_named_cluster,
    )
    clean_silver = submit("clean_silver", only="silver")
    publish = submit("publish")
    delete_cluster = DataprocDeleteClusterOperator(
        task_id="delete_cluster",
        project_id=PROJECT,
        region=REGION,
        cluster_name="{{ cluster_name(run_id, params) }}",
        pre_execute=keep_named_cluster,
    ).as_teardown(setups=create_cluster)

    wait_for_source >> validate() >> create_cluster >> clean_silver >> publish >> delete_cluster
    checked = check_publication(publish.output)
    with TaskGroup("notify"):
        notify_by_mail(checked)
        notify_by_message(checked)
