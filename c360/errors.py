"""The errors of c360: one class per decision a caller can take, each with its exit code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


class C360Error(Exception):
    """A failure that c360 can explain; its text says where, what was found and what to do next."""

    exit_code = 70


class DataRefused(C360Error):
    """The data was refused and nothing was published: correct the sources, then run again.

    `tables` are those at fault, where the refusal knows them.
    """

    exit_code = 1

    def __init__(self, message: str, tables: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.tables = frozenset(tables)


class WrongUse(C360Error):
    """A wrong option or configuration: correct the command line or the registry."""

    exit_code = 2


class OutsideFailure(C360Error):
    """Storage, warehouse or Spark failed: repair it, then run the same command again."""

    exit_code = 3


class PublicationUnsettled(OutsideFailure):
    """Nobody answers whether this run published. Running again is safe, and finds out."""


class OtherRunPublished(OutsideFailure):
    """Another run published another batch meanwhile; it is named. Running again is safe."""


def listed(headline: str, problems: Sequence[str]) -> str:
    """`headline` and one indented line per problem, so that all problems are read at once."""
    return "\n".join([headline, *(f"  - {problem}" for problem in problems)])
