"""Servers that speak Google's protocols on this machine, started once for all cloud tests."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cloud.gcs_server import GcsServer, gcs_server

ROOT = Path(__file__).resolve().parents[2]
BINARY = ROOT / "build" / "cloud" / "bin" / "fake-gcs-server"
_numbers = itertools.count(1)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "cloud: needs the servers of `make test-cloud`")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("cloud")


@pytest.fixture(scope="session")
def gcs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GcsServer]:
    """A Cloud Storage server, to which the clients of this process turn."""
    if not BINARY.exists():
        pytest.skip("fake-gcs-server is not installed; `make test-cloud` installs it")
    with (
        gcs_server(BINARY, tmp_path_factory.mktemp("gcs") / "buckets") as server,
        pytest.MonkeyPatch.context() as patched,
    ):
        patched.setenv("STORAGE_EMULATOR_HOST", server.url)
        patched.setenv("C360_CREDENTIALS", "anonymous")
        yield server


@pytest.fixture
def bucket(gcs: GcsServer) -> str:
    """The address of an empty bucket."""
    name = f"bucket-{next(_numbers)}"
    gcs.create_bucket(name)
    return f"gs://{name}"
