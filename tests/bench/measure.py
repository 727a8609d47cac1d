"""Runs a command and measures its whole tree of processes."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

_PAUSE = 0.2  # seconds between two looks at the processes
_SHOWN = 2_000  # characters of what a failed command printed last


@dataclass(frozen=True)
class Cost:
    """What one command cost."""

    seconds: float
    cpu_seconds: float  # of all its processes
    peak_bytes: int  # greatest sum of their memory; what they share counts once


@dataclass
class _Watch:
    """Looks at a process and its children until it is told to stop."""

    process: psutil.Process
    stop: threading.Event = field(default_factory=threading.Event)
    cpu: dict[tuple[int, float], float] = field(default_factory=dict)
    peak_bytes: int = 0

    def look(self) -> None:
        while not self.stop.wait(_PAUSE):
            total = 0
            for each in self._tree():
                try:
                    times = each.cpu_times()
                    self.cpu[each.pid, each.create_time()] = times.user + times.system
                    total += each.memory_full_info().pss
                except psutil.Error:
                    continue
            self.peak_bytes = max(self.peak_bytes, total)

    def _tree(self) -> list[psutil.Process]:
        try:
            return [self.process, *self.process.children(recursive=True)]
        except psutil.Error:
            return []


def measured(words: Sequence[str], folder: Path, env: Mapping[str, str], log: Path) -> Cost:
    """The cost of a command that must end well; what it prints goes to the end of a file.

    Raises:
        RuntimeError: it ended otherwise; with the end of what it printed.
    """
    with log.open("ab") as told:
        started = time.monotonic()
        process = subprocess.Popen(words, cwd=folder, env=env, stdout=told, stderr=told)
        watch = _Watch(psutil.Process(process.pid))
        thread = threading.Thread(target=watch.look)
        thread.start()
        code = process.wait()
        seconds = time.monotonic() - started
        watch.stop.set()
        thread.join()
    if code:
        end = log.read_text(encoding="utf-8", errors="replace")[-_SHOWN:]
        raise RuntimeError(f"{' '.join(words)} ended with {code}:\n{end}")
    return Cost(seconds, sum(watch.cpu.values()), watch.peak_bytes)
