"""Reads and operates a page the way a person does, and keeps what a person must not see."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_READ_TABLE = """node => {
  const more = [...node.querySelectorAll('button')].find(b => b.textContent.startsWith('Show all'));
  if (more && !more.hidden) more.click();
  const text = cell => cell.textContent.replaceAll('\\u00a0', ' ').replaceAll('\\u2212', '-');
  return {heads: [...node.querySelectorAll('thead th')].map(text),
          rows: [...node.querySelectorAll('tbody tr')].map(r => [...r.children].map(text))};
}"""
# Axes and legends are no marks; Vega labels them itself.
MARKS = (
    '[role="graphics-symbol"]:not([aria-roledescription="axis"], [aria-roledescription="legend"])'
)
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


class OpenPage:
    """One page in one tab of a browser that has no network."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.clicks = 0
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("request", lambda request: self._asked(request.url))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))

    def _hear(self, kind: str, text: str) -> None:
        if kind in ("error", "warning", "assert"):
            self.complaints.append(f"{kind}: {text}")

    def _asked(self, url: str) -> None:
        if not url.startswith(("file:", "data:", "blob:")):
            self.complaints.append(f"request: {url}")

    def drawn(self) -> None:
        """Waits until every chart is drawn."""
        self.page.evaluate("() => chartsDrawn()")

    def click(self, role: str, name: str) -> None:
        """One click of a person."""
        self.clicks += 1
        self.page.get_by_role(role, name=name, exact=True).click()

    def choose(self, label: str, option: str) -> None:
        """One choice of a filter of the part that is shown, which counts as a click."""
        self.clicks += 1
        self.shown().get_by_label(label, exact=True).select_option(label=option)
        self.drawn()

    def shown(self) -> Any:
        """The part that is shown."""
        return self.page.locator(".panel[data-shown=true]")

    def answer(self) -> str:
        """What the part that is shown says first, on one line."""
        text = self.shown().locator(".answer").first.inner_text()
        return re.sub(r"\s+", " ", text.replace("\u2212", "-"))

    def table(self, caption: str) -> list[dict[str, str]]:
        """All rows of the table with this caption, by the heads of its columns."""
        region = self.page.locator(f'div:has(> div > table > caption:text-is("{caption}"))').first
        found = region.evaluate(_READ_TABLE)
        return [dict(zip(found["heads"], row, strict=True)) for row in found["rows"]]

    def exported(self, caption: str) -> list[list[str]]:
        """The CSV file of the table with this caption, read again."""
        table = self.page.locator(f'div:has(> div > table > caption:text-is("{caption}"))').first
        with self.page.expect_download() as download:
            table.locator("button", has_text="Download CSV").evaluate("button => button.click()")
        data = Path(download.value.path()).read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))

    def labels(self) -> list[str]:
        """The labels of all marks of charts in the part that is shown."""
        return labels_of(self.shown().locator(MARKS))


def labels_of(marks: Any) -> list[str]:
    """Their labels, as screen readers have them."""
    return marks.evaluate_all("all => all.map(mark => mark.getAttribute('aria-label'))")


@contextmanager
def opened(
    browser: Browser, path: Path, part: str = "", at: dt.datetime | None = None, **options: Any
) -> Iterator[OpenPage]:
    """The page at `path`, drawn; afterwards nothing may have been complained about or asked for.

    Args:
        browser: in which it is opened, without a network.
        path: the file.
        part: the one that the address names.
        at: when it is opened, since a page says how old its data is; now if None.
        options: of the browser's context, such as its viewport.
    """
    context = browser.new_context(
        offline=True, viewport=options.pop("viewport", DESKTOP), accept_downloads=True, **options
    )
    context.set_default_timeout(20_000)
    try:
        open_page = OpenPage(context.new_page())
        if at is not None:
            open_page.page.clock.set_fixed_time(at)
        open_page.page.goto(f"{path.resolve().as_uri()}{f'#{part}' if part else ''}")
        open_page.drawn()
        yield open_page
        assert open_page.complaints == [], open_page.complaints
    finally:
        context.close()
