"""Regular expressions of `matches`: useful ones pass, endless or unportable ones do not."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from c360.registry.patterns import MAX_COPIES, MAX_LENGTH, pattern_defect

FOR_EVER = "could take for ever"
OUTSIDE = "only literals"


@pytest.mark.parametrize(
    "pattern",
    [
        r"[A-Z]{2}\d{3,5}",
        r"[^@\s]+@[^@\s]+\.[^@\s]+",
        r"(\w+)-(\w+)-(\w+)-(\w+)-(\w+)-(\w+)",
        r"\+?[0-9]{1,3}[ -]?\(?[0-9]{2,5}\)?[ -]?[0-9]{3,9}",
        r"(https?://)?[a-z0-9.-]+(:[0-9]{1,5})?(/.*)?",
        "a*b*c*d*e*",
        "a?b?c?d?e?f?g?h?i?j?k?l?m?n?",
        ".*needle.*",
        "(a*b?)(b?a*)c",
        "x{0}y*z",
        "[a-z]*[é-ö]*[A-Z]*",
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
        ("a?" * 65 + "a" * 65, FOR_EVER),
        ("[a-z]{0,999}" * 16, FOR_EVER),
        ("a{0,999}" * 20 + "b", FOR_EVER),
        ("(a|a)" * 40, FOR_EVER),
        ("(a|b?)?" * 28, FOR_EVER),
        ("a*a*a*b", FOR_EVER),
        (".*a.*b.*", FOR_EVER),
        (r"\w+\d+x?\w+", FOR_EVER),
        ("(a*b?)(b?a*)a+c", FOR_EVER),
        ("[a-ü]*[é-ö]*[ö-ü]+x", FOR_EVER),
        ("[^a]*[^b]*c", FOR_EVER),
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


@pytest.mark.parametrize(
    "pattern",
    [r"[A-Z]{2}\d{3,5}", r"[^@\s]+@[^@\s]+\.[^@\s]+", "(ab)+", "a*b*c*d*e*f", "(a|b){1}a?a?a*-"],
)
def test_an_allowed_pattern_ends_quickly_on_a_long_value(pattern: str):
    assert pattern_defect(pattern) is None
    assert re.fullmatch(pattern, "a" * 100_000) is None


PARTS = ["a", "[ab]", ".", r"\w", "(?:a|b)", "(?:aa|a)", "(?:a?b)", "(?:b|)"]
REPEATS = ["", "", "?", "*", "+", "{0,3}", "{1,2}", "{0,99}"]


@settings(max_examples=300, deadline=None)
@given(
    parts=st.lists(st.tuples(st.sampled_from(PARTS), st.sampled_from(REPEATS)), max_size=20),
)
def test_no_allowed_pattern_takes_long(parts: list[tuple[str, str]]):
    pattern = "".join(map("".join, parts))
    if pattern_defect(pattern) is None:
        started = time.process_time()
        re.fullmatch(pattern, "a" * 1000 + "-")
        assert time.process_time() - started < 1
