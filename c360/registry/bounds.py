"""Bounds: `min`, `max` and `above` of a column as values of its own type."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from c360.datatypes import FIRST_YEAR, LAST_YEAR, DataType
from c360.decimals import fits, in_scale
from c360.registry.forms import ColumnForm
from c360.registry.problems import Path, Problem, found
from c360.registry.specs import Bound

_BIGINT = range(-(2**63), 2**63)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2})?")


def parse_bound(value: int | Decimal | str | None, kind: DataType) -> Bound | None:
    """The bound in the type of its column; None when it has no value there.

    A decimal has the scale of its column, so that 0 and 0.00 are one bound.
    """
    if isinstance(value, str):
        return _parse_time(value, kind)
    if kind.name == "bigint" and isinstance(value, int):
        return value if value in _BIGINT else None
    if kind.name == "decimal" and value is not None:
        exact = Decimal(value)
        return in_scale(exact, kind.scale) if fits(exact, kind.precision, kind.scale) else None
    return None


def check_bounds(form: ColumnForm, kind: DataType, path: Path) -> Iterator[Problem]:
    """The bounds that are no values of the type, and those that leave no value."""
    given = {"min": form.min, "above": form.above, "max": form.max}
    bounds = {name: parse_bound(value, kind) for name, value in given.items()}
    for name, value in given.items():
        if value is not None and bounds[name] is None:
            yield found((*path, name), value, _expected(kind))
    if form.min is not None and form.above is not None:
        yield found((*path, "above"), form.above, "either min or above, not both")
    yield from _check_order(bounds, path)


def _check_order(bounds: Mapping[str, Any], path: Path) -> Iterator[Problem]:
    """A `max` that leaves no value."""
    least, floor, most = bounds["min"], bounds["above"], bounds["max"]
    if most is None:
        return
    if least is not None and least > most:
        yield Problem((*path, "max"), f"found {most}; expected at least min, {least}")
    if floor is not None and floor >= most:
        yield Problem((*path, "max"), f"found {most}; expected more than above, {floor}")


def _parse_time(text: str, kind: DataType) -> Bound | None:
    shape = {"date": _DATE, "timestamp": _TIME}.get(kind.name)
    if shape is None or not shape.fullmatch(text):
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:  # a day or an hour that does not exist
        return None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None
    return moment.date() if kind.name == "date" else moment


def _expected(kind: DataType) -> str:
    if kind.name == "bigint":
        return "a whole number of at most 64 bits"
    if kind.name == "decimal":
        whole = kind.precision - kind.scale
        return f"a number with at most {whole} digits before the point and {kind.scale} after it"
    form = "yyyy-MM-dd" if kind.name == "date" else "yyyy-MM-dd HH:mm:ss"
    return f'a {kind.name} in quotes, "{form}", from {FIRST_YEAR} to {LAST_YEAR}'
