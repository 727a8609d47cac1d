"""Puts the page together: one HTML text that asks nothing of any server."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from string import Template
from typing import Any

TEMPLATE, STYLE = "template.html", "style.css"
# In this order they are one script.
SCRIPTS = (
    "data.js",
    "numbers.js",
    "dom.js",
    "table.js",
    "figure.js",
    "tabs.js",
    "verdicts.js",
    "overview.js",
    "order_rows.js",
    "orders.js",
    "customers.js",
    "peaks.js",
    "agent_rows.js",
    "agents.js",
    "quality.js",
    "lookup.js",
    "main.js",
)


def render_page(
    parts: Mapping[str, str], data: Mapping[str, Any], specs: Mapping[str, Any], library: str
) -> str:
    """The page.

    Its policy lets the browser run these scripts alone, known by their hashes, and load nothing:
    a script that data tried to smuggle in would not run, and no request can leave the page.

    Args:
        parts: the text of `TEMPLATE`, `STYLE` and each of `SCRIPTS`.
        data: what `payload` made.
        specs: the charts, as Vega-Lite.
        library: the script that draws them.
    """
    scripts = "\n".join(parts[name] for name in SCRIPTS)
    own, drawn = f"\n{scripts}\n", library.replace("</script", "<\\/script")
    return Template(parts[TEMPLATE]).substitute(
        policy=_policy(own, drawn),
        style=parts[STYLE],
        data=json_in_html(data),
        specs=json_in_html(specs),
        library=drawn,
        scripts=scripts,
    )


def json_in_html(value: Any) -> str:
    """JSON that no HTML parser can see the end of: no <, > or & is left in it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    # A lone surrogate cannot be written as UTF-8.
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _policy(*scripts: str) -> str:
    hashes = " ".join(f"'sha256-{_digest(script)}'" for script in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
