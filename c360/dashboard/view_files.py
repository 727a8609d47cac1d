"""The dashboard's views as files for people, who run them in BigQuery."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Sequence

from c360.dashboard.measures import Measure
from c360.dashboard.views import View, ViewColumn, views

DATASET = "customer360_dashboard"
_WIDTH = 100
_GENERATED = (
    "Rendered from dashboards/measures.yaml and the contracts; do not edit it by hand: "
    "make golden TESTS=tests/dashboard/test_view_files.py"
)
_BY_HAND = "To create it: bq query --use_legacy_sql=false < sql/{path}"
_ABOUT = (
    "The dataset of the dashboard's views. It holds no personal data, so it can be shared without "
    "sharing the tables, once it is authorised to read them."
)


def view_files(measures: Sequence[Measure]) -> dict[str, str]:
    """The text of each file by its path below `sql/`."""
    files = {"views/dashboard_0_dataset.sql": (_ABOUT, _create_dataset())}
    files |= {
        f"views/{view.name}.sql": (view.description, create_view(view)) for view in views(measures)
    }
    return {path: _file(path, *texts) for path, texts in files.items()}


def create_view(view: View) -> str:
    """The statement that makes a view, or replaces it, with what each column means."""
    columns = ",\n".join(f"  `{each.name}` {_described(each.description)}" for each in view.columns)
    selected = ",\n".join(f"  {_selected(each)}" for each in view.columns)
    source = re.sub(r" (?=WHERE|GROUP BY)", "\n", view.source)
    return (
        f"CREATE OR REPLACE VIEW `{DATASET}`.`{view.name}` (\n{columns}\n)\n"
        f"{_described(view.description)}\nAS\nSELECT\n{selected}\n{source}"
    )


def _selected(column: ViewColumn) -> str:
    plain = column.expression == f"`{column.name}`"
    text = column.expression if plain else f"{column.expression} AS `{column.name}`"
    if "'" in text:
        return text  # a break inside a quoted word would change it
    return textwrap.fill(text, _WIDTH - 2, subsequent_indent="    ", break_on_hyphens=False)


def _create_dataset() -> str:
    return f"CREATE SCHEMA IF NOT EXISTS `{DATASET}`\n{_described('Views of the dashboard.')}"


def _described(text: str) -> str:
    """GoogleSQL reads the escapes of a JSON text as JSON does."""
    return f"OPTIONS(description={json.dumps(text, ensure_ascii=False)})"


def _file(path: str, description: str, statement: str) -> str:
    notes = (description, _GENERATED, _BY_HAND.format(path=path))
    comment = [
        line
        for note in notes
        for line in textwrap.wrap(note, _WIDTH, initial_indent="-- ", subsequent_indent="-- ")
    ]
    return "\n".join(comment) + f"\n\n{statement};\n"
