"""Charts are labelled, take their data by name, and use the page's colours only."""

from __future__ import annotations

import json
import re

import pytest

from c360.dashboard.charts import specs
from c360.dashboard.html import STYLE
from c360.dashboard.read import read_part

SPECS = specs()


def layers(spec: dict) -> list[dict]:
    return spec.get("layer", [spec])


@pytest.mark.parametrize("name", SPECS)
def test_every_mark_is_labelled_or_hidden_from_screen_readers(name: str) -> None:
    labelled = 0
    for layer in layers(SPECS[name]):
        if layer["mark"].get("aria") is False:
            continue
        labelled += 1
        assert layer["encoding"]["description"]["field"] == "label"
        assert layer["encoding"]["tooltip"]["field"] == "label"
    assert labelled == 1, "one label for each thing that is drawn"


@pytest.mark.parametrize("name", SPECS)
def test_data_comes_by_name_and_no_address_is_named(name: str) -> None:
    text = json.dumps(SPECS[name])
    assert {json.dumps(found) for found in re.findall(r'"data": ({[^}]*})', text)} == {
        json.dumps('{"name": "rows"}')
    }
    assert "http" not in text


@pytest.mark.parametrize("name", SPECS)
def test_every_colour_is_a_variable_that_light_dark_and_print_declare(name: str) -> None:
    text = json.dumps(SPECS[name])
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b", text)
    style = read_part(STYLE)
    for variable in set(re.findall(r"var\((--[a-z0-9-]+)\)", text)):
        colours = re.findall(rf"{variable}: light-dark\((\S+), (\S+)\);", style)
        assert len(colours) == 1, variable
        assert len(set(colours[0])) == 2, variable
    printed = style[style.index("@media print") :]
    assert "color-scheme: light;" in printed


def test_scripts_draw_every_chart_that_there_is() -> None:
    from c360.dashboard.html import SCRIPTS  # noqa: PLC0415  only here

    used = set()
    for script in SCRIPTS:
        used |= set(re.findall(r'kind: "([a-z]+)"', read_part(script)))
    assert set(SPECS) == used - {"text", "date", "money", "rate", "count", "average"}


def test_the_outline_of_a_busiest_hour_lies_above_the_cells_around_it() -> None:
    cells, outlines = layers(SPECS["heat"])
    assert "transform" not in cells
    assert outlines["transform"] == [{"filter": "datum.mark === 'peak'"}]
    assert outlines["mark"]["stroke"] == "var(--ink)"
