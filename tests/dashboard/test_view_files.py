"""Each file creates the view that the page reads, one statement a file, for BigQuery."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import exp

from c360.dashboard.read import read_measures
from c360.dashboard.view_files import DATASET, view_files
from c360.dashboard.views import views
from c360.warehouse.dialect import to_bigquery
from tests.dashboard.worlds import ROOT

MEASURES = read_measures(ROOT / "dashboards/measures.yaml")
FILES = view_files(MEASURES)


@pytest.mark.parametrize("view", views(MEASURES), ids=lambda view: view.name)
def test_a_file_creates_the_view_that_the_page_reads(view) -> None:
    text = FILES[f"views/{view.name}.sql"]
    created = sqlglot.parse_one(text, "bigquery")
    assert isinstance(created, exp.Create)
    assert created.this.this.sql("bigquery") == f"`{DATASET}`.`{view.name}`"
    body = created.expression.sql("bigquery")
    assert body == sqlglot.parse_one(to_bigquery(view.select), "bigquery").sql("bigquery")
    assert [column.name for column in created.this.expressions] == list(view.column_names)


def test_lines_are_short_but_for_descriptions_and_literals() -> None:
    long = [
        line
        for text in FILES.values()
        for line in text.splitlines()
        if len(line) > 100 and "description=" not in line and "'" not in line
    ]
    assert long == []
