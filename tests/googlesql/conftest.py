"""The analyzer of GoogleSQL, started once."""

from __future__ import annotations

import pytest

from tests.googlesql.analyzer import GoogleSQL
from tests.googlesql.catalogue import ROOT, catalogue


@pytest.fixture(scope="session")
def google() -> GoogleSQL:
    """GoogleSQL with the tables of the contracts; its machine code is kept in build/."""
    analyzer = GoogleSQL(ROOT / "build")
    analyzer.use(catalogue())
    return analyzer


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs the analyzer, so that `make test-fast` can leave it out."""
    for item in items:
        if "google" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.googlesql)
