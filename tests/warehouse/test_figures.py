"""Figures in words."""

from decimal import Decimal

import pytest

from c360.warehouse.figures import Figures, differences, plain
from c360.warehouse.sql import TableRef

TABLE = TableRef("d", "T")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (None, "nothing"),
        (0, "0"),
        (100, "100"),
        (Decimal("100"), "100"),
        (Decimal("100.000000000"), "100"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-0.500"), "-0.5"),
        (Decimal("0.000000001"), "0.000000001"),
    ],
)
def test_a_number_is_shown_without_exponent_and_idle_zeros(number, text):
    assert plain(number) == text


def test_equal_figures_are_no_difference_whatever_their_scale():
    expected = Figures(3, 7)
    assert differences(TABLE, "it", expected, Figures(3, Decimal("7.000")), "A") == ()


def test_rows_and_sum_are_told_apart():
    said = differences(TABLE, "it", Figures(3, 7), Figures(4, None), "A")
    assert said == (
        "d.T: it says 3 rows, the table has 4",
        "d.T: it says 7 for the sum of A, the table has nothing",
    )
