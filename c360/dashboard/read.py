"""Reads the measures from their file, and the parts of the page from the package."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from c360.dashboard.measures import Measure, parse_measures
from c360.registry.read import read_document


def read_measures(path: str | Path) -> tuple[Measure, ...]:
    """The measures in a YAML file.

    Raises:
        WrongUse: there is no such file, it is not UTF-8, or the measures have problems.
    """
    return parse_measures(read_document(path, "the measures", "--measures"), str(path))


def read_part(name: str) -> str:
    """One part of the page: the template, the style or a script."""
    return resources.files("c360").joinpath("dashboard", "page", name).read_text(encoding="utf-8")
