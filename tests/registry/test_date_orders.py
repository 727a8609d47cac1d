"""Declared date and time orders: a closed vocabulary that reads each text in one way."""

from __future__ import annotations

import pytest

from c360.registry.date_orders import check_date_orders


def wrong(orders: list[str], type_name: str = "date") -> list[str]:
    return [problem.text for problem in check_date_orders(orders, type_name, ("formats",))]


@pytest.mark.parametrize(
    ("orders", "type_name"),
    [
        (["dd/MM/yyyy"], "date"),
        (["d.M.yyyy", "dd.MM.yyyy"], "date"),
        (["dd/MM/yyyy", "MM-dd-yyyy", "yyyyMMdd"], "date"),
        (["yyyy-MM-dd"], "date"),
        (["dd/MM/yyyy HH:mm"], "timestamp"),
        (["dd/MM/yyyy H:mm:ss", "yyyyMMddTHHmm"], "timestamp"),
    ],
)
def test_orders_of_the_vocabulary_are_allowed(orders: list[str], type_name: str):
    assert wrong(orders, type_name) == []


@pytest.mark.parametrize(
    ("order", "type_name"),
    [
        ("dd/MM/yy", "date"),
        ("dd MMM yyyy", "date"),
        ("dd/MM", "date"),
        ("dd/dd/MM/yyyy", "date"),
        ("dd/MM/yyyy HH:mm", "date"),
        ("dd/MM/yyyy", "timestamp"),
        ("dd/MM/yyyy HH", "timestamp"),
        ("dd/MM/yyyy mm:ss", "timestamp"),
        ("dd/MM/yyyy HH:mm:ss.SSS", "timestamp"),
        ("dd/MM/yyyy hh:mm a", "timestamp"),
        ("dd\\MM\\yyyy", "date"),
        ("(.*)yyyyMMdd", "date"),
        ("", "date"),
        ("dMyyyy", "date"),
        ("yyyyMMddHmm", "timestamp"),
    ],
)
def test_an_order_outside_the_vocabulary_or_incomplete_is_refused(order: str, type_name: str):
    assert len(wrong([order], type_name)) == 1


@pytest.mark.parametrize(
    ("orders", "type_name"),
    [
        (["dd/MM/yyyy", "MM/dd/yyyy"], "date"),
        (["d/M/yyyy", "MM/dd/yyyy"], "date"),
        (["yyyyMMdd", "ddMMyyyy"], "date"),
        (["MMdd/yyyy", "yyyy/MMdd"], "date"),
        (["yyyy-dd-MM"], "date"),  # beside ISO, which is always understood
        (["yyyy-dd-MM HH:mm:ss"], "timestamp"),
        (["yyyy-dd-MMTHH:mm"], "timestamp"),
        (["dd/MM/yyyy HH:mm", "MM/dd/yyyy H:mm"], "timestamp"),
    ],
)
def test_orders_that_read_one_text_in_two_ways_are_refused(orders: list[str], type_name: str):
    [only] = wrong(orders, type_name)
    assert "reads the same text as" in only
