"""Takes the pictures of docs/img from the sample: `python -m tests.dashboard.pictures`."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from c360.dashboard.build import build_page
from c360.dashboard.read import read_measures
from tests.dashboard.worlds import POLICY, ROOT, sample

FOLDER = ROOT / "docs/img"
OPENED = dt.datetime(2026, 1, 1, 9, 0, tzinfo=dt.UTC)  # a page says how old its data is
DESKTOP, PHONE = {"width": 1180, "height": 900}, {"width": 390, "height": 1280}  # with a chart
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
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            for name, part, viewport, scheme in PICTURES:
                options = {"viewport": viewport, "color_scheme": scheme, "offline": True}
                _take(browser, f"{page.as_uri()}#{part}", FOLDER / f"{name}.png", options)
            browser.close()


def _take(browser: Browser, address: str, picture: Path, options: dict[str, Any]) -> None:
    tab = browser.new_context(**options).new_page()
    tab.clock.set_fixed_time(OPENED)
    tab.goto(address)
    tab.evaluate("() => chartsDrawn()")
    tab.screenshot(path=picture)


if __name__ == "__main__":
    main()
