"""How a run says what it is doing, whoever listens."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Receives the steps of a run as they happen, possibly from several threads."""

    def started(self, run_id: str) -> None:
        """The run has its name."""

    def begin(self, stage: str, steps: int) -> None:
        """A stage starts that has this many steps."""

    def advance(self, stage: str, done: str) -> None:
        """One step of a stage is done; `done` says which, in a few words."""

    def warn(self, warning: str) -> None:
        """Something that a person should know and that does not stop the run."""


class Silent:
    """Listens to nothing; the report has the warnings too."""

    def started(self, run_id: str) -> None:
        """Ignore the name."""

    def begin(self, stage: str, steps: int) -> None:
        """Ignore a stage."""

    def advance(self, stage: str, done: str) -> None:
        """Ignore a step."""

    def warn(self, warning: str) -> None:
        """Ignore a warning."""
