"""D2: the page in a browser: labelled, filtered, reachable by keyboard, accessible, and alone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.dashboard.browsing import DESKTOP, MARKS, PHONE, OpenPage, labels_of, opened
from tests.dashboard.worlds import ROOT

PARTS = ["Overview", "Order value", "Customers", "Peak times", "Agents", "Data quality"]
PARTS += ["Customer look-up", "Definitions"]
AXE = sorted((ROOT / "build/axe").glob("axe-*.min.js"))
RUN_AXE = """async () => {
  const found = await axe.run(
    {exclude: ['.panel[data-shown=false]']}, {resultTypes: ['violations']});
  const shown = v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 120)).join(' | ');
  return {passes: found.passes.length, violations: found.violations.map(shown)};
}"""
LOOKS = [(size, scheme) for size in (DESKTOP, PHONE) for scheme in ("light", "dark")]


@pytest.fixture
def page(browser, sample_page):
    with opened(browser, sample_page) as found:
        yield found


def test_the_page_is_one_small_file_that_names_no_address(sample_page: Path) -> None:
    text = sample_page.read_text(encoding="utf-8")
    assert sample_page.stat().st_size < 3_000_000
    own = re.sub(r'<script type="module">.*?</script>', "", text, count=1, flags=re.DOTALL)
    assert "http://" not in own
    assert "https://" not in own
    assert "src=" not in own.split("<script", 1)[0]


def test_the_browser_itself_forbids_requests_and_foreign_scripts(page: OpenPage) -> None:
    refused = page.page.evaluate(
        """async () => {
          const seen = [];
          addEventListener('securitypolicyviolation', e => seen.push(e.effectiveDirective));
          const script = document.createElement('script');
          script.textContent = 'window.foreign = true';
          document.body.append(script);
          const image = new Image();
          image.src = 'http://127.0.0.1:9/x.png';
          try { await fetch('http://127.0.0.1:9/') } catch { seen.push('fetch failed') }
          await new Promise(resume => setTimeout(resume, 200));
          return {seen, foreign: window.foreign ?? false};
        }"""
    )
    page.complaints.clear()  # the browser says aloud what it refuses
    assert refused["foreign"] is False
    assert {"script-src-elem", "connect-src", "img-src", "fetch failed"} <= set(refused["seen"])


@pytest.mark.parametrize("part", PARTS)
def test_every_mark_has_a_label_that_says_what_it_is(page: OpenPage, part: str) -> None:
    page.click("tab", part)
    charts = page.shown().locator("svg").count()
    labels = page.labels()
    assert (charts > 0) == bool(labels)
    assert [label for label in labels if not re.search(r"\w.*\d", label or "", re.DOTALL)] == []


@pytest.mark.parametrize("part", PARTS)
def test_every_chart_has_a_title_a_meaning_and_a_table_behind_it(page: OpenPage, part: str) -> None:
    page.click("tab", part)
    for chart in page.shown().locator(".chart:visible").all():
        card = chart.locator("xpath=..")
        assert len(card.locator("h3").inner_text()) > 4
        assert len(card.locator(".means").inner_text()) > 20
        card.locator("summary").click()
        assert card.locator("tbody tr").count() > 0
        assert card.get_by_role("button", name="Download CSV").is_visible()


def test_the_channel_filter_of_the_overview_changes_both_charts(page: OpenPage) -> None:
    both = page.labels()
    page.choose("Channel", "In store")
    only = page.labels()
    assert any("Online" in label for label in both)
    assert only
    assert not any("Online" in label for label in only)
    assert set(only) <= set(both)
    page.choose("Channel", "Both channels")
    assert page.labels() == both


def test_a_period_changes_what_is_compared_and_says_which_months(page: OpenPage) -> None:
    page.click("tab", "Order value")
    assert "Oct 2025 to Dec 2025 against Jul 2025 to Sep 2025" in page.answer()
    page.choose("Period", "Last month")
    assert "Dec 2025 against Nov 2025" in page.answer()
    page.choose("Period", "All months")
    assert "no period before them" in page.answer()


def test_the_lines_of_the_trend_can_be_one_key(page: OpenPage) -> None:
    page.click("tab", "Order value")
    page.choose("Dimension", "Category")
    page.choose("Lines", "Toys")
    trend = page.shown().locator("section", has_text="and month").last
    labels = labels_of(trend.locator(MARKS))
    assert labels
    assert all("Toys" in label for label in labels)


def test_the_loyalty_filter_changes_segments_and_their_answer(page: OpenPage) -> None:
    page.click("tab", "Customers")
    page.choose("Loyalty tier", "Platinum")
    rows = page.table("Segments")
    assert "Loyalty Champion" in page.answer()
    assert sum(int(row["Customers"]) for row in rows) < 194
    assert {
        row["Loyalty tier"] for row in page.table("Customers and spend by segment and loyalty tier")
    } == {"Platinum"}


def test_a_department_is_judged_against_its_own_rate(page: OpenPage) -> None:
    page.click("tab", "Agents")
    page.choose("Department", "Returns")
    assert {row["Department"] for row in page.table("Agents")} == {"Returns"}
    (row,) = page.table("Departments")
    assert f"({row['Resolution rate']} of {row['Interactions']} interactions)" in page.answer()


def test_each_part_says_which_filters_it_has(page: OpenPage) -> None:
    for part, words in {
        "Order value": ("dimension", "channel", "period"),
        "Customers": ("loyalty tier",),
        "Peak times": ("channel",),
        "Agents": ("department", "shift"),
    }.items():
        page.click("tab", part)
        said = page.shown().locator(".scope").inner_text()
        assert all(word in said for word in words)


def test_the_keyboard_reaches_tabs_filters_tables_and_sorting(page: OpenPage) -> None:
    keyboard = page.page.keyboard
    page.page.locator("#tab-overview").focus()
    keyboard.press("ArrowRight")
    assert page.page.evaluate("document.activeElement.id") == "tab-orders"
    assert page.shown().get_attribute("id") == "part-orders"
    keyboard.press("End")
    assert page.shown().get_attribute("id") == "part-definitions"
    keyboard.press("Home")
    keyboard.press("ArrowLeft")
    assert page.shown().get_attribute("id") == "part-definitions"
    page.page.locator("#tab-definitions").press("ArrowLeft")
    page.page.locator("#tab-customer").press("ArrowLeft")
    reached = set()
    for _ in range(60):
        keyboard.press("Tab")
        reached.add(page.page.evaluate("document.activeElement.textContent.trim().slice(0, 30)"))
    assert {"Download CSV", "Records", "Data table: Why records wer"[:30]} & reached
    head = page.shown().get_by_role("button", name="Rejected", exact=True).first
    head.focus()
    keyboard.press("Enter")
    assert head.locator("xpath=..").get_attribute("aria-sort") == "descending"


def test_a_sorted_column_is_in_the_order_of_its_numbers(page: OpenPage) -> None:
    page.click("tab", "Data quality")
    head = page.shown().get_by_role("button", name="Records", exact=True).last
    for direction in (-1, 1):
        head.click()
        values = [int(row["Records"].replace(",", "")) for row in page.table("Source files")]
        assert values == sorted(values, reverse=direction < 0)
        assert len(set(values)) > 10


def test_the_address_names_the_part_and_opens_it(browser, sample_page) -> None:
    with opened(browser, sample_page, "agents") as page:
        assert page.shown().get_attribute("id") == "part-agents"
        page.click("tab", "Peak times")
        assert page.page.url.endswith("#peaks")


def test_focus_shows_a_tooltip_s_text_to_the_mouse(page: OpenPage) -> None:
    page.shown().locator(MARKS).first.hover()
    tip = page.page.locator("#tip")
    tip.wait_for(state="visible")
    assert "Revenue" in tip.inner_text()


@pytest.mark.parametrize(("viewport", "color_scheme"), LOOKS)
def test_nothing_is_cut_off_sideways(browser, sample_page, viewport, color_scheme) -> None:
    with opened(browser, sample_page, viewport=viewport, color_scheme=color_scheme) as page:
        for part in PARTS:
            page.click("tab", part)
            wide = page.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, part


@pytest.mark.parametrize(("viewport", "color_scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_axe_finds_no_violation(browser, sample_page, viewport, color_scheme) -> None:
    if not AXE:
        pytest.skip("axe-core is not there: make test-dashboard fetches it")
    with opened(browser, sample_page, viewport=viewport, color_scheme=color_scheme) as page:
        page.page.evaluate(AXE[-1].read_text(encoding="utf-8"))
        for part in PARTS:
            page.click("tab", part)
            for summary in page.shown().locator("summary:visible").all():
                summary.click()
            found = page.page.evaluate(RUN_AXE)
            assert found["violations"] == [], part
            assert found["passes"] > 10, part


def test_axe_finds_what_is_broken_on_purpose(browser, sample_page) -> None:
    if not AXE:
        pytest.skip("axe-core is not there: make test-dashboard fetches it")
    with opened(browser, sample_page) as page:
        page.page.evaluate(AXE[-1].read_text(encoding="utf-8"))
        page.page.evaluate(
            "document.querySelector('.panel[data-shown=true] label').removeAttribute('for')"
        )
        found = page.page.evaluate("async () => (await axe.run()).violations.map(v => v.id)")
        assert "select-name" in found


def test_print_shows_every_part_on_white_without_controls(browser, sample_page) -> None:
    with opened(browser, sample_page, color_scheme="dark") as page:
        page.page.emulate_media(media="print")
        visible = page.page.evaluate(
            "() => [...document.querySelectorAll('.panel')].filter(p => "
            "getComputedStyle(p).visibility === 'visible' && p.offsetHeight > 50).map(p => p.id)"
        )
        assert visible == [
            f"part-{name}"
            for name in (
                "overview",
                "orders",
                "customers",
                "peaks",
                "agents",
                "quality",
                "definitions",
            )
        ]
        assert page.page.evaluate("getComputedStyle(document.body).backgroundColor") == (
            "rgb(255, 255, 255)"
        )
        assert page.page.locator(".button:visible, .tabs button:visible").count() == 0


def test_print_says_what_was_chosen_and_that_rows_are_left_out(browser, sample_page) -> None:
    with opened(browser, sample_page, "peaks") as page:
        page.choose("Channel", "Online")
        page.shown().locator("summary").first.click()
        page.page.emulate_media(media="print")
        chosen = page.shown().get_by_label("Channel", exact=True)
        assert chosen.is_visible()
        assert chosen.locator("option:checked").inner_text() == "Online"
        assert page.shown().get_by_text("The first 50 of 168 rows").first.is_visible()


def test_the_widest_table_fits_on_paper(browser, sample_page) -> None:
    with opened(browser, sample_page, "agents") as page:
        page.shown().locator("summary").first.click()
        page.page.emulate_media(media="print")
        page.page.set_viewport_size({"width": 760, "height": 1000})  # A4 with usual margins
        cell = page.shown().locator(".scroll").first.locator("thead th").last
        box = cell.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 760


def test_on_a_phone_a_row_keeps_its_name_while_its_numbers_move(browser, sample_page) -> None:
    with opened(browser, sample_page, "agents", viewport=PHONE) as page:
        page.shown().locator("summary").first.click()
        region = page.shown().locator(".scroll").first
        page.page.wait_for_function(
            "node => node.dataset.more === 'right'", arg=region.element_handle()
        )
        region.evaluate("node => node.scrollTo(10000, 0)")
        page.page.wait_for_function(
            "node => node.dataset.more === 'left '", arg=region.element_handle()
        )
        row = region.locator("tbody tr").first
        name, last = row.locator("th"), row.locator("td").last
        place = region.bounding_box()
        for cell in (name, last):
            box = cell.bounding_box()
            assert box is not None
            assert place is not None
            assert place["x"] - 1 <= box["x"]
            assert box["x"] + box["width"] <= place["x"] + place["width"] + 1


def test_a_page_that_nobody_asked_to_name_anyone_names_nobody(publish) -> None:
    from tests.dashboard.worlds import sample  # noqa: PLC0415  only here

    world = sample()
    text = publish(world, "nameless").read_text(encoding="utf-8")
    people = [row["Name"] for row in (*world.silver["Customers"], *world.silver["Agents"])]
    people += [row["Email"] for row in world.silver["Customers"]]
    people += [row["Address"] for row in world.silver["Customers"]]
    assert len(people) > 400
    assert [each for each in people if each and json.dumps(each)[1:-1] in text] == []
    assert "Customer look-up" not in text.split('id="data"')[1].split("</script>")[0]


def test_without_names_agents_are_numbers_and_there_is_no_look_up(browser, publish) -> None:
    from tests.dashboard.worlds import sample  # noqa: PLC0415  only here

    with opened(browser, publish(sample(), "numbers")) as page:
        assert page.page.get_by_role("tab", name="Customer look-up").count() == 0
        page.click("tab", "Agents")
        assert "Agent 328" in page.answer()
