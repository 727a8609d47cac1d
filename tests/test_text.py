"""White space is Unicode's property, for Python and for Spark alike."""

from __future__ import annotations

import re
import sys

import pytest

from c360.text import UNUSUAL, WHITE_SPACE, is_blank, normal_name

SEPARATORS = "\x1c\x1d\x1e\x1f"  # white space to Python, not to Unicode


def test_white_space_is_what_python_strips_without_the_four_separators() -> None:
    python = {chr(code) for code in range(sys.maxunicode + 1) if chr(code).isspace()}
    assert set(WHITE_SPACE) == python - set(SEPARATORS)


def test_every_character_that_needs_a_closer_look_is_unusual() -> None:
    control = {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))}
    closer = (set(WHITE_SPACE) | control | {"\ufeff", "\ufffd"}) - {" "}
    found = {chr(code) for code in range(0x10000) if re.fullmatch(UNUSUAL, chr(code))}
    assert found == closer


@pytest.mark.parametrize("line", ["", " ", "\t", "\u00a0\u3000", "\u0085", "\ufeff", "\ufeff \r"])
def test_a_line_of_white_space_and_byte_order_marks_is_blank(line: str) -> None:
    assert is_blank(line)


@pytest.mark.parametrize("line", ["\x1c", "\x00", "\u200e", "\u200b", ".", '""', ","])
def test_a_line_with_anything_else_is_not_blank(line: str) -> None:
    assert not is_blank(line)


def test_names_are_compared_trimmed_and_without_case() -> None:
    assert normal_name("\u00a0OrderID\t") == normal_name("ORDERid ") == "orderid"
    assert normal_name("Order ID") != normal_name("OrderID")
