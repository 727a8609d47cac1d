"""Shows the steps of a run: bars on a terminal, lines elsewhere, JSON for machines."""

from __future__ import annotations

import datetime as dt
import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.text import Text

from c360.cli.display import displayed, displayed_lines
from c360.progress import Progress

_WIDEST = 48


class TerminalProgress:
    """One bar a stage, with the latest step beside it; warnings above the bars."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._tasks: dict[str, int] = {}

    def started(self, run_id: str) -> None:
        """Name the run."""
        self._bars.console.print(f"run {run_id}", highlight=False)

    def begin(self, stage: str, steps: int) -> None:
        """Add the bar of a stage."""
        self._tasks[stage] = int(self._bars.add_task(stage, total=steps, step=""))

    def advance(self, stage: str, done: str) -> None:
        """Move the bar of a stage."""
        self._bars.update(self._tasks[stage], advance=1, step=displayed(done)[:_WIDEST])  # type: ignore[arg-type]

    def warn(self, warning: str) -> None:
        """Print a warning above the bars."""
        told = Text.assemble(("warning ", "yellow"), displayed_lines(warning))
        self._bars.console.print(told, soft_wrap=True)


class PlainProgress:
    """One line a step on standard error."""

    def __init__(self) -> None:
        self._done: dict[str, int] = {}
        self._steps: dict[str, int] = {}
        self._lock = threading.Lock()

    def started(self, run_id: str) -> None:
        """Name the run."""
        self._say(f"run {run_id}")

    def begin(self, stage: str, steps: int) -> None:
        """Note how many steps a stage has."""
        self._done[stage], self._steps[stage] = 0, steps

    def advance(self, stage: str, done: str) -> None:
        """Say which step is done."""
        with self._lock:
            self._done[stage] += 1
            count = f"{self._done[stage]}/{self._steps[stage]}"
        self._say(f"{stage} {count} {displayed(done)}")

    def warn(self, warning: str) -> None:
        """Say a warning."""
        self._say(f"warning {displayed_lines(warning)}")

    def _say(self, text: str) -> None:
        sys.stderr.write(f"{text}\n")


class JsonProgress:
    """One JSON object a line on standard error, each with the RunID."""

    def __init__(self) -> None:
        self._run_id = ""

    def started(self, run_id: str) -> None:
        """Remember the run."""
        self._run_id = run_id
        self._say("info", "run", "started")

    def begin(self, stage: str, steps: int) -> None:
        """Say that a stage begins."""
        self._say("info", stage, f"{steps} steps")

    def advance(self, stage: str, done: str) -> None:
        """Say which step is done."""
        self._say("info", stage, done)

    def warn(self, warning: str) -> None:
        """Say a warning."""
        self._say("warning", "run", warning)

    def _say(self, level: str, stage: str, message: str) -> None:
        line = {
            "time": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"),
            "level": level,
            "run_id": self._run_id,
            "stage": stage,
            "message": message,
        }
        sys.stderr.write(json.dumps(line, ensure_ascii=False) + "\n")


@contextmanager
def shown_progress(log_format: str) -> Iterator[Progress]:
    """The listener that fits where standard error goes."""
    if log_format == "json":
        yield JsonProgress()
        return
    if not sys.stderr.isatty():
        yield PlainProgress()
        return
    columns = (
        TextColumn("{task.description:8}"),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[step]}", markup=False),
    )
    with Bars(*columns, console=Console(stderr=True)) as bars:
        yield TerminalProgress(bars)
