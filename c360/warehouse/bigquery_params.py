"""Query parameters of BigQuery: the typed values of a statement, and plain ones of Python."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from google.cloud.bigquery import ArrayQueryParameter, ScalarQueryParameter

from c360.warehouse.sql import Param

# The first that fits: True is an int too, and a datetime is a date.
_TYPES: tuple[tuple[type, str], ...] = (
    (bool, "BOOL"),
    (int, "INT64"),
    (str, "STRING"),
    (Decimal, "NUMERIC"),
    (dt.datetime, "DATETIME"),
    (dt.date, "DATE"),
)


def typed(params: Iterable[Param]) -> list[ScalarQueryParameter]:
    """The parameters of a statement; a NULL keeps its type."""
    return [
        ScalarQueryParameter(param.name, _without_size(param.type.bigquery), param.value)
        for param in params
    ]


def guessed(values: Mapping[str, Any]) -> list[ScalarQueryParameter | ArrayQueryParameter]:
    """Parameters of the types that the values have; a list is an array, None a STRING."""
    found: list[ScalarQueryParameter | ArrayQueryParameter] = []
    for name, value in values.items():
        if isinstance(value, list | tuple):
            kind = _type_name(value[0]) if value else "STRING"
            found.append(ArrayQueryParameter(name, kind, list(value)))
        else:
            found.append(ScalarQueryParameter(name, _type_name(value), value))
    return found


def _type_name(value: Any) -> str:
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return "TIMESTAMP"
    return next((name for kind, name in _TYPES if isinstance(value, kind)), "STRING")


def _without_size(type_name: str) -> str:
    """A parameter is a NUMERIC of any size; the text casts it where the size matters."""
    return type_name.partition("(")[0]
