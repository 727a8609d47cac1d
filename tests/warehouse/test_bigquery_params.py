"""The types that values have as query parameters of BigQuery."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from c360.datatypes import BIGINT, DATE, INSTANT, STRING, TIMESTAMP, decimal
from c360.warehouse.bigquery_params import guessed, typed
from c360.warehouse.sql import Param

MOMENT = dt.datetime(2025, 1, 2, 3, 4, 5, 6)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (True, "BOOL"),
        (2**62, "INT64"),
        ("a", "STRING"),
        (Decimal("1.5"), "NUMERIC"),
        (dt.date(2025, 1, 2), "DATE"),
        (MOMENT, "DATETIME"),
        (MOMENT.replace(tzinfo=dt.UTC), "TIMESTAMP"),
        (None, "STRING"),
    ],
)
def test_a_value_of_python_has_the_type_that_holds_it(value, kind):
    (param,) = guessed({"a": value})
    assert (param.name, param.type_, param.value) == ("a", kind, value)


@pytest.mark.parametrize(("values", "kind"), [(["a"], "STRING"), ((1, 2), "INT64"), ([], "STRING")])
def test_a_list_is_an_array_of_the_type_of_its_values(values, kind):
    (param,) = guessed({"a": values})
    assert (param.array_type, param.values) == (kind, list(values))


@pytest.mark.parametrize(
    ("data_type", "kind"),
    [
        (BIGINT, "INT64"),
        (STRING, "STRING"),
        (DATE, "DATE"),
        (TIMESTAMP, "DATETIME"),
        (INSTANT, "TIMESTAMP"),
        (decimal(38, 9), "NUMERIC"),
    ],
)
def test_a_null_keeps_its_type_and_a_parameter_has_no_size(data_type, kind):
    (param,) = typed([Param("a", data_type, None)])
    assert (param.type_, param.value) == (kind, None)
