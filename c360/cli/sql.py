"""`c360 sql`: the SQL of a BigQuery warehouse, for people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from c360.cli import options
from c360.cli.options import DEFAULTS
from c360.dashboard.read import read_measures
from c360.dashboard.view_files import view_files
from c360.errors import OutsideFailure
from c360.registry.read import read_registry
from c360.sql_files import RENDERED, sql_files


def sql(
    *,
    registry: options.Registry = DEFAULTS.registry,
    measures: options.Measures = options.MEASURES,
    out: Annotated[Path, typer.Option(help="Folder to write to.")] = Path("sql"),
) -> None:
    """Write the SQL of a BigQuery warehouse: one file a table or view, rendered from the code.

    Files of an earlier version that are rendered no more are removed; other files stay.

    Example: `c360 sql --out sql`
    """
    files = sql_files(read_registry(registry)) | view_files(read_measures(measures))
    try:
        for path, text in files.items():
            _write(out / path, text)
        for old in left_over(out, files):
            old.unlink()
    except OSError as error:
        raise OutsideFailure(
            f"{error.filename or out}: cannot be written ({error.strerror}). Next: name a folder "
            "that can be written with --out"
        ) from error
    typer.echo(f"{out}: {len(files)} files")


def left_over(out: Path, files: dict[str, str]) -> list[Path]:
    """What this command wrote once and does not render any more."""
    return [
        path
        for path in sorted(out.rglob("*.sql"))
        if path.relative_to(out).as_posix() not in files
        and RENDERED in path.read_text(encoding="utf-8")
    ]


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
