"""The stages of a run, in their order: what each needs is done by the one before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pyspark.sql import SparkSession

from c360.checks import CHECKS
from c360.drift import drift_warnings
from c360.errors import OutsideFailure
from c360.gold.gold_run import GoldRun
from c360.gold_notes import choose_as_of, gold_warnings
from c360.gold_store import require_consistent, write_gold
from c360.header import Header
from c360.intake import Intake, read_headers, require_readable
from c360.journal import Journal
from c360.ledger import table_ledger
from c360.places import Places
from c360.plan import Plan, refuse
from c360.progress import Progress
from c360.publishing import (
    describe_publication,
    is_published,
    published_tables,
    read_newest,
    read_totals,
    require_read_back,
)
from c360.registry.specs import Registry
from c360.report import CheckResult
from c360.settings import Settings
from c360.silver.failures import explained
from c360.silver.load import clean_files, read_states
from c360.silver.manifests import reused_batches, whole_batches, withdraw_damaged
from c360.silver.state import TableState, count_missing_references
from c360.silver.workspace import Workspace
from c360.tolerance import age_warnings, judge, require_tolerated, source_warnings
from c360.warehouse.protocol import Head

_NEXT_STEPS = (
    "`c360 verify` calculates gold a second time, in SQL, and compares every cell",
    "`c360 quarantine list` shows what was rejected, and why",
    "`c360 explain TABLE KEY` shows where a row comes from",
)

StartSpark = Callable[[int], SparkSession]


@dataclass(frozen=True, slots=True)
class Job:
    """What every stage of one run is given."""

    settings: Settings
    journal: Journal
    registry: Registry
    places: Places
    progress: Progress

    @property
    def plan(self) -> Plan:
        """The plan as it stands; a stage before the first plan is a defect."""
        if self.journal.plan is None:
            raise RuntimeError("no plan yet")
        return self.journal.plan

    def warn(self, warning: str) -> None:
        """Tell whoever listens, and keep it for the report."""
        self.journal.warnings.append(warning)
        self.progress.warn(warning)


def find_published(job: Job, intake: Intake, head: Head) -> bool:
    """True, and the journal says so, where the batch of this plan is already published."""
    warehouse = job.places.warehouse
    if not is_published(warehouse, job.registry, head, job.plan.batch_id):
        return False
    current = {file.file_id for file in job.plan.files}
    job.journal.plan = intake.plan(job.registry, current, job.settings.as_of_text)
    job.journal.published_by = head.run_id
    job.journal.as_of = next((row.as_of for row in warehouse.load_audit(head.run_id or "")), None)
    job.journal.totals = read_totals(warehouse, job.registry.policy.currency)
    newest = read_newest(warehouse, job.registry)
    for warning in age_warnings(job.registry, newest, job.journal.started_at):
        job.warn(warning)
    job.journal.succeed("up_to_date", ["`c360 status` shows the run that published it"])
    return True


def prepare(job: Job, intake: Intake) -> dict[str, Header]:
    """The headers of the files to clean by path, once silver's batches are verified; no JVM."""
    journal, silver = job.journal, job.places.silver
    whole, damaged = whole_batches(silver, job.plan)
    if job.settings.dry_run:
        for name in (file.pin.path for file in job.plan.files if file.file_id in damaged):
            job.warn(f"{name}: its silver batch is damaged; a run sets it aside and cleans again")
    else:
        for told in withdraw_damaged(silver, job.plan, damaged, journal.run_id):
            job.warn(told)
    plan = intake.plan(job.registry, whole, job.settings.as_of_text)
    journal.plan, headers = read_headers(job.places.bronze, job.registry, plan)
    journal.batches = reused_batches(silver, job.plan)
    require_readable(job.plan, job.registry, job.places.bronze)
    return headers


def open_workspace(job: Job, start: StartSpark) -> Workspace:
    """The run at work, with the session that the size of its input asks for."""
    size = sum(file.pin.bytes for file in job.plan.files)
    job.progress.begin("spark", 1)
    try:
        spark = start(size)
    except Exception as cause:
        raise OutsideFailure(
            "Spark could not be started; check that `java -version` says 17 or 21, and JAVA_HOME"
        ) from cause
    job.journal.spark_version = spark.version
    job.progress.advance("spark", f"Spark {spark.version}")
    return Workspace(
        run_id=job.journal.run_id,
        registry=job.registry,
        bronze=job.places.bronze,
        silver=job.places.silver,
        quarantine=job.places.quarantine,
        spark=spark,
    )


def fill_silver(job: Job, work: Workspace, headers: Mapping[str, Header]) -> dict[str, TableState]:
    """The state of every table, with the ledger of every file in the journal."""
    journal = job.journal
    cleaned, refused = clean_files(work, job.plan, headers, job.progress)
    journal.batches = {**journal.batches, **cleaned}
    journal.plan = refuse(job.plan, refused)
    require_readable(job.plan, job.registry, job.places.bronze)
    states = read_states(work, job.plan, journal.batches, job.progress)
    for state in states.values():
        journal.shares.update(state.figures.shares)
    with explained("references"):
        missing = count_missing_references(states, job.registry)
    files = journal.files
    journal.tables = tuple(
        table_ledger(
            name,
            files,
            state.figures.control_sum,
            sum(records for (table, _), records in missing.items() if table == name),
        )
        for name, state in states.items()
    )
    return states


def require_tolerable(job: Job, head: Head, states: Mapping[str, TableState]) -> None:
    """Stop before anything is calculated from sources that exceed their budgets."""
    before = {
        row.table_name: row
        for row in (job.places.warehouse.load_audit(head.run_id) if head.run_id else ())
        if row.layer == "silver" and row.status == "SUCCESS"
    }
    newest = {name: state.figures.newest for name, state in states.items()}
    for warning in source_warnings(job.journal):
        job.warn(warning)
    for warning in age_warnings(job.registry, newest, job.journal.started_at):
        job.warn(warning)
    for warning in drift_warnings(job.journal.tables, job.registry, before):
        job.warn(warning)
    rows_before = {name: row.rows_in_table or 0 for name, row in before.items()}
    found = judge(job.journal, job.registry, rows_before, job.settings.allow_shrink)
    job.journal.plan = refuse(job.plan, found.refused)
    job.journal.notes.update(found.accepted)
    require_tolerated(found, job.plan)


def publish_gold(job: Job, work: Workspace, head: Head, states: Mapping[str, TableState]) -> None:
    """Gold, its checks, and the one transaction that shows all of it."""
    journal, policy, warehouse = job.journal, job.registry.policy, job.places.warehouse
    silver = {name: state.frame for name, state in states.items()}
    journal.as_of = choose_as_of(silver, job.settings.as_of)
    for warning in gold_warnings(silver, policy, journal.as_of):
        job.warn(warning)
    gold = write_gold(work, silver, GoldRun(policy, journal.as_of, job.plan.batch_id), job.progress)
    require_consistent(work, silver, gold, journal.as_of)
    journal.checks = tuple(CheckResult(check.name, check.meaning) for check in CHECKS)
    job.progress.begin("publish", 1)
    outcome = warehouse.publish(describe_publication(work, journal, head, states, gold))
    journal.published_by = outcome.head.run_id
    require_read_back(warehouse, outcome, job.registry)
    journal.published = published_tables(outcome, job.registry)
    journal.totals = read_totals(warehouse, policy.currency)
    for name in outcome.emptied:
        job.warn(f"{name}: was published and is in the registry no more; it was emptied")
    job.progress.advance("publish", warehouse.name)
    journal.succeed("published" if outcome.by_this_run else "up_to_date", _NEXT_STEPS)
