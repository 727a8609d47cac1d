"""Sums, scales and ranges of decimals keep every digit, beyond Python's usual 28."""

from __future__ import annotations

from decimal import Decimal

import pytest

from c360.decimals import exact_sum, fits, in_scale

NINES = Decimal("9" * 29 + "." + "9" * 9)  # the greatest decimal(38,9)


def test_a_sum_keeps_every_digit() -> None:
    assert exact_sum([NINES, NINES]) == Decimal("1" + "9" * 29 + "." + "9" * 8 + "8")
    assert exact_sum([NINES.copy_negate(), NINES, Decimal("0.000000001")]) == Decimal("0.000000001")


def test_a_sum_of_integers_is_an_integer() -> None:
    total = exact_sum([2**63, 2**63])
    assert (total, type(total)) == (2**64, int)


@pytest.mark.parametrize(
    ("amount", "scale", "text"),
    [
        (Decimal("27694.2"), 2, "27694.20"),
        (9, 2, "9.00"),
        (Decimal("1E+2"), 0, "100"),
        (NINES, 9, str(NINES)),
        (NINES.copy_negate(), 9, f"-{NINES}"),
        (10**28, 9, f"{10**28}.000000000"),
    ],
)
def test_an_amount_is_written_in_the_scale_asked_for(
    amount: Decimal | int, scale: int, text: str
) -> None:
    assert str(in_scale(amount, scale)) == text


@pytest.mark.parametrize(
    ("amount", "precision", "scale", "is_one"),
    [
        ("999.99", 5, 2, True),
        ("-999.99", 5, 2, True),
        ("1000", 5, 2, False),
        ("-1000", 5, 2, False),
        ("1.005", 5, 2, False),
        ("1.500", 5, 2, True),
        ("9" * 20, 29, 9, True),
        ("9" * 21, 29, 9, False),
        (str(NINES), 38, 9, True),
        (f"-{NINES}", 38, 9, True),
        (f"{NINES}1", 38, 9, False),
        ("1" + "0" * 27, 12, 2, False),
        ("9" * 200, 38, 9, False),
        ("0." + "9" * 200, 38, 9, False),
        ("1." + "0" * 200, 1, 0, True),
    ],
)
def test_what_fits_a_decimal_type(amount: str, precision: int, scale: int, is_one: bool) -> None:
    assert fits(Decimal(amount), precision, scale) is is_one
