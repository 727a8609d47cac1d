"""Turns a warehouse URL into its warehouse."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from c360.errors import WrongUse
from c360.warehouse.duckdb import DuckDBWarehouse
from c360.warehouse.protocol import Warehouse

_ALLOWED = "duckdb:///relative.duckdb or duckdb:////absolute/path.duckdb"


def open_warehouse(url: str, lock_timeout: float = 60.0) -> Warehouse:
    """The warehouse behind `url`; nothing is opened or created yet.

    Args:
        url: `duckdb:///relative.duckdb` or `duckdb:////absolute/path.duckdb`; a character that a
            URL cannot hold may be percent-encoded.
        lock_timeout: seconds to wait for another process that has the warehouse open.

    Raises:
        WrongUse: another URL.
    """
    parts = urlsplit(url)
    if parts.scheme == "bigquery":
        raise WrongUse(
            f"warehouse '{url}': this version publishes to DuckDB only; expected {_ALLOWED}"
        )
    path = unquote(url.removeprefix("duckdb:///"))
    unfit = not path.strip("/ ") or path.endswith("/") or parts.query or parts.fragment
    if not url.startswith("duckdb:///") or unfit:
        raise WrongUse(f"warehouse '{url}': is no warehouse URL; expected {_ALLOWED}")
    return DuckDBWarehouse(Path(path), lock_timeout)
