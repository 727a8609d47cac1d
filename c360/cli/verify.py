"""`c360 verify`."""

from __future__ import annotations

from typing import Annotated

import typer

from c360.cli import options
from c360.cli.display import displayed
from c360.cli.options import DEFAULTS
from c360.cli.show import console, table
from c360.current import StorageCheck, withdraw_damage
from c360.pipeline import new_run_id
from c360.registry.read import read_registry
from c360.storage import open_storage
from c360.verify import Verification
from c360.verify import verify as verify_gold
from c360.warehouse.open import open_warehouse


def verify(  # noqa: PLR0913  # size: one parameter an option
    *,
    registry: options.Registry = DEFAULTS.registry,
    bronze: options.Bronze = DEFAULTS.bronze,
    silver: options.Silver = DEFAULTS.silver,
    warehouse: options.Warehouse = DEFAULTS.warehouse,
    storage: Annotated[
        bool, typer.Option("--storage", help="Check the stored silver batches instead of gold.")
    ] = False,
    lock_timeout: options.LockTimeout = DEFAULTS.lock_timeout,
) -> None:
    """Calculate published gold a second time, in SQL from published silver, and compare every cell.

    With `--storage`: compare every silver batch of the files in bronze with its manifest, byte by
    byte; what is damaged is set aside, and the next run cleans it again.

    Exit code 1 when anything differs or is damaged, or a file in bronze is not cleaned yet.
    """
    found = read_registry(registry)
    if storage:
        place = open_storage(silver)
        stored = withdraw_damage(open_storage(bronze), place, found, new_run_id())
        _show_storage(stored, place.root)
        raise typer.Exit(0 if stored.whole == stored.files else 1)
    verification = verify_gold(open_warehouse(warehouse, lock_timeout), found)
    _show(verification)
    raise typer.Exit(0 if verification.agrees else 1)


def _show_storage(found: StorageCheck, silver: str) -> None:
    for sentence in found.damaged:
        typer.echo(displayed(sentence))
    for path in found.uncleaned:
        typer.echo(f"{displayed(path)}: has no batch in {displayed(silver)} yet")
    if len(found.uncleaned) == found.files:
        typer.echo(f"{displayed(silver)}: has no batch of any file in bronze; is --silver right?")
    told = f"{found.whole:,} of {found.files:,} batches are whole"
    if found.damaged:
        told += f", {len(found.damaged):,} damaged"
    typer.echo(told if found.whole == found.files else f"{told}; next: c360 run")


def _show(found: Verification) -> None:
    out = console()
    columns = ("table", "rows", "cells", "differing cells", "missing rows", "surplus rows")
    rows = [
        (
            each.table,
            each.rows,
            each.cells,
            each.differing_cells,
            each.missing_rows,
            each.surplus_rows,
        )
        for each in found.tables
    ]
    out.print(table("Gold, calculated a second time in SQL", columns, rows))
    differences = [cell for each in found.tables for cell in each.differences]
    if differences:
        out.print(
            table(
                "The first differences of each table",
                ("table", "key", "column", "published", "computed"),
                [
                    (cell.table, cell.key, cell.column, cell.published, cell.computed)
                    for cell in differences
                ],
            )
        )
    verdict = "agrees" if found.agrees else "DIFFERS"
    batch = f"batch {found.head.batch_id}, as of {found.as_of}"
    typer.echo(f"{batch}: {verdict}, {found.cells:,} cells compared")
