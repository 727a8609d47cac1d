"""Takes the pictures of docs/img from the sample: `python -m tests.dashboard.pictures`."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from c360.dashboard.build import build_page
from c360.dashboard.read import read_measures
from tests.dashboard.worlds import POLICY, ROOT, sample

FOLDER = ROOT / "docs/img"
OPENED = dt.datetime(2026, 1, 1, 9, 0, tzinfo=dt.UTC)  # a page says how old its data is
DESKTOP, PHONE = {"width": 1180, "height": 860}, {"width": 390, "height": 844}
PICTURES = (
    ("overview", "overview", {**DESKTOP, "height": 1180}, "light"),
    ("order-value-dark", "orders", DESKTOP, "dark"),
    ("agents-phone", "agents", PHONE, "light"),
    ("peak-times-phone-dark", "peaks", PHONE, "dark"),
)


def main() -> None:
    """Writes every picture."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        warehouse = sample().write(Path(folder) / "warehouse.duckdb")
        build_page(warehouse, POLICY, read_measures(ROOT / "dashboards/measures.yaml"), page, {})
        for picture in PICTURES:
            _take(page, *picture)


def _take(page: Path, name: str, part: str, viewport: dict[str, int], scheme: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        context = browser.new_context(viewport=viewport, color_scheme=scheme, offline=True)
        tab = context.new_page()
        tab.clock.set_fixed_time(OPENED)
        tab.goto(f"{page.as_uri()}#{part}")
        tab.evaluate("() => chartsDrawn()")
        tab.screenshot(path=FOLDER / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
