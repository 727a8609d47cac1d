"""The analyzer of GoogleSQL, started once."""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.googlesql.analyzer import GoogleSQL

# The environment of PySpark 3.5 has no analyzer; the texts are the same there.
collect_ignore_glob = ["test_*.py"] if metadata.version("pyspark").startswith("3.5") else []


@pytest.fixture(scope="session")
def google() -> GoogleSQL:
    """GoogleSQL with the tables of the contracts; its machine code is kept in build/."""
    from tests.googlesql.analyzer import GoogleSQL  # noqa: PLC0415  not in every environment
    from tests.googlesql.catalogue import ROOT, catalogue  # noqa: PLC0415

    analyzer = GoogleSQL(ROOT / "build")
    analyzer.use(catalogue())
    return analyzer


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs the analyzer, so that `make test-fast` can leave it out."""
    for item in items:
        if "google" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.googlesql)
