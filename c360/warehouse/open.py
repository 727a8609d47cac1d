"""Turns a warehouse URL into its warehouse."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from c360.errors import WrongUse
from c360.warehouse.bigquery_address import FORM, parse_address
from c360.warehouse.duckdb import DuckDBWarehouse
from c360.warehouse.protocol import Warehouse

_ALLOWED = f"duckdb:///relative.duckdb or duckdb:////absolute/path.duckdb, or {FORM}"


def open_warehouse(url: str, lock_timeout: float = 60.0) -> Warehouse:
    """The warehouse behind `url`; nothing is opened or created yet.

    Args:
        url: `duckdb:///relative.duckdb` or `duckdb:////absolute/path.duckdb` (a character that a
            URL cannot hold may be percent-encoded), or `bigquery://project` with its options.
        lock_timeout: seconds to wait for another process that has a DuckDB file open.

    Raises:
        WrongUse: another URL.
    """
    if is_bigquery(url):
        return _open_bigquery(url)
    parts = urlsplit(url)
    path = unquote(url.removeprefix("duckdb:///"))
    unfit = not path.strip("/ ") or path.endswith("/") or parts.query or parts.fragment
    if not url.startswith("duckdb:///") or unfit:
        raise WrongUse(f"warehouse '{url}': is no warehouse URL; expected {_ALLOWED}")
    return DuckDBWarehouse(Path(path), lock_timeout)


def is_bigquery(url: str) -> bool:
    """Whether the URL names a project of BigQuery."""
    return urlsplit(url).scheme == "bigquery"


def _open_bigquery(url: str) -> Warehouse:
    address = parse_address(url)
    # Google's client takes most of a second to import, which a run on DuckDB need not wait for.
    from c360.warehouse.bigquery import BigQueryWarehouse  # noqa: PLC0415

    return BigQueryWarehouse(address)
