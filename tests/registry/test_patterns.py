"""Regular expressions of `matches`: useful ones pass, endless or unportable ones do not."""

from __future__ import annotations

import re

import pytest

from c360.registry.patterns import MAX_COPIES, MAX_LENGTH, MAX_REPEATS, pattern_defect

FOR_EVER = "could take for ever"
OUTSIDE = "only literals"


@pytest.mark.parametrize(
    "pattern",
    [
        r"[A-Z]{2}\d{3,5}",
        r"[^@\s]+@[^@\s]+\.[^@\s]+",
        r"(?:Mon|Tue|Wed)",
        r"(\d{3}-){2}\d{4}",
        r"(a|b)?c",
        r"(ab)+",
        r"\d{2}:\d{2}(:\d{2})?",
        r"[-.\]\w]+ü",
        r"a|b",
        "x" * MAX_LENGTH,
    ],
)
def test_a_useful_pattern_is_allowed(pattern: str):
    assert pattern_defect(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("(a+)+", FOR_EVER),
        ("(a*)*b", FOR_EVER),
        ("(a|a)*b", FOR_EVER),
        ("(a|aa)+", FOR_EVER),
        ("(a?){50}a{50}", FOR_EVER),
        ("((ab)+c)*", FOR_EVER),
        ("((a{1,9}))*", FOR_EVER),
        ("(?:x+y)*", FOR_EVER),
        (r"(a)\1", FOR_EVER),
        ("(?<=a)b", FOR_EVER),
        ("(?=a)a", FOR_EVER),
        ("a*" * (MAX_REPEATS + 1), FOR_EVER),
        ("(?i)a", OUTSIDE),
        ("^a$", OUTSIDE),
        (r"\Qa\E", OUTSIDE),
        (r"\p{L}", OUTSIDE),
        ("[a&&b]", OUTSIDE),
        ("[[a]", OUTSIDE),
        ("[a--b]", OUTSIDE),
        ("a{,3}", OUTSIDE),
        ("a{b}", OUTSIDE),
        ("[", OUTSIDE),
        ("a++", "something to repeat before +"),
        ("a+?", "something to repeat before ?"),
        ("*a", "something to repeat before *"),
        ("(*a)", "something to repeat before *"),
        ("a|*", "something to repeat before *"),
        ("(a", "a ) after each ("),
        ("a)", "a ( before each )"),
        ("a{3,2}", "a regular expression that compiles"),
        ("[z-a]", "a regular expression that compiles"),
        (f"a{{{MAX_COPIES + 1}}}", f"at most {MAX_COPIES} repetitions"),
        ("x" * (MAX_LENGTH + 1), f"at most {MAX_LENGTH} characters"),
    ],
)
def test_an_endless_or_unportable_pattern_is_refused_with_the_reason(pattern: str, why: str):
    assert why in (pattern_defect(pattern) or "")


@pytest.mark.parametrize("pattern", [r"[A-Z]{2}\d{3,5}", r"[^@\s]+@[^@\s]+\.[^@\s]+", "(ab)+"])
def test_an_allowed_pattern_ends_quickly_on_a_long_value(pattern: str):
    assert re.fullmatch(pattern, "a" * 100_000) is None
