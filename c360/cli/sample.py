"""`c360 sample`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from c360.sample.write import require_writable, write_ledger, write_sample


def sample(  # noqa: PLR0913  # size: one parameter an option
    *,
    out: Annotated[Path, typer.Argument(help="A folder for the files; existing ones are kept.")],
    customers: Annotated[int, typer.Option(help="How many customers, at least 10.")] = 200,
    orders: Annotated[int, typer.Option(help="How many orders, at least 50.")] = 1500,
    seed: Annotated[int, typer.Option(help="The same seed makes the same files.")] = 360,
    dirty: Annotated[
        float, typer.Option(min=0, max=1, help="Share of the records that are made dirty.")
    ] = 0.03,
    ledger: Annotated[
        Path | None, typer.Option(help="Write here, as JSON, what was made dirty and how.")
    ] = None,
) -> None:
    """Write synthetic source files for all nine tables, dirty on purpose.

    Example: `c360 sample build/raw --customers 1000 --orders 20000 --ledger build/ledger.json`
    """
    if ledger is not None:
        require_writable(ledger)  # no file is written twice, so a sample without it stays without
    made = write_sample(out, customers=customers, orders=orders, seed=seed, dirty=dirty)
    if ledger is not None:
        write_ledger(made, ledger)
    records = sum(file.records for file in made.files)
    rejected = sum(len(file.rejected) for file in made.files)
    typer.echo(
        f"{out}: {len(made.files)} files with {records} records, {rejected} of them made dirty; "
        f"next: c360 run --bronze {out}"
    )
