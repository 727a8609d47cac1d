"""`c360 dictionary` and `c360 schema`: what the code declares, for people and machines."""

from __future__ import annotations

import typer

from c360.cli import options
from c360.cli.options import DEFAULTS
from c360.dashboard.read import read_measures
from c360.dictionary import render_dictionary
from c360.registry.read import read_registry
from c360.report_schema import render_schema


def dictionary(
    *,
    registry: options.Registry = DEFAULTS.registry,
    measures: options.Measures = options.MEASURES,
) -> None:
    """Print the data dictionary: every published table and column, and every measure, as Markdown.

    Example: `c360 dictionary > docs/data_dictionary.md`
    """
    typer.echo(render_dictionary(read_registry(registry), read_measures(measures)), nl=False)


def schema() -> None:
    """Print the JSON schema of what `c360 run --report` writes.

    Example: `c360 schema > docs/report.schema.json`
    """
    typer.echo(render_schema(), nl=False)
