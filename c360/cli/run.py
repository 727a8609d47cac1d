"""`c360 run`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

import typer

from c360.cli import options
from c360.cli.display import displayed_lines
from c360.cli.options import DEFAULTS
from c360.cli.progress import shown_progress
from c360.cli.show_run import show_run
from c360.errors import OutsideFailure, WrongUse
from c360.failpoints import failpoint
from c360.pipeline import run as run_pipeline
from c360.report import RunReport, report_json
from c360.session import stop_session
from c360.settings import Settings
from c360.storage import open_storage


class Layer(StrEnum):
    """What `--only` can stop after."""

    SILVER = "silver"


class LogFormat(StrEnum):
    """How progress is written."""

    TEXT = "text"
    JSON = "json"


def run(  # noqa: PLR0913  # size: one parameter an option
    context: typer.Context,
    *,
    registry: options.Registry = DEFAULTS.registry,
    bronze: options.Bronze = DEFAULTS.bronze,
    silver: options.Silver = DEFAULTS.silver,
    warehouse: options.Warehouse = DEFAULTS.warehouse,
    quarantine: options.Quarantine = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            envvar="C360_AS_OF",
            metavar="DATE",
            help="Leave facts after this date out of gold; the latest fact's date if unset.",
        ),
    ] = None,
    only: Annotated[
        Layer | None, typer.Option(envvar="C360_ONLY", help="Stop after this layer.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", envvar="C360_DRY_RUN", help="Say what would be done.")
    ] = False,
    allow_shrink: Annotated[
        list[str] | None,
        typer.Option(
            envvar="C360_ALLOW_SHRINK",
            metavar="TABLE",
            help="Accept once that this table lost rows; may be given several times.",
        ),
    ] = None,
    report: Annotated[
        str | None,
        typer.Option(envvar="C360_REPORT", metavar="URI", help="Write the report as JSON there."),
    ] = None,
    log_format: Annotated[
        LogFormat, typer.Option(envvar="C360_LOG_FORMAT", help="For people or for machines.")
    ] = LogFormat.TEXT,
    lock_timeout: options.LockTimeout = DEFAULTS.lock_timeout,
) -> None:
    """Clean what is new in bronze, calculate gold and publish all of it in one transaction.

    A run on unchanged inputs is a no-op; a run that fails or is refused publishes nothing.

    Example: `c360 run --bronze /data/raw --silver /data/silver --warehouse duckdb:////data/c.duckdb`

    Exit codes: 0 published or up to date; 1 the data was refused; 2 wrong use or configuration;
    3 storage, warehouse or Spark failed, or another run was faster; 70 a defect of c360.
    """
    settings = Settings(
        registry=registry,
        bronze=bronze,
        silver=silver,
        warehouse=warehouse,
        quarantine=quarantine,
        as_of=options.parse_date(as_of),
        only_silver=only is Layer.SILVER,
        dry_run=dry_run,
        allow_shrink=frozenset(allow_shrink or ()),
        audit_failures=only is None or _was_given(context, "warehouse"),
        lock_timeout=lock_timeout,
    )
    write_report = _report_writer(report)
    try:
        with shown_progress(log_format) as progress:
            done = run_pipeline(settings, progress)
    finally:
        stop_session()
    if log_format is LogFormat.TEXT:
        show_run(done)
    else:
        typer.echo(report_json(done))
    write_report(done)
    raise typer.Exit(done.exit_code)


def _was_given(context: typer.Context, option: str) -> bool:
    """True where a person or the environment named the option."""
    source = context.get_parameter_source(option)
    return source is not None and source.name in ("COMMANDLINE", "ENVIRONMENT")


def _report_writer(uri: str | None) -> Callable[[RunReport], None]:
    """What writes the report in place of an earlier one; its address is checked before the run."""
    if uri is None:
        return lambda _: None
    folder, slash, name = uri.rpartition("/")
    if not name:
        raise WrongUse(f"--report: found '{uri}', a folder; expected the address of a file")
    storage = open_storage(folder + slash or ".")

    def write(report: RunReport) -> None:
        try:
            failpoint("report.delete")
            storage.delete(name)
            failpoint("report.create")
            if not storage.create(name, report_json(report).encode()):
                raise OutsideFailure(f"{uri}: another run wrote its report there meanwhile")
        except OutsideFailure as failure:  # the run has its own end, whatever becomes of this
            told = displayed_lines(str(failure))
            sys.stderr.write(f"warning the report could not be written: {told}\n")

    return write
