"""Makes the page: reads a warehouse, renders, and puts the file in its place whole."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from c360 import __version__
from c360.dashboard.contents import Contents
from c360.dashboard.html import SCRIPTS, STYLE, TEMPLATE, render_page
from c360.dashboard.load import read_contents
from c360.dashboard.measures import Measure
from c360.dashboard.payload import payload
from c360.dashboard.read import read_part
from c360.errors import OutsideFailure, WrongUse
from c360.failpoints import failpoint
from c360.registry.specs import Policy
from c360.warehouse.protocol import Warehouse

_MARK = "<!-- c360 page {} -->\n"  # the last line of a page that was written to its end


@dataclass(frozen=True, slots=True)
class Built:
    """The page that is there now. `written` is False where it was up to date already."""

    path: Path
    bytes: int
    written: bool
    contents: Contents


def build_page(
    warehouse: Warehouse,
    policy: Policy,
    measures: Sequence[Measure],
    out: Path,
    personal: Mapping[str, bool],
) -> Built:
    """Writes the page of what is published, unless the file is that page already.

    Args:
        warehouse: what is published.
        policy: that of the registry, which has to be the one that gold was made with.
        measures: what the page calls a number.
        out: the file; its folder is made.
        personal: the flags of `read_contents` that ask for personal data.

    Raises:
        WrongUse: the packages that draw charts are not installed, or gold has another policy.
        OutsideFailure: the warehouse or the disk failed.
    """
    contents = read_contents(warehouse, policy, measures, **personal)
    data = payload(contents, policy, measures)
    parts = {name: read_part(name) for name in (TEMPLATE, STYLE, *SCRIPTS)}
    mark = _MARK.format(_fingerprint(parts, data))
    if _ends_with(out, mark):
        return Built(out, out.stat().st_size, False, contents)
    specs, library = _drawing()
    page = (render_page(parts, data, specs, library) + mark).encode("utf-8")
    _put(out, page)
    return Built(out, len(page), True, contents)


def _fingerprint(parts: Mapping[str, str], data: Mapping[str, Any]) -> str:
    """A hash of everything that a page is made of, charts included as their own source."""
    text = json.dumps([__version__, _charts_source(), parts, data], sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:32]


def _charts_source() -> str:
    return Path(__file__).with_name("charts.py").read_text(encoding="utf-8")


def _drawing() -> tuple[dict[str, dict[str, Any]], str]:
    """The charts, and the one library that draws them."""
    try:
        import vl_convert  # noqa: PLC0415  only a page that is written needs it

        from c360.dashboard.charts import specs  # noqa: PLC0415  imports Altair
    except ImportError as cause:
        raise WrongUse(
            f"the dashboard needs the package {cause.name}, which is not installed. "
            "Next: pip install 'c360[dashboard]'"
        ) from cause
    return specs(), vl_convert.javascript_bundle("globalThis.vegaEmbed = vegaEmbed;")


def _ends_with(path: Path, mark: str) -> bool:
    try:
        with path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - len(mark.encode())))
            return file.read() == mark.encode()
    except OSError:
        return False


def _put(path: Path, page: bytes) -> None:
    """The whole page or none: a reader never opens half of one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(page)
                os.fchmod(file.fileno(), 0o644)
            failpoint("dashboard.replace")
            os.replace(name, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise
    except OSError as cause:
        raise OutsideFailure(f"{path}: the page cannot be written ({cause.strerror})") from cause
