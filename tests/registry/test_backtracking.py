"""The ways to split a value multiply, but for parts that end where they must."""

from __future__ import annotations

import pytest

from c360.registry.backtracking import MANY, Group, Part, count_ways

LETTERS, DIGITS, BOTH = "[a-z]", r"\d", "[a-z0-9]"


def endless(content: str | Group) -> Part:
    return Part(content, 1, None)


def maybe(content: str | Group) -> Part:
    return Part(content, 0, 1)


@pytest.mark.parametrize(
    ("row", "ways"),
    [
        ((), 1),
        ((endless("."),), 1),
        ((endless(LETTERS), Part("-"), endless(LETTERS)), 1),
        ((endless(LETTERS), endless(DIGITS)), 1),
        ((endless(LETTERS), endless(BOTH)), MANY),
        ((endless("."), Part("a"), endless("."), Part("b"), endless(".")), MANY**2),
        ((endless(LETTERS), maybe("-"), endless(LETTERS)), MANY),
        ((maybe("a"), Part("a")), 2),
        ((Part("a", 2, 5), Part("a")), 4),
        ((Part("a", 0, 999), Part("a")), MANY),
        ((Part("a", 7, 7), Part("a")), 1),
        ((Part(((Part("a"),), (Part("b"),))), Part(((Part("a"),), ()))), 4),
        ((endless(((Part("a"), Part("b")),)), Part("c")), 1),
        ((endless(((Part("a"), Part("b")),)), Part("a")), MANY),
        ((Part(((endless("a"),),)), Part("b")), 1),
        ((Part(((endless("a"),),)), Part("a")), MANY),
        ((maybe(((maybe("a"),),)), Part("b")), 2),
    ],
)
def test_ways(row: tuple[Part, ...], ways: int) -> None:
    assert count_ways((row,), "") == ways


def test_the_alternatives_of_the_whole_pattern_are_ways() -> None:
    assert count_ways(((Part("a"),), (Part("b"),), ()), "a|b|") == 3


def test_classes_beyond_ascii_are_told_apart() -> None:
    assert count_ways(((endless("[a-ü]"), Part("ö")),), "[a-ü]+ö") == MANY
    assert count_ways(((endless("[é-ö]"), Part("ü")),), "[é-ö]+ü") == 1
    assert count_ways(((endless(r"\w"), Part("ü")),), r"\w+ü") == 1, "as in Java"
