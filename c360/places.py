"""The places that one run works with, opened and found to fit together."""

from __future__ import annotations

from dataclasses import dataclass

from c360.errors import WrongUse, listed
from c360.settings import Settings
from c360.storage import Storage, open_storage
from c360.warehouse.open import is_bigquery, open_warehouse
from c360.warehouse.protocol import Warehouse


@dataclass(frozen=True, slots=True)
class Places:
    """The roots of bronze, silver and quarantine, and the warehouse."""

    bronze: Storage
    silver: Storage
    quarantine: Storage
    warehouse: Warehouse


def open_places(settings: Settings) -> Places:
    """The places of a run; nothing is created yet.

    Raises:
        WrongUse: an address that c360 does not know, folders that lie inside one another, or a
            silver that the warehouse cannot load.
    """
    _require_loadable(settings)
    places = Places(
        bronze=open_storage(settings.bronze),
        silver=open_storage(settings.silver),
        quarantine=open_storage(settings.quarantine_root),
        warehouse=open_warehouse(settings.warehouse, settings.lock_timeout),
    )
    _require_apart(places)
    return places


def _require_loadable(settings: Settings) -> None:
    """The warehouse itself reads silver's files: DuckDB on this machine, BigQuery in a bucket."""
    if settings.only_silver:
        return
    in_bucket = settings.silver.startswith("gs://")
    if is_bigquery(settings.warehouse) and not in_bucket:
        raise WrongUse(
            f"--silver {settings.silver} with --warehouse {settings.warehouse}: BigQuery loads "
            "silver from Cloud Storage and cannot see this machine. Next: --silver gs://bucket/path"
        )
    if in_bucket and not is_bigquery(settings.warehouse):
        raise WrongUse(
            f"--silver {settings.silver} with --warehouse {settings.warehouse}: DuckDB loads "
            "silver from this machine. Next: --warehouse bigquery://project, or a local --silver"
        )


def _require_apart(places: Places) -> None:
    """Each folder is c360's alone, but for a quarantine in a folder of its own below silver."""
    bronze, silver, quarantine = places.bronze.root, places.silver.root, places.quarantine.root
    clashes = [
        f"{one} and {other}"
        for one, other in ((bronze, silver), (bronze, quarantine))
        if _contains(one, other) or _contains(other, one)
    ]
    if _contains(quarantine, silver):
        clashes.append(f"{quarantine} and {silver}")
    if clashes:
        raise WrongUse(
            listed("bronze, silver and quarantine need folders of their own; found:", clashes)
        )


def _contains(folder: str, other: str) -> bool:
    return f"{other}/".startswith(f"{folder.rstrip('/')}/")
