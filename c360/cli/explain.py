"""`c360 explain`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from c360.cli import options
from c360.cli.display import counted, displayed
from c360.cli.options import DEFAULTS
from c360.cli.show import console
from c360.explain import Candidate, Explanation
from c360.explain import explain as explain_key
from c360.pipeline import start_spark
from c360.session import stop_session
from c360.settings import Settings


def explain(  # noqa: PLR0913  # size: one parameter an option
    *,
    table: Annotated[str, typer.Argument(help="A table of the registry.")],
    key: Annotated[
        str, typer.Argument(help="Its key; values of a composite key are separated by commas.")
    ],
    registry: options.Registry = DEFAULTS.registry,
    bronze: options.Bronze = DEFAULTS.bronze,
    warehouse: options.Warehouse = DEFAULTS.warehouse,
    lock_timeout: options.LockTimeout = DEFAULTS.lock_timeout,
) -> None:
    """Show where a row comes from: every record of its key, why the others lost, where it counts.

    The table's files in bronze are read again, so it also explains what was never accepted. A table
    without a key is asked by the RowKey that silver has. Prints rows of the sources, personal data
    included.

    Example: `c360 explain OnlineTransactions 10375`

    Exit code 1 when no record has the key, 2 when bronze has no file of the table to search.
    """
    settings = Settings(
        registry=registry, bronze=bronze, warehouse=warehouse, lock_timeout=lock_timeout
    )
    try:
        found = explain_key(settings, table, key, start_spark)
    finally:
        stop_session()
    _show(found)
    raise typer.Exit(found.exit_code)


def _show(found: Explanation) -> None:
    key = ", ".join(f"{name} {displayed(str(value))}" for name, value in found.key)
    searched = f"{counted(found.records, 'record')} in {counted(len(found.files), 'file')}"
    number = len(found.candidates) + found.hidden
    has_it = f"{counted(number, 'record')} among" if number else "none of"
    typer.echo(f"{found.table}, {key}: {has_it} {searched}")
    if found.candidates:
        typer.echo("rows of the source files follow; they may hold personal data", err=True)
    for candidate in found.candidates:
        _show_candidate(candidate)
    if found.hidden > 0:
        typer.echo(f"\nand {counted(found.hidden, 'more record')} of this key")
    _show_limits(found)
    if found.survivor:
        _show_booking(found)
    elif found.candidates:
        typer.echo("no record survives: correct one and put it into bronze, then run `c360 run`")


def _show_candidate(candidate: Candidate) -> None:
    record = candidate.record
    typer.echo(f"\n{candidate.fate}: {displayed(record.source_file)}")
    if candidate.because:
        typer.echo(f"  {displayed(candidate.because)}")
    typer.echo(f"  {displayed(record.raw)}")
    for name, value in record.values.items():
        typer.echo(f"    {name:18} {'NULL' if value is None else displayed(str(value))}")


def _show_limits(found: Explanation) -> None:
    """Say what could not be searched."""
    untold = [file for file in found.files if file.untold]
    if untold:
        records = sum(file.untold for file in untold)
        typer.echo(
            f"\nnot matched to any key: {counted(records, 'record')} in "
            + ", ".join(f"{displayed(file.path)} ({file.untold:,})" for file in untold)
        )
        typer.echo("  `c360 quarantine show` prints them")
    for refused in found.unreadable:
        typer.echo(f"not searched: {displayed(refused)}")
    if found.superseded:
        files = counted(found.superseded, "file")
        typer.echo(f"not searched: {files} that a newer one supersedes")


def _show_booking(found: Explanation) -> None:
    typer.echo("")
    if found.booking.rows:
        drawn = Table(
            title="Where it counts", title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False
        )
        drawn.add_column("gold table", no_wrap=True)
        drawn.add_column("key", overflow="fold")
        drawn.add_column("measures", overflow="fold")
        for row in found.booking.rows:
            values = " · ".join(displayed(value) for _, value in row.key)
            drawn.add_row(row.table, escape(values), ", ".join(row.measures))
        console().print(drawn)
    for note in found.booking.notes:
        typer.echo(f"note: {displayed(note)}")
