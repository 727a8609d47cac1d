"""The page as text: no data can end its place, and only the page's own scripts may run."""

from __future__ import annotations

import base64
import hashlib
import html.parser
import json
import re

import pytest

from c360.dashboard.html import SCRIPTS, STYLE, TEMPLATE, json_in_html, render_page
from c360.dashboard.read import read_part

PARTS = {name: read_part(name) for name in (TEMPLATE, STYLE, *SCRIPTS)}
HOSTILE = [
    "</script>",
    "<!--",
    "<script>",
    "]]>",
    "\u2028",
    "\u2029",
    "&lt;",
    "$data",
    "${x}",
    "\\",
]


class Scripts(html.parser.HTMLParser):
    """The script elements as an HTML parser sees them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[dict, str]] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag == "script":
            self.inside = True
            self.found.append((dict(attrs), ""))

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "script"

    def handle_data(self, data: str) -> None:
        if self.inside:
            attributes, text = self.found[-1]
            self.found[-1] = (attributes, text + data)


def scripts(page: str) -> list[tuple[dict, str]]:
    parser = Scripts()
    parser.feed(page)
    return parser.found


@pytest.mark.parametrize("text", [*HOSTILE, "".join(HOSTILE), "plain", "\u202e", "\ud800"])
def test_json_in_html_is_the_same_value_and_ends_nowhere(text: str) -> None:
    made = json_in_html({"a": [text], text: 1})
    assert not re.search("[<>&\u2028\u2029]", made)
    made.encode("utf-8")
    if text != "\ud800":
        assert json.loads(made) == {"a": [text], text: 1}


def test_a_page_of_hostile_data_has_its_own_four_scripts() -> None:
    page = render_page(PARTS, {"x": HOSTILE}, {"y": HOSTILE}, "const a = '</script>';")
    found = scripts(page)
    assert [attributes.get("type") for attributes, _ in found] == [
        "application/json",
        "application/json",
        "module",
        "module",
    ]
    assert json.loads(found[0][1]) == {"x": HOSTILE}
    assert json.loads(found[1][1]) == {"y": HOSTILE}


def test_the_policy_names_the_hashes_of_what_may_run_and_nothing_else() -> None:
    page = render_page(PARTS, {}, {}, "const library = 1;")
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', page)
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    running = [text for attributes, text in scripts(page) if attributes["type"] == "module"]
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for text in running
    ]
    assert rules["default-src"] == "'none'"
    assert rules["script-src"].split() == sorted(hashes, key=rules["script-src"].index)
    assert len(hashes) == 2
    assert "unsafe-eval" not in policy


def test_no_script_of_the_page_makes_html_of_text() -> None:
    risky = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
    )
    assert {name: risky.findall(text) for name, text in PARTS.items() if risky.search(text)} == {}


def test_no_part_of_the_page_names_an_address() -> None:
    named = {
        name: re.findall(r"(?:https?:)?//[a-z][\w.]+\.[a-z]+", text) for name, text in PARTS.items()
    }
    assert {name: found for name, found in named.items() if found} == {}
    assert all("@import" not in text and "url(" not in text for text in PARTS.values())
