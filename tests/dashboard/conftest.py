"""Pages of made-up warehouses, and a real browser to open them in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from c360.dashboard.build import build_page
from c360.dashboard.measures import Measure
from c360.dashboard.read import read_measures
from tests.dashboard.worlds import ROOT, World, sample

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome")
Publish = Callable[..., Path]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What opens a browser is left out of `make test`; `make test-dashboard` runs it."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def measures() -> tuple[Measure, ...]:
    return read_measures(ROOT / "dashboards/measures.yaml")


@pytest.fixture(scope="session")
def library() -> str:
    """The drawing library, bundled once for all pages of the tests."""
    import vl_convert  # noqa: PLC0415  only pages that are written need it

    return vl_convert.javascript_bundle("globalThis.vegaEmbed = vegaEmbed;")


@pytest.fixture(scope="session")
def publish(
    tmp_path_factory: pytest.TempPathFactory, measures: tuple[Measure, ...], library: str
) -> Publish:
    """A function that writes a world and its page, and returns the page's path."""
    from unittest import mock  # noqa: PLC0415  only here

    def make(world: World, name: str, **personal: bool) -> Path:
        folder = tmp_path_factory.mktemp(name)
        warehouse = world.write(folder / "warehouse.duckdb")
        out = folder / "page.html"
        with mock.patch("vl_convert.javascript_bundle", return_value=library):
            build_page(warehouse, world.policy, measures, out, personal)
        return out

    return make


@pytest.fixture(scope="session")
def sample_page(publish: Publish) -> Path:
    """The page of the sample with all that can be asked for; the warehouse lies beside it."""
    return publish(sample(), "sample", with_customers=True, agent_names=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium, the one of this machine."""
    path = os.environ.get("C360_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        pytest.skip("no Chromium on the path: install it, or name it in C360_CHROMIUM")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  needs the browser

    with sync_playwright() as playwright:
        # Inside a container root has no sandbox; the pages are our own, and have no network.
        launched = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield launched
        launched.close()
