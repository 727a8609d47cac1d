"""The places that one run works with, opened and found to fit together."""

from __future__ import annotations

from dataclasses import dataclass

from c360.settings import Settings
from c360.storage import Storage, open_storage
from c360.warehouse.open import open_warehouse
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
        WrongUse: an address that c360 does not know.
    """
    return Places(
        bronze=open_storage(settings.bronze),
        silver=open_storage(settings.silver),
        quarantine=open_storage(settings.quarantine_root),
        warehouse=open_warehouse(settings.warehouse, settings.lock_timeout),
    )
