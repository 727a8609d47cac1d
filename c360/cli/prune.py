"""`c360 prune`."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from c360.cli import options
from c360.cli.display import displayed
from c360.cli.options import DEFAULTS
from c360.cli.show import console, table
from c360.errors import WrongUse
from c360.places import open_places
from c360.prune import by_kind
from c360.prune import prune as prune_places
from c360.registry.read import read_registry
from c360.settings import Settings
from c360.text import duration


def prune(  # noqa: PLR0913  # size: one parameter an option
    *,
    registry: options.Registry = DEFAULTS.registry,
    bronze: options.Bronze = DEFAULTS.bronze,
    silver: options.Silver = DEFAULTS.silver,
    warehouse: options.Warehouse = DEFAULTS.warehouse,
    quarantine: options.Quarantine = DEFAULTS.quarantine,
    keep: Annotated[
        int, typer.Option(min=1, help="The last publications that keep their batches.")
    ] = 3,
    older_than: Annotated[
        str, typer.Option(metavar="AGE", help="Leave what is younger, such as 7d; 0 for all.")
    ] = "2d",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Name it, remove nothing.")] = False,
    lock_timeout: options.LockTimeout = DEFAULTS.lock_timeout,
) -> None:
    """Remove what nothing refers to any more.

    In use are the batches of the files in bronze, and those of the last publications. All else may
    go: batches of files that were removed or corrected, their rejected records, gold of earlier
    runs, batches that were set aside as damaged, what killed runs left, their staging tables.
    What goes can be made again from its source file.

    While a run is at work in a folder nothing is removed. In a bucket that cannot be seen: there,
    leave more time with --older-than than a run takes.

    Example: `c360 prune --older-than 7d --dry-run`
    """
    places = open_places(
        Settings(
            bronze=bronze,
            silver=silver,
            warehouse=warehouse,
            quarantine=quarantine,
            lock_timeout=lock_timeout,
        )
    )
    since = dt.datetime.now(dt.UTC) - _age(older_than)
    unused, staging = prune_places(places, read_registry(registry), keep, since, dry_run=dry_run)
    for each in unused if dry_run else ():
        typer.echo(f"{each.kind}: {displayed(each.uri)} ({each.bytes:,} bytes)")
    for name in staging if dry_run else ():
        typer.echo(f"staging table: {name}")
    rows: list[tuple[str, int, int | None]] = [
        (kind, *counted) for kind, counted in by_kind(unused).items()
    ]
    if staging:
        rows.append(("staging table", len(staging), None))
    if not rows:
        typer.echo("nothing to remove: all is in use or too young")
        return
    console().print(table("To remove" if dry_run else "Removed", ("what", "number", "bytes"), rows))


def _age(text: str) -> dt.timedelta:
    found = dt.timedelta(0) if text == "0" else duration(text)
    if found is None:
        raise WrongUse(f"--older-than: found '{text}'; expected hours or days, such as 36h or 7d")
    return found
