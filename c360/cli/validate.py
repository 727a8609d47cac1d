"""`c360 validate`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from c360.cli import options
from c360.cli.display import displayed, displayed_lines
from c360.cli.options import DEFAULTS
from c360.cli.run import Layer
from c360.cli.show import console
from c360.settings import Settings
from c360.validate import Validation, validation_json
from c360.validate import validate as validate_bronze


def validate(
    *,
    registry: options.Registry = DEFAULTS.registry,
    bronze: options.Bronze = DEFAULTS.bronze,
    only: Annotated[
        Layer | None,
        typer.Option(envvar="C360_ONLY", help="As for `run`: gold's own sources may be missing."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")] = False,
) -> None:
    """Check the registry and what is in bronze, without Spark: what to ask before a cluster starts.

    Every source must have its files, and every file a header that binds, a size above zero and a
    checksum. All problems are told at once, in the words in which a run would refuse.

    Example: `c360 validate --bronze /data/raw`

    Exit codes: 0 a run can start; 1 it would refuse the data; 2 the registry has problems; 3 bronze
    cannot be read.
    """
    found = validate_bronze(
        Settings(registry=registry, bronze=bronze, only_silver=only is Layer.SILVER)
    )
    if as_json:
        typer.echo(validation_json(found))
    else:
        _show(found)
    raise typer.Exit(found.exit_code)


def _show(found: Validation) -> None:
    if found.files:
        console().print(_table(found))
    for warning in found.warnings:
        typer.echo(f"warning: {displayed(warning)}")
    if found.message:
        typer.echo(displayed_lines(found.message))
        return
    typer.echo(
        f"{found.registry}: {len(found.tables)} tables, and {found.bronze} has "
        f"{len(found.files)} files for them that can be read; next: c360 run"
    )


def _table(found: Validation) -> Table:
    drawn = Table(title="Bronze", title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    drawn.add_column("file", overflow="fold")
    drawn.add_column("bytes", justify="right", no_wrap=True)
    drawn.add_column("CRC32C", no_wrap=True)
    drawn.add_column("", no_wrap=True)
    for file in found.files:
        path = escape(displayed(file.path))
        drawn.add_row(path, f"{file.bytes:,}", file.crc32c, file.outcome)
    return drawn
