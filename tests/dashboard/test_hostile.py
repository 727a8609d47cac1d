"""Texts that want to be more than text: HTML, scripts, formulas, another direction."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dashboard.browsing import OpenPage, opened
from tests.dashboard.worlds import World, in_store, interaction, online

SCRIPT = "</script><script>window.hit = 1</script>"
IMAGE = '<img src=x onerror="window.hit = 1">'
RTL = "\u202e\u0645\u062a\u062c\u0631 evil\u202c"
LONG = "W" * 5000
FORMULA = '=HYPERLINK("http://127.0.0.1/?"&A1;"x")'
NAMES = [
    SCRIPT,
    IMAGE,
    RTL,
    LONG,
    FORMULA,
    "<!--<script>",
    "]]><svg onload=window.hit=1>",
    "{{constructor}} ${window.hit = 1}",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    'He said "hi", & left',
    "line\nbreak",
    "\u2028separator\u2029",
    "datum.value",
    "__proto__",
    "constructor",
    "toString",
    "UNKNOWN",
    "ONLINE",
]


def hostile() -> World:
    """Every name as a location, a category, a product, an agent, a department and a customer."""
    names = dict(enumerate(NAMES, 1))
    months = (1, 2)
    return World(
        {
            "Customers": [
                {"CustomerID": n, "Name": name, "Email": name, "Address": name}
                for n, name in names.items()
            ],
            "Stores": [{"StoreID": n, "Location": name} for n, name in names.items()],
            "Products": [
                {"ProductID": n, "Name": name, "Category": name} for n, name in names.items()
            ],
            "Agents": [
                {"AgentID": n, "Name": name, "Department": name, "Shift": name}
                for n, name in names.items()
            ],
            "LoyaltyAccounts": [
                {"LoyaltyID": n, "CustomerID": n, "PointsEarned": 1, "TierLevel": name}
                for n, name in names.items()
            ],
            "InStoreTransactions": [
                in_store(1000 * n + 10 * m + k, f"2025-0{m}-03 1{k}:00", "10.00", n, n)
                for n in names
                for m in months
                for k in range(5)
            ],
            "OnlineTransactions": [
                online(1000 * n + 10 * m + k, f"2025-0{m}-04 1{k}:00", "5.00", n, n)
                for n in names
                for m in months
                for k in range(5)
            ],
            "CustomerServiceInteractions": [
                interaction(10 * n + k, n, "Resolved" if k % 2 else "Escalated")
                for n in names
                for k in range(6)
            ],
        },
        load_files=[
            {"TableName": "Stores", "Path": name, "Outcome": "read", "Records": 1} for name in NAMES
        ],
    )


@pytest.fixture(scope="module")
def hostile_page(publish) -> Path:
    return publish(hostile(), "hostile", with_customers=True, agent_names=True)


@pytest.fixture
def page(browser, hostile_page):
    with opened(browser, hostile_page) as found:
        yield found
        assert found.page.evaluate("window.hit ?? null") is None


def cut(name: str, most: int) -> str:
    return name if len(name) <= most else name[:most] + "\u2026"


@pytest.mark.parametrize("part", ["Order value", "Customers", "Agents", "Data quality"])
def test_every_part_opens_and_nothing_runs(page: OpenPage, part: str) -> None:
    page.click("tab", part)
    for summary in page.shown().locator("summary:visible").all():
        summary.click()
    assert page.shown().locator("img, script, iframe, object, embed").count() == 0
    assert page.shown().locator("svg [onload], [onerror]").count() == 0


@pytest.mark.parametrize(("dimension", "pseudo"), [("Location", 2), ("Category", 1)])
def test_locations_and_categories_are_shown_as_they_are_spelled(
    page: OpenPage, dimension: str, pseudo: int
) -> None:
    page.click("tab", "Order value")
    page.choose("Dimension", dimension)
    page.choose("Period", "Last month")
    shown = {row["Key"] for row in page.table("Average order value by key and period")}
    plain = [name for name in NAMES if name not in ("UNKNOWN", "ONLINE")]
    assert {cut(name, 400) for name in plain} <= shown
    assert len(shown) >= len(plain) + pseudo


def test_every_chart_labels_hostile_names_as_text(page: OpenPage) -> None:
    page.click("tab", "Order value")
    page.choose("Period", "Last month")
    text = "\n".join(page.labels())
    assert SCRIPT in text
    assert f"\u2068{RTL}\u2069" in text, "another direction ends where its name ends"


def test_a_choice_of_a_hostile_key_draws_its_line(page: OpenPage) -> None:
    page.click("tab", "Order value")
    for name in (IMAGE, "__proto__", "constructor"):
        page.choose("Lines", name)
        assert any(name in label for label in page.labels())


def test_agents_and_departments_are_shown_as_they_are_spelled(page: OpenPage) -> None:
    page.click("tab", "Agents")
    agents = page.table("Agents")
    assert {row["Department"] for row in agents} == {cut(name, 400) for name in NAMES}
    assert f"{IMAGE} (2)" in {row["Agent"] for row in agents}
    page.choose("Department", "__proto__")
    (row,) = page.table("Agents")
    assert row["Agent"].startswith("__proto__")


def test_customers_are_found_and_shown_as_text(page: OpenPage) -> None:
    page.click("tab", "Customer look-up")
    search = page.shown().get_by_label("Number, name or e-mail")
    for name in (SCRIPT, IMAGE, FORMULA, "+1+cmd"):
        search.fill(name)
        assert page.shown().locator("article h3").first.inner_text().startswith(name)
    search.fill("WWWW")
    box = page.shown().locator("article").bounding_box()
    assert box is not None
    assert box["width"] < 1280
    search.fill("no such customer")
    assert page.shown().get_by_text("0 customers found.").is_visible()


def test_no_long_name_widens_the_page(page: OpenPage) -> None:
    for part in ("Overview", "Order value", "Customers", "Agents", "Data quality"):
        page.click("tab", part)
        assert page.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_an_export_has_every_row_and_runs_no_formula(page: OpenPage) -> None:
    page.click("tab", "Order value")
    page.choose("Period", "Last month")
    head, *rows = page.exported("Average order value by key and period")
    assert head[:4] == ["Key", "Average order value (USD)", "Counted orders", "Revenue (USD)"]
    keys = [row[0] for row in rows]
    assert LONG in keys, "a table cuts a long text, its export does not"
    assert SCRIPT in keys
    for name in (FORMULA, "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1+1"):
        assert name not in keys
        # A tab may begin a cell, too: what follows it is defused as well.
        assert "'" + name.replace("\t", "\t'") in keys
    assert [
        key
        for key in keys
        if key.strip(" \t\r\n\"'").startswith(tuple("=+-@")) and not key.startswith("'")
    ] == []
    numbers = [cell for row in rows for cell in row[1:4]]
    assert all(cell == "" or float(cell) >= 0 for cell in numbers)
    assert [row[1] for row in rows if row[0] == SCRIPT] == ["10.00"]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1", '"\'=1"'),
        ("\uff1d1", '"\'\uff1d1"'),
        (" =1", '"\' =1"'),
        ("\u202e=1", '"\'\u202e=1"'),
        ('"=1', '"\'""=1"'),
        ("a=1", '"a=1"'),
        ("1-2", '"1-2"'),
        ("a;=1", '"a;\'=1"'),
        ("a\n@b;\t+1", "\"a\n'@b;\t'+1\""),
        ("a; b, =c", '"a; b, =c"'),
        ("", '""'),
        (None, ""),
    ],
)
def test_a_cell_is_quoted_and_defused(
    page: OpenPage, text: str | None, cell: str, hostile_page: Path
) -> None:
    source = hostile_page.read_text(encoding="utf-8")
    begin = source.index("const FORMULA =")
    function = source[begin : source.index("function csvText")]
    # The page allows no other script to run: the function is tried in a page of its own.
    blank = page.page.context.new_page()
    assert (
        blank.evaluate(f"text => {{ {function}; return csvCell(text, {{kind: 'text'}}) }}", text)
        == cell
    )
