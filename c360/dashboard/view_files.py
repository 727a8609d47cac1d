"""The dashboard's views as files for people, who run them in BigQuery."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from c360.dashboard.measures import Measure
from c360.dashboard.views import views
from c360.sql_files import BY_HAND, RENDERED
from c360.warehouse.bigquery_ddl import create_dataset
from c360.warehouse.bigquery_views import View, create_view
from c360.warehouse.readable import WIDTH, readable
from c360.warehouse.sql import TableRef

DATASET = "customer360_dashboard"
_GENERATED = f"{RENDERED} dashboards/measures.yaml and the contracts; do not edit it by hand."
_ABOUT = (
    "The dataset of the dashboard's views. It holds no personal data, so it can be shared without "
    "sharing the tables, once it is authorised to read them."
)


def view_files(measures: Sequence[Measure]) -> dict[str, str]:
    """The text of each file by its path below `sql/`."""
    files = {"views/dashboard_0_dataset.sql": (_ABOUT, create_dataset(DATASET))}
    for view in views(measures):
        named = View(TableRef(DATASET, view.name), view.description, view.columns, view.select)
        files[f"views/{view.name}.sql"] = (view.description, create_view(named))
    return {path: _file(path, *texts) for path, texts in files.items()}


def _file(path: str, description: str, statement: str) -> str:
    notes = (description, _GENERATED, BY_HAND.format(path=path))
    comment = [
        line
        for note in notes
        for line in textwrap.wrap(note, WIDTH, initial_indent="-- ", subsequent_indent="-- ")
    ]
    return "\n".join(comment) + f"\n\n{readable(statement)};\n"
