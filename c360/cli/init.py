"""`c360 init`."""

from __future__ import annotations

import typer

from c360.cli import options
from c360.cli.options import DEFAULTS
from c360.publishing import published_contracts
from c360.registry.read import read_registry
from c360.warehouse.open import open_warehouse


def init(
    *,
    registry: options.Registry = DEFAULTS.registry,
    warehouse: options.Warehouse = DEFAULTS.warehouse,
    lock_timeout: options.LockTimeout = DEFAULTS.lock_timeout,
) -> None:
    """Make the datasets and tables of the warehouse; nothing is loaded.

    `c360 run` makes what it needs by itself. This is for whoever wants the tables beforehand: to
    grant rights on them, to build a dashboard on them, or to load silver by other means. Silver's
    tables come from the registry, those of gold and of the audit from c360. What exists keeps its
    rows; columns that the registry has gained are added. Running it again changes nothing.

    Example: `c360 init --warehouse "bigquery://my-project?location=EU"`
    """
    place = open_warehouse(warehouse, lock_timeout)
    contracts = published_contracts(read_registry(registry))
    made = place.initialise(contracts)
    for name in made:
        typer.echo(f"made {name}")
    if made:
        typer.echo(f"{place.name}: {len(made)} tables made; next: c360 run")
    else:
        typer.echo(f"{place.name}: every table was there already")
