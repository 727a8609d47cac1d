"""`c360 dictionary`."""

from __future__ import annotations

import typer

from c360.cli import options
from c360.cli.options import DEFAULTS
from c360.dictionary import render_dictionary
from c360.registry.read import read_registry


def dictionary(*, registry: options.Registry = DEFAULTS.registry) -> None:
    """Print the data dictionary: every published table and column, as Markdown.

    Example: `c360 dictionary > docs/data_dictionary.md`
    """
    typer.echo(render_dictionary(read_registry(registry)), nl=False)
