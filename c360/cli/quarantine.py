"""`c360 quarantine`: what was rejected, why, and how to bring it back."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from c360.cli import options
from c360.cli.options import DEFAULTS
from c360.cli.show_quarantine import show_files, show_records, show_replays, show_uncleaned
from c360.current import current_batches
from c360.errors import WrongUse
from c360.intake import require_files
from c360.plan import Plan
from c360.quarantine.export import export_replays
from c360.quarantine.read import (
    QuarantinedFile,
    choose_files,
    choose_reasons,
    list_all,
    list_current,
)
from c360.registry.read import read_registry
from c360.registry.specs import Registry
from c360.settings import Settings
from c360.storage import Storage, open_storage
from c360.storage.local import LocalStorage

commands = typer.Typer(
    name="quarantine",
    help="Show what was rejected and why, and export it to correct and replay.\n\n"
    "`show` and `export` print or write rows of the sources, personal data included.",
    no_args_is_help=True,
)

_Table = Annotated[str | None, typer.Argument(metavar="[TABLE]", help="Only this table.")]
_File = Annotated[
    str | None,
    typer.Option("--file", metavar="PATH", help="Only source files of this path, name or pattern."),
]
_All = Annotated[
    bool,
    typer.Option("--all", help="Also of files that are no longer in bronze, or have changed."),
]


@dataclass(frozen=True, slots=True)
class _Found:
    """The quarantined files, and what they were found with."""

    registry: Registry
    bronze: Storage
    plan: Plan
    storage: Storage
    files: tuple[QuarantinedFile, ...]
    uncleaned: tuple[str, ...]  # files in bronze that no run has cleaned yet

    def choose(self, table: str | None, source: str | None) -> tuple[QuarantinedFile, ...]:
        names = self.registry.names
        if not choose_files(self.files, names, table=table):  # is it nothing, or nowhere?
            require_files(self.plan, self.registry, self.bronze, table)
        return choose_files(self.files, names, table=table, source=source)


@commands.command("list")
def list_files(  # noqa: PLR0913  # size: one parameter an option
    *,
    table: _Table = None,
    file: _File = None,
    every: _All = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")] = False,
    registry: options.Registry = DEFAULTS.registry,
    bronze: options.Bronze = DEFAULTS.bronze,
    silver: options.Silver = DEFAULTS.silver,
    quarantine: options.Quarantine = None,
) -> None:
    """Count the rejected records of each source file; of one table or file, by every reason.

    No row is shown.

    Example: `c360 quarantine list OnlineTransactions`
    """
    settings = Settings(registry=registry, bronze=bronze, silver=silver, quarantine=quarantine)
    found = _find(settings, every=every)
    files = found.choose(table, file)
    if as_json:
        typer.echo(json.dumps([dataclasses.asdict(each) for each in files], indent=2))
    else:
        show_files(files, in_full=table is not None or file is not None)
        show_uncleaned(found.uncleaned)


@commands.command()
def show(  # noqa: PLR0913  # size: one parameter an option
    *,
    table: _Table = None,
    file: _File = None,
    reason: Annotated[
        str | None,
        typer.Option(metavar="REASON", help="Only records with this: `Amount:scale` or `Amount`."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many records to show.")] = 20,
    every: _All = False,
    registry: options.Registry = DEFAULTS.registry,
    bronze: options.Bronze = DEFAULTS.bronze,
    silver: options.Silver = DEFAULTS.silver,
    quarantine: options.Quarantine = None,
) -> None:
    r"""Print rejected records as they are in their files, each with all its reasons.

    Bytes that are not UTF-8 and control characters are escaped, as in `\\xff`. Prints rows of the
    sources, personal data included.

    Example: `c360 quarantine show OnlineTransactions --reason Amount`
    """
    settings = Settings(registry=registry, bronze=bronze, silver=silver, quarantine=quarantine)
    found = _find(settings, every=every)
    files = found.choose(table, file)
    reasons = choose_reasons(files, reason)
    show_records(found.storage, files, reasons, limit)
    show_uncleaned(found.uncleaned)


@commands.command()
def export(  # noqa: PLR0913  # size: one parameter an option
    *,
    out: Annotated[
        Path, typer.Option(help="Folder for the files to correct; not below bronze.")
    ] = Path("build/replay"),
    table: _Table = None,
    file: _File = None,
    every: _All = False,
    registry: options.Registry = DEFAULTS.registry,
    bronze: options.Bronze = DEFAULTS.bronze,
    silver: options.Silver = DEFAULTS.silver,
    quarantine: options.Quarantine = None,
) -> None:
    """Write the rejected records of each source file to a CSV file, to correct and replay.

    Each file has its source's own header and records, byte for byte. Correct it with a text
    editor, copy it into bronze, and run again; the source file stays as it is. Writes rows of the
    sources, personal data included.

    Example: `c360 quarantine export OnlineTransactions --out build/replay`

    Exit code 1 when a file could not be exported; the others are.
    """
    settings = Settings(registry=registry, bronze=bronze, silver=silver, quarantine=quarantine)
    found = _find(settings, every=every)
    _require_outside(out, bronze)
    replays = export_replays(found.storage, found.choose(table, file), found.registry, out)
    show_replays(replays, bronze)
    show_uncleaned(found.uncleaned)
    raise typer.Exit(1 if any(replay.outcome == "refused" for replay in replays) else 0)


def _find(settings: Settings, *, every: bool) -> _Found:
    """The quarantined files of bronze as it is now, or of every batch; starts no JVM."""
    registry = read_registry(settings.registry)
    bronze, silver = open_storage(settings.bronze), open_storage(settings.silver)
    storage = open_storage(settings.quarantine_root)
    current = current_batches(bronze, silver, registry)
    read = current.plan.to_read
    if every:
        files = list_all(silver, storage, {file.file_id for file in read})
    else:
        files = list_current(storage, current.plan, current.batches)
    uncleaned = tuple(file.pin.path for file in read if file.file_id not in current.batches)
    return _Found(registry, bronze, current.plan, storage, files, uncleaned)


def _require_outside(out: Path, bronze: str) -> None:
    """Raises WrongUse where what is not corrected yet would be read by the next run."""
    root = open_storage(bronze)
    if isinstance(root, LocalStorage) and out.resolve().is_relative_to(root.folder.resolve()):
        raise WrongUse(
            f"--out: found {out}, which is in bronze; expected a folder elsewhere: the next run "
            "would read the records before they are corrected"
        )
