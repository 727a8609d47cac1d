"""What the pages about BigQuery and about scaling show is what the code does."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

from c360.warehouse.bigquery_views import audit_views
from tests.googlesql.source_texts import is_statement

ROOT = Path(__file__).resolve().parent.parent
BIGQUERY = (ROOT / "docs/bigquery.md").read_text(encoding="utf-8")
PERFORMANCE = (ROOT / "docs/performance.md").read_text(encoding="utf-8")
SCALING = (ROOT / "docs/scaling.md").read_text(encoding="utf-8")


def block(text: str, language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    return str(found)


def test_the_calculation_of_the_scaling_page_prints_what_it_shows():
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(block(SCALING, "python"), "docs/scaling.md", "exec"), {})
    assert printed.getvalue() == block(SCALING, "text")


def test_the_sentences_of_the_scaling_page_have_the_figures_of_its_calculation():
    shown = block(SCALING, "text")
    (scanned,) = re.findall(r"scans ([\d.]+ TiB) a publication: (\d+) USD", shown)
    (cleaned,) = re.findall(r"on 64: (\d+) USD", shown)
    assert f"instead of {scanned[0]}" in SCALING
    assert round(int(scanned[1]) / int(cleaned)) == 6
    assert "six times the price of cleaning" in SCALING


def test_the_scaling_page_calculates_with_the_speed_that_was_measured():
    (megabytes,) = re.findall(r"^## 1GB: .* records, ([\d.]+) MB of CSV", PERFORMANCE, re.MULTILINE)
    at_1gb = PERFORMANCE[PERFORMANCE.index("## 1GB:") :]
    seconds = re.findall(r"^\| c \| `c360 run` \| [\d.]+ \| ([\d.]+) ", at_1gb, re.MULTILINE)[0]
    ((speed, shown),) = re.findall(r"MB_PER_CORE_SECOND = ([\d.]+) .*: (\d+) CPU seconds", SCALING)
    assert int(shown) == round(float(seconds))
    assert float(speed) == round(float(megabytes) / float(seconds), 1)


def test_the_bigquery_page_names_every_view_of_the_audit_and_files_that_exist():
    for view in audit_views():
        assert f"| `{view.table.name}` |" in BIGQUERY
    named = re.findall(r"`?((?:sql|docs)/[\w./]+\.(?:sql|md))", BIGQUERY)
    assert named
    assert [path for path in named if not (ROOT / path).is_file()] == []


def test_a_statement_is_told_from_a_part_of_one():
    assert is_statement("-- A comment.\nSELECT 1")
    assert not is_statement("CAST(@a AS STRING)")
