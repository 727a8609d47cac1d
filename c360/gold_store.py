"""Writes gold to silver's storage, so that checks and publication see exactly the same bytes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from c360.checks import check_gold, first_offenders
from c360.contracts.gold import gold_contract
from c360.contracts.model import TableContract
from c360.errors import DataRefused, listed
from c360.failpoints import failpoint
from c360.gold import build_gold
from c360.gold.gold_run import GoldRun
from c360.layout import gold_folder
from c360.parallel import run_all
from c360.progress import Progress
from c360.silver.failures import explained
from c360.silver.kept import keeping
from c360.silver.parquet import list_parts, read_files, write_frame
from c360.silver.workspace import Workspace

_SHOWN = 5  # offenders a check names


@dataclass(frozen=True, slots=True)
class GoldTable:
    """One gold table as written: where it lies and what the publication must find again."""

    contract: TableContract
    uris: tuple[str, ...]
    frame: DataFrame
    rows: int
    control_sum: Decimal | int | None


def write_gold(
    work: Workspace,
    silver: Mapping[str, DataFrame],
    run: GoldRun,
    progress: Progress,
) -> dict[str, GoldTable]:
    """Every gold table, calculated and written, in the order of the contracts."""
    with keeping() as keep:
        frames = build_gold(silver, run.policy, run.as_of, run.batch_id, keep)
        return _write_all(work, frames, run, progress)


def _write_all(
    work: Workspace, frames: Mapping[str, DataFrame], run: GoldRun, progress: Progress
) -> dict[str, GoldTable]:
    progress.begin("gold", len(frames))

    def write(name: str) -> GoldTable:
        with explained(name):
            folder = gold_folder(name, run.batch_id, work.run_id)
            failpoint("gold.rows")
            write_frame(frames[name], work.silver, folder)
            return _as_written(work, name, folder)

    written: dict[str, GoldTable] = {}
    for name, table in run_all(write, frames):
        written[name] = table
        progress.advance("gold", f"{name}: {table.rows} rows")
    return {name: written[name] for name in frames}


def require_consistent(
    work: Workspace, silver: Mapping[str, DataFrame], gold: Mapping[str, GoldTable], as_of: dt.date
) -> None:
    """Stop when the gold that was written breaks an identity or a key.

    Raises:
        DataRefused: every check that found something, with its count and at most five keys.
    """
    frames = {name: table.frame for name, table in gold.items()}
    with explained("checks"):
        offenders = check_gold(silver, frames, work.registry.policy, as_of)
        found = first_offenders(offenders, _SHOWN).collect()
    problems = []
    for check, table in sorted({(row["CheckName"], row["TableName"]) for row in found}):
        rows = [row for row in found if (row["CheckName"], row["TableName"]) == (check, table)]
        shown = "; ".join(
            f"{row['Offender']}: found {row['Found']}, expected {row['Expected']}" for row in rows
        )
        problems.append(f"{table}: {check} fails, {rows[0]['Offenders']:,} in all ({shown})")
    if problems:
        headline = (
            "gold contradicts silver; nothing was published. Next: look in the sources for numbers "
            "far too large to add up; where there are none run again, and report it if it stays"
        )
        raise DataRefused(listed(headline, problems))


def _as_written(work: Workspace, name: str, folder: str) -> GoldTable:
    """The table as it lies in storage: what checks and publication read."""
    contract = gold_contract(name)
    frame = read_files(work.spark, [work.silver.uri(folder)], contract)
    total = F.sum(contract.control_sum) if contract.control_sum else F.lit(None)
    counted = frame.agg(F.count(F.lit(1)).alias("rows"), total.alias("total")).collect()[0]
    parts = list_parts(work.spark, work.silver, folder, counted["rows"])
    uris = tuple(work.silver.uri(f"{folder}/{part.name}") for part in parts)
    return GoldTable(contract, uris, frame, counted["rows"], counted["total"])
