"""`c360 status`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.table import Table

from c360.cli import options
from c360.cli.display import displayed_lines
from c360.cli.options import DEFAULTS
from c360.cli.show import console, table
from c360.current import current_batches
from c360.registry.read import read_registry
from c360.silver.state import state_uris
from c360.storage import open_storage
from c360.warehouse.open import open_warehouse
from c360.warehouse.protocol import RunSummary


def status(  # noqa: PLR0913  # size: one parameter an option
    *,
    registry: options.Registry = DEFAULTS.registry,
    bronze: options.Bronze = DEFAULTS.bronze,
    silver: options.Silver = DEFAULTS.silver,
    warehouse: options.Warehouse = DEFAULTS.warehouse,
    uris: Annotated[
        str | None,
        typer.Option(metavar="TABLE", help="Print the Parquet files of this table's state."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many runs to show.")] = 10,
    lock_timeout: options.LockTimeout = DEFAULTS.lock_timeout,
) -> None:
    """Show what is published, and the last runs with their ends.

    Example: `c360 status`, or `c360 status --uris Customers` for the files to load elsewhere.
    """
    if uris is not None:
        _print_uris(uris, registry, bronze, silver)
        return
    place = open_warehouse(warehouse, lock_timeout)
    head = place.read_head()
    if head.batch_id is None:
        doubt = f"{options.NO_SUCH_FILE} " if options.lacks_file(place) else ""
        typer.echo(f"{place.name}: {doubt}nothing is published yet; next: c360 run")
    else:
        typer.echo(f"{place.name}: batch {head.batch_id} is published, by run {head.run_id}")
    if runs := place.recent_runs(limit):
        console().print(_runs(runs))
    for run in runs:
        if run.message:
            typer.echo(f"{run.run_id}: {displayed_lines(run.message)}")


def _print_uris(name: str, registry: str, bronze: str, silver: str) -> None:
    """One address a line, for `bq load` and the like."""
    place = open_storage(silver)
    found = current_batches(open_storage(bronze), place, read_registry(registry))
    for uri in state_uris(place, found.of(name)):
        typer.echo(uri)


def _runs(runs: Sequence[RunSummary]) -> Table:
    rows = [
        (run.run_id, run.status, run.batch_id, _text(run.as_of), _text(run.finished_at))
        for run in runs
    ]
    return table("Last runs", ("run", "status", "batch", "as of", "finished"), rows)


def _text(moment: dt.date | None) -> str:
    if isinstance(moment, dt.datetime):
        return f"{moment.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S} UTC"
    return str(moment or "")
