"""The address at which Looker Studio starts has every view as a data source."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from c360.dashboard.looker import ADDRESS, linking_address
from c360.dashboard.view_files import DATASET
from c360.dashboard.views import views


def test_each_view_is_bound_under_its_name(measures) -> None:
    found = views(measures)
    address = urlsplit(linking_address("shop-1", found))
    pairs = parse_qsl(address.query, strict_parsing=True)
    assert f"{address.scheme}://{address.netloc}{address.path}" == ADDRESS
    assert len(dict(pairs)) == len(pairs) == 2 + 7 * len(found)
    for view in found:
        source = {key: value for key, value in pairs if key.startswith(f"ds.{view.name}.")}
        assert source == {
            f"ds.{view.name}.connector": "bigQuery",
            f"ds.{view.name}.datasourceName": view.name,
            f"ds.{view.name}.projectId": "shop-1",
            f"ds.{view.name}.billingProjectId": "shop-1",
            f"ds.{view.name}.type": "TABLE",
            f"ds.{view.name}.datasetId": DATASET,
            f"ds.{view.name}.tableId": view.name,
        }


def test_a_template_is_named_only_when_there_is_one(measures) -> None:
    blank = dict(parse_qsl(urlsplit(linking_address("p", views(measures))).query))
    filled = dict(parse_qsl(urlsplit(linking_address("p", views(measures), "abc")).query))
    assert "c.reportId" not in blank
    assert filled == blank | {"c.reportId": "abc"}


def test_a_project_is_a_value_and_nothing_else(measures) -> None:
    project = "p&c.reportId=x#y z"
    pairs = dict(parse_qsl(urlsplit(linking_address(project, views(measures))).query))
    assert pairs["ds.dashboard_peaks.projectId"] == project
    assert "c.reportId" not in pairs
