"""The `c360` command: its sub-commands, and what happens when one of them fails."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from c360 import __version__
from c360.cli.dashboard import dashboard
from c360.cli.dictionary import dictionary, schema
from c360.cli.display import displayed_lines
from c360.cli.explain import explain
from c360.cli.init import init
from c360.cli.output import readers_may_leave
from c360.cli.prune import prune
from c360.cli.quarantine import commands as quarantine
from c360.cli.run import run
from c360.cli.sample import sample
from c360.cli.sql import sql
from c360.cli.status import status
from c360.cli.validate import validate
from c360.cli.verify import verify
from c360.errors import C360Error

app = typer.Typer(
    name="c360",
    help="Customer 360: nine CSV sources become a warehouse that can be trusted.\n\n"
    "Start with `c360 run`; without options it publishes the sample into build/.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,  # a trace quotes rows
)
app.command()(run)
app.command()(validate)
app.command()(status)
app.command()(explain)
app.add_typer(quarantine, name="quarantine")
app.command()(verify)
app.command()(dashboard)
app.command()(prune)
app.command()(init)
app.command()(sample)
app.command()(dictionary)
app.command()(schema)
app.command()(sql)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"c360 {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Options of every command."""


def main() -> None:
    """Run the command line; every failure that c360 can explain is one message and an exit code."""
    with readers_may_leave():
        try:
            app(auto_envvar_prefix="C360")
        except C360Error as failure:
            sys.stderr.write(f"c360: {displayed_lines(str(failure))}\n")
            sys.exit(failure.exit_code)
        except Exception as failure:
            kind = type(failure).__name__
            told = f"a defect of c360 ({kind}); report it with the command you used"
            sys.stderr.write(f"c360: {told}\n")
            sys.exit(C360Error.exit_code)
