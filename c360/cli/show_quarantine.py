"""Shows quarantined files and their records to a person."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from c360.cli.display import counted, displayed
from c360.cli.show import console
from c360.quarantine.export import Replay
from c360.quarantine.read import QuarantinedFile
from c360.quarantine.records import count_records, read_records, way_back
from c360.storage import Storage


def show_files(files: Sequence[QuarantinedFile], *, in_full: bool) -> None:
    """Print the counts of each file, every reason where `in_full`, and what to do next."""
    if files:
        console().print(_table(files, in_full=in_full))
        records = counted(sum(file.records for file in files), "rejected record")
        typer.echo(f"{records} of {counted(len(files), 'file')}")
    else:
        typer.echo("nothing is quarantined")
    _tell_gone(files)
    if files:
        if not in_full:
            typer.echo("next: `c360 quarantine list TABLE` shows every reason")
        typer.echo("next: `c360 quarantine show` prints the records, `export` writes them to files")


def show_records(
    storage: Storage, files: Sequence[QuarantinedFile], reasons: Collection[str], limit: int
) -> None:
    """Print at most `limit` records that have one of these reasons."""
    if not files:
        typer.echo("nothing is quarantined")
        return
    typer.echo("rows of the source files follow; they may hold personal data", err=True)
    shown = matching = 0
    for file in files:
        count = count_records(storage, file, reasons)
        matching += count
        if not count or shown >= limit:
            continue
        typer.echo(f"{displayed(file.source_file)}: {counted(count, 'record')}")
        for record in read_records(storage, file, reasons):
            typer.echo(f"  {', '.join(record.reasons)}\n    {displayed(record.raw)}")
            shown += 1
            if shown == limit:
                break
    _tell_gone(files)
    more = f"; --limit {matching} shows all" if shown < matching else ""
    typer.echo(f"{shown:,} of {counted(matching, 'record')} shown{more}")


def show_replays(replays: Sequence[Replay], bronze: str) -> None:
    """Print which files there are to correct, and what to know about each."""
    for replay in replays:
        if replay.outcome != "refused":
            state = "" if replay.outcome == "written" else " (was there, unchanged)"
            typer.echo(f"{replay.path}: {counted(replay.source.records, 'record')}{state}")
        for note in replay.notes:
            kind = "refused" if replay.outcome == "refused" else "note"
            typer.echo(f"  {kind}: {displayed(note)}")
    if any(replay.outcome != "refused" for replay in replays):
        typer.echo("these files hold rows of the sources, personal data included")
        typer.echo(
            f"next: correct them with a text editor, copy them into {bronze} and run `c360 run`"
        )
    elif not replays:
        typer.echo("nothing is quarantined")


def show_uncleaned(uncleaned: Collection[str]) -> None:
    """Say of how many files in bronze nothing is known yet."""
    if uncleaned:
        files = counted(len(uncleaned), "file")
        typer.echo(f"{files} in bronze not cleaned yet; next: c360 run")


def _table(files: Sequence[QuarantinedFile], *, in_full: bool) -> Table:
    drawn = Table(
        title="Rejected records", title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False
    )
    drawn.add_column("source file", overflow="fold")
    drawn.add_column("rejected", justify="right", no_wrap=True)
    drawn.add_column("reasons" if in_full else "reason, + others", no_wrap=True)
    for file in files:
        past = "" if file.is_current else "\n(not in bronze now)"
        path = escape(displayed(file.source_file))
        drawn.add_row(path + past, f"{file.records:,}", _reasons(file, in_full=in_full))
    return drawn


def _reasons(file: QuarantinedFile, *, in_full: bool) -> str:
    """The reasons of a file with their counts, the most frequent first; or that one alone."""
    causes = sorted(file.reasons, key=lambda cause: (-cause.records, cause.column, cause.reason))
    if in_full:
        return "\n".join(f"{cause.column}:{cause.reason} {cause.records:,}" for cause in causes)
    others = f" +{len(causes) - 1}" if len(causes) > 1 else ""
    return "".join(f"{cause.column}:{cause.reason}{others}" for cause in causes[:1])


def _tell_gone(files: Sequence[QuarantinedFile]) -> None:
    gone = [file for file in files if file.kept < file.records]
    for file in gone:
        typer.echo(
            f"{displayed(file.source_file)}: {file.records - file.kept:,} of {file.records:,} "
            "rejected rows are gone from quarantine, as a lifecycle removes them"
        )
    for way in dict.fromkeys(way_back(file) for file in gone):
        typer.echo(f"of rows that are gone {way}")
