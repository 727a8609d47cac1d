"""What a run is asked to do: every option of `c360 run`, with its default."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from c360.layout import QUARANTINE


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The options of one run; the defaults run the sample into `build/`."""

    registry: str = "conf/tables.yaml"
    bronze: str = "sample_data/raw"
    silver: str = "build/silver"
    warehouse: str = "duckdb:///build/customer360.duckdb"
    quarantine: str | None = None  # below the silver root when not given
    as_of: dt.date | None = None  # the latest fact when not given
    only_silver: bool = False
    dry_run: bool = False
    allow_shrink: frozenset[str] = frozenset()
    audit_failures: bool = True  # a run that ends badly leaves rows in the warehouse's audit
    lock_timeout: float = 60.0  # seconds that a locked warehouse is waited for

    @property
    def quarantine_root(self) -> str:
        """Where rejected records go."""
        return self.quarantine or f"{self.silver.rstrip('/')}/{QUARANTINE}"

    @property
    def as_of_text(self) -> str | None:
        """The `as_of` argument as it enters the BatchID."""
        return self.as_of.isoformat() if self.as_of else None
