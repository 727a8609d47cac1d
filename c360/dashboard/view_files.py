"""The dashboard's views as files for people, who run them in BigQuery."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence

from c360.dashboard.measures import Measure
from c360.dashboard.views import View, views
from c360.sql_files import BY_HAND, RENDERED
from c360.warehouse.dialect import to_bigquery
from c360.warehouse.readable import WIDTH, readable

DATASET = "customer360_dashboard"
_GENERATED = f"{RENDERED} dashboards/measures.yaml and the contracts; do not edit it by hand."
_ABOUT = (
    "The dataset of the dashboard's views. It holds no personal data, so it can be shared without "
    "sharing the tables, once it is authorised to read them."
)


def view_files(measures: Sequence[Measure]) -> dict[str, str]:
    """The text of each file by its path below `sql/`."""
    files = {"views/dashboard_0_dataset.sql": (_ABOUT, _create_dataset())}
    files |= {
        f"views/{view.name}.sql": (view.description, _create_view(view)) for view in views(measures)
    }
    return {path: _file(path, *texts) for path, texts in files.items()}


def _create_view(view: View) -> str:
    """The statement that makes a view, or replaces it, with what each column means."""
    columns = ", ".join(f"`{each.name}` {_described(each.description)}" for each in view.columns)
    return (
        f"CREATE OR REPLACE VIEW `{DATASET}`.`{view.name}` ({columns}) "
        f"{_described(view.description)} AS {view.select}"
    )


def _create_dataset() -> str:
    return f"CREATE SCHEMA IF NOT EXISTS `{DATASET}` {_described('Views of the dashboard.')}"


def _described(text: str) -> str:
    """GoogleSQL reads the escapes of a JSON text as JSON does."""
    return f"OPTIONS(description={json.dumps(text, ensure_ascii=False)})"


def _file(path: str, description: str, statement: str) -> str:
    notes = (description, _GENERATED, BY_HAND.format(path=path))
    comment = [
        line
        for note in notes
        for line in textwrap.wrap(note, WIDTH, initial_indent="-- ", subsequent_indent="-- ")
    ]
    return "\n".join(comment) + f"\n\n{readable(to_bigquery(statement))};\n"
