"""What every try of a guarantee is given, and what a guarantee is."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@dataclass(frozen=True)
class Bench:
    """A warm Spark session, a folder for what tries write, and what Spark itself writes."""

    spark: SparkSession
    folder: Path
    logs: tuple[Path, ...] = ()  # folders and files of Spark's own logs; a test session has none

    def told(self) -> dict[Path, int]:
        """The logs of Spark, its event log included, and how long each is by now."""
        self.spark.sparkContext._jsc.sc().listenerBus().waitUntilEmpty()
        files = [file for log in self.logs for file in ([log] if log.is_file() else log.rglob("*"))]
        return {file: file.stat().st_size for file in files if file.is_file()}

    def told_since(self, before: Mapping[Path, int]) -> str:
        """What Spark has told since `told` returned `before`."""
        return "".join(
            file.read_bytes()[before.get(file, 0) :].decode(errors="replace")
            for file in self.told()
        )

    def fresh(self, name: str) -> Path:
        """An empty folder of that name."""
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder


@dataclass(frozen=True)
class Guarantee:
    """One claim and how it is tried; `attempt` returns what went wrong, a sentence each."""

    name: str
    claim: str
    tries: int  # in full volume
    attempt: Callable[[Bench, int], list[str]]
    command: str = "make guarantees"  # what tries it
