"""The places of one run in a test: its registry, bronze, silver and warehouse below one folder."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

from c360.cli import main
from c360.pipeline import run
from c360.registry.load import parse_registry
from c360.registry.specs import Registry
from c360.report import RunReport
from c360.settings import Settings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

OWN = Path(__file__).resolve().parents[2] / "conf" / "tables.yaml"
_BUDGETS = {
    "max_rejected: 0.05": "max_rejected: 1",
    "max_rejected_file: 0.5": "max_rejected_file: 1",
    "max_shrink: 0.5": "max_shrink: 1",
}


@dataclass(frozen=True)
class Places:
    """Where a run reads and writes."""

    registry: Path
    bronze: Path
    silver: Path
    warehouse: Path

    @classmethod
    def below(cls, folder: Path, registry: str = "", **given: Path) -> Places:
        """Places in a folder; `registry` is its text, the project's own when empty."""
        folder.mkdir(parents=True, exist_ok=True)
        text = folder / "tables.yaml"
        text.write_text(registry or OWN.read_text())
        return cls(
            **{
                "registry": text,
                "bronze": folder / "bronze",
                "silver": folder / "silver",
                "warehouse": folder / "warehouse.duckdb",
                **given,
            }
        )

    def settings(self, **options: Any) -> Settings:
        return Settings(
            registry=self.registry,
            bronze=str(self.bronze),
            silver=str(self.silver),
            warehouse=f"duckdb:///{self.warehouse}",
            **options,
        )

    @property
    def rules(self) -> Registry:
        """The registry, parsed."""
        return parse_registry(self.registry.read_text(), str(self.registry))

    @property
    def words(self) -> list[str]:
        """The options of a command that name these places."""
        return [
            *("--registry", str(self.registry), "--bronze", str(self.bronze)),
            *("--silver", str(self.silver), "--warehouse", f"duckdb:///{self.warehouse}"),
        ]

    def run(self, spark: SparkSession, **options: Any) -> RunReport:
        """A run in this process, in a session that is already warm."""
        return run(self.settings(**options), spark=lambda _: spark)

    def moved(self, **places: Path) -> Places:
        """The same with other places."""
        return dataclasses.replace(self, **places)


@dataclass(frozen=True)
class Outcome:
    """How a command ended, and what it said."""

    exit_code: int
    stdout: str
    stderr: str


def command(*words: str, spark: SparkSession | None = None) -> Outcome:
    """`c360 words` in this process; a run uses `spark`, and stops it as little as it starts it."""
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["c360", *words]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        _warm(spark),
    ):
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
    return Outcome(code, out.getvalue(), err.getvalue())


@contextlib.contextmanager
def _warm(spark: SparkSession | None) -> Iterator[None]:
    def start(_: int) -> SparkSession:
        assert spark is not None, "this command was not expected to start Spark"
        return spark

    def warm_run(settings: Settings, progress: Any) -> RunReport:
        return run(settings, progress, spark=start)

    with (
        mock.patch("c360.cli.run.run_pipeline", warm_run),
        mock.patch("c360.cli.run.stop_session"),
        mock.patch("c360.cli.explain.stop_session"),
    ):
        yield


def own_registry(change: Callable[[str], str] = str) -> str:
    """The text of the project's own registry, changed."""
    return change(OWN.read_text())


def tolerant(registry: str) -> str:
    """The registry with budgets that nothing exceeds: small sets are dirtier than real sources."""
    return replaced(registry, _BUDGETS)


def replaced(registry: str, parts: dict[str, str]) -> str:
    """The registry with parts of its text replaced, each of which it has exactly once."""
    for old, new in parts.items():
        assert registry.count(old) == 1, f"the registry has {registry.count(old)} of '{old}'"
        registry = registry.replace(old, new)
    return registry
