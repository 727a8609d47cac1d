"""The charts of the page as Vega-Lite, made by Altair. Data arrives in the browser as `rows`.

Every mark is labelled by the field `label`, which screen readers and tooltips show. Colours are
variables of the page's style, so that a chart follows light, dark and print without being redrawn.
"""

from __future__ import annotations

from typing import Any

import altair as alt

SERIES = tuple(f"var(--series-{number})" for number in range(1, 7))
_BAR_STEP, _CELL_STEP, _HEIGHT = 26, 30, 240
# Thousands in short; below them a number as it is, since SI writes a half as 500m.
_TICK = "abs(datum.value) < 1000 ? format(datum.value, '~g') : format(datum.value, '~s')"
_CONFIG: dict[str, Any] = {
    "background": "transparent",
    "font": "system-ui, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": "var(--soft)",
        "titleColor": "var(--soft)",
        "gridColor": "var(--line)",
        "domainColor": "var(--line)",
        "tickColor": "var(--line)",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelOverlap": True,
        "labelSeparation": 6,
    },
    "legend": {
        "labelColor": "var(--ink)",
        "labelFontSize": 12,
        "orient": "top",
        "title": None,
    },
    "text": {"fill": "var(--ink)", "fontSize": 12},
    "rule": {"stroke": "var(--soft)"},
    "range": {"category": list(SERIES)},
}


def specs() -> dict[str, dict[str, Any]]:
    """The Vega-Lite specification of each kind of chart, by the name that the scripts use."""
    made = {
        "stacked": _stacked(),
        "lines": _lines(),
        "bars": _bars(),
        "loads": _loads(),
        "changes": _changes(),
        "matrix": _matrix(),
        "heat": _heat(),
        "columns": _columns(),
        "intervals": _intervals(),
    }
    return {name: _finished(chart) for name, chart in made.items()}


def _finished(chart: Any) -> dict[str, Any]:
    spec: dict[str, Any] = chart.properties(width="container").configure(**_CONFIG).to_dict()
    del spec["$schema"]  # an address; the page names none
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}  # heights follow from the rows
    return spec


def _stepped(step: int, by: str) -> dict[str, Any]:
    """A height that the page multiplies by how many different values `by` has."""
    return {"step": step, "by": by}


def _base() -> Any:
    return alt.Chart(alt.NamedData("rows")).encode(
        tooltip=alt.Tooltip("label:N"), description=alt.Description("label:N")
    )


def _category(channel: str, field: str, title: str | None = None, **axis: Any) -> Any:
    """A text axis in the order of the rows."""
    kind = alt.X if channel == "x" else alt.Y
    return kind(f"{field}:N", sort=None, axis=alt.Axis(title=title, **axis))


def _amount(channel: str) -> Any:
    """The axis of a number; the page gives it the title of what is drawn."""
    kind = alt.X if channel == "x" else alt.Y
    return kind("value:Q", axis=alt.Axis(title=None, tickCount=5, labelExpr=_TICK))


def _series() -> Any:
    return alt.Color("series:N", sort=None, legend=alt.Legend())


def _parts() -> Any:
    """Bars of several parts, which lie on each other in the order of the legend."""
    return _base().mark_bar().encode(color=_series(), order=alt.Order("place:Q"))


def _stacked() -> Any:
    bars = _parts().encode(x=_category("x", "key", labelAngle=0), y=_amount("y"))
    return bars.properties(height=_HEIGHT)


def _loads() -> Any:
    bars = _parts().encode(x=_amount("x"), y=_category("y", "key"))
    return bars.properties(usermeta=_stepped(_BAR_STEP, "key"))


def _lines() -> Any:
    base = _base().encode(
        x=_category("x", "key", labelAngle=0), y=_amount("y"), color=_series(), detail="series:N"
    )
    points = base.mark_point(filled=True, opacity=1).encode(
        size=alt.Size("sample:Q", legend=None, scale=alt.Scale(range=[24, 160]))
    )
    line = base.mark_line(strokeWidth=2, aria=False).encode(
        tooltip=alt.TooltipValue(None), description=alt.DescriptionValue("")
    )
    return alt.layer(line, points).properties(height=_HEIGHT)


def _bars() -> Any:
    return (
        _base()
        .mark_bar(fill=SERIES[0])
        .encode(x=_amount("x"), y=_category("y", "key"))
        .properties(usermeta=_stepped(_BAR_STEP, "key"))
    )


def _changes() -> Any:
    color = alt.Color(
        "direction:N",
        legend=None,
        scale=alt.Scale(domain=["down", "up"], range=["var(--bad)", "var(--good)"]),
    )
    bars = _base().mark_bar().encode(x=_amount("x"), y=_category("y", "key"), color=color)
    return bars.properties(usermeta=_stepped(_BAR_STEP, "key"))


def _cells(x: str, y: str, **axis: Any) -> Any:
    """Cells shaded by value: shading by opacity fits any background."""
    return (
        _base()
        .mark_rect(fill=SERIES[0], cornerRadius=2, stroke="var(--card)")
        .encode(
            x=_category("x", x, domain=False, ticks=False, **axis),
            y=_category("y", y, domain=False, ticks=False),
            fillOpacity=alt.FillOpacity(
                "value:Q", legend=None, scale=alt.Scale(range=[0.04, 1], zero=True)
            ),
        )
    )


def _heat() -> Any:
    cells = _cells("hour", "day", title="Hour", labelAngle=0)
    outlines = (  # above all cells: a neighbour would cover a side of them
        _base()
        .transform_filter("datum.mark === 'peak'")
        .mark_rect(fill="transparent", stroke="var(--ink)", strokeWidth=2.5, aria=False)
        .encode(x=alt.X("hour:N", sort=None), y=alt.Y("day:N", sort=None))
    )
    return alt.layer(cells, outlines).properties(usermeta=_stepped(_CELL_STEP, "day"))


def _matrix() -> Any:
    cells = _cells("column", "row", orient="top", labelOverlap=False).encode(
        fillOpacity=alt.FillOpacity(
            "value:Q", legend=None, scale=alt.Scale(range=[0.04, 0.5], zero=True)
        )
    )
    words = (
        _base()
        .mark_text(aria=False)
        .encode(x=alt.X("column:N", sort=None), y=alt.Y("row:N", sort=None), text="text:N")
    )
    return alt.layer(cells, words).properties(usermeta=_stepped(_CELL_STEP + 6, "row"))


def _columns() -> Any:
    return (
        _base()
        .mark_bar()
        .encode(
            x=_category("x", "key", labelAngle=0),
            y=_amount("y"),
            fill=alt.Fill(
                "mark:N",
                legend=None,
                scale=alt.Scale(domain=["peak", "none"], range=[SERIES[1], SERIES[0]]),
            ),
        )
        .properties(height=150)
    )


def _intervals() -> Any:
    verdicts = alt.Scale(
        domain=["below", "within", "above"],
        range=["var(--bad)", "var(--soft)", "var(--good)"],
    )
    percent = alt.Axis(title=None, format="%", tickCount=5)  # titled by the page, like an amount
    y = _category("y", "key")
    color = alt.Color("verdict:N", scale=verdicts, legend=None)
    base = _base().encode(y=y)
    span = base.mark_rule(strokeWidth=3, opacity=0.55, aria=False).encode(
        x=alt.X("low:Q", axis=percent, scale=alt.Scale(domain=[0, 1])), x2="high:Q", color=color
    )
    shape = alt.Shape(
        "verdict:N",
        legend=None,
        scale=alt.Scale(
            domain=["below", "within", "above"], range=["triangle-left", "circle", "triangle-right"]
        ),
    )
    point = base.mark_point(filled=True, size=90, opacity=1).encode(
        x=alt.X("value:Q"), color=color, shape=shape
    )
    overall = (
        _base()
        .mark_rule(strokeDash=[4, 3], aria=False)
        .encode(x=alt.X("overall:Q", aggregate="min"), tooltip=alt.TooltipValue(None))
    )
    return alt.layer(overall, span, point).properties(usermeta=_stepped(_BAR_STEP, "key"))
