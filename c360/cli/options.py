"""The options that commands share; each can be an environment variable."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from c360.errors import WrongUse
from c360.settings import Settings
from c360.storage.location import ALLOWED
from c360.warehouse.duckdb import DuckDBWarehouse
from c360.warehouse.protocol import Warehouse as Place

DEFAULTS = Settings()
MEASURES = Path("dashboards/measures.yaml")


def _require_address(parameter: typer.CallbackParam, value: str | None) -> str | None:
    """Raises WrongUse for an empty address, as of an unset variable: it would be this folder."""
    if value is not None and not value.strip():
        raise WrongUse(f"--{parameter.name}: found an empty address; expected {ALLOWED}")
    return value


Registry = Annotated[
    str,
    typer.Option(
        envvar="C360_REGISTRY",
        help="The sources and the policy, in YAML: a file, or gs://bucket/file.",
    ),
]
Measures = Annotated[
    Path, typer.Option(envvar="C360_MEASURES", help="What the dashboard measures, in YAML.")
]
Bronze = Annotated[
    str,
    typer.Option(
        envvar="C360_BRONZE",
        callback=_require_address,
        help="Folder or gs:// address of the source files, searched whole.",
    ),
]
Silver = Annotated[
    str,
    typer.Option(
        envvar="C360_SILVER",
        callback=_require_address,
        help="Folder or gs:// address of the cleaned Parquet batches.",
    ),
]
Warehouse = Annotated[
    str,
    typer.Option(
        envvar="C360_WAREHOUSE",
        help="`duckdb:///relative.duckdb`, `duckdb:////absolute/path.duckdb` or "
        "`bigquery://project?location=EU`.",
    ),
]
Quarantine = Annotated[
    str | None,
    typer.Option(
        envvar="C360_QUARANTINE",
        callback=_require_address,
        help="Folder or gs:// address of rejected records; `SILVER/_quarantine` if unset.",
    ),
]
LockTimeout = Annotated[
    float,
    typer.Option(
        envvar="C360_LOCK_TIMEOUT",
        min=0,
        help="Seconds to wait while another process has the warehouse open.",
    ),
]


NO_SUCH_FILE = "there is no such file; is --warehouse right?"


def lacks_file(warehouse: Place) -> bool:
    """True for a warehouse in a file that is not there: not made yet, or somewhere else."""
    return isinstance(warehouse, DuckDBWarehouse) and not warehouse.path.exists()


def parse_date(text: str | None) -> dt.date | None:
    """The date of an option.

    Raises:
        WrongUse: the text is no ISO date.
    """
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as cause:
        raise WrongUse(f"--as-of: found '{text}'; expected a date such as 2025-12-31") from cause
