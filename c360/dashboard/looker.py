"""The address at which Looker Studio starts a report on the dashboard's views."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from c360.dashboard.view_files import DATASET
from c360.dashboard.views import View

# Looker Studio's Linking API; the product has changed its name before, so the host stands here.
ADDRESS = "https://lookerstudio.google.com/reporting/create"
_REPORT_NAME = "Customer 360"


def linking_address(project: str, views: Sequence[View], report: str | None = None) -> str:
    """An address that binds each view as a BigQuery data source of a new report.

    Args:
        project: the Google Cloud project that has the views, and pays for what is read.
        views: each becomes a data source whose alias is the view's name.
        report: a template whose data sources have those aliases; a blank report if None.
    """
    pairs = [] if report is None else [("c.reportId", report)]
    pairs += [("c.mode", "edit"), ("r.reportName", _REPORT_NAME)]
    for view in views:
        source = {
            "connector": "bigQuery",
            "datasourceName": view.name,
            "projectId": project,
            "billingProjectId": project,
            "type": "TABLE",
            "datasetId": DATASET,
            "tableId": view.name,
        }
        pairs += [(f"ds.{view.name}.{key}", value) for key, value in source.items()]
    return f"{ADDRESS}?{urlencode(pairs)}"
