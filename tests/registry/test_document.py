"""Strict YAML: what is refused whatever stands there, and what arrives as plain values."""

from __future__ import annotations

from decimal import Decimal

import pytest

from c360.errors import WrongUse
from c360.registry.document import (
    MAX_CHARACTERS,
    MAX_DEPTH,
    decode_document,
    parse_document,
)

SURPRISES = {
    "a: NO": 'found NO, which YAML reads as false; write "NO" in quotes if it is text, or false',
    "a: on": 'found on, which YAML reads as true; write "on" in quotes if it is text, or true',
    "a: Yes": 'found Yes, which YAML reads as true; write "Yes" in quotes if it is text, or true',
    "a: NULL": 'found NULL, which YAML reads as nothing; write "NULL" in quotes',
    "a: null": 'found null, which YAML reads as nothing; write "null" in quotes',
    "a:": "found nothing; write a value or remove the key",
    "a: ~": "found nothing; write a value or remove the key",
    "a: 1900-01-01": 'found 1900-01-01, which YAML reads as a date; write "1900-01-01" in quotes',
    "a: 012": (
        'found 012, which YAML reads as the number 10; write "012" in quotes if it is text, '
        "or a number in plain digits"
    ),
    "a: 1_000": (
        'found 1_000, which YAML reads as the number 1000; write "1_000" in quotes if it is text, '
        "or a number in plain digits"
    ),
    "a: 12:30": (
        'found 12:30, which YAML reads as the number 750; write "12:30" in quotes if it is text, '
        "or a number in plain digits"
    ),
    "a: 0x1F": (
        'found 0x1F, which YAML reads as the number 31; write "0x1F" in quotes if it is text, '
        "or a number in plain digits"
    ),
    **{
        f"a: {text}": (
            f'found {text}, which YAML reads as a number; write "{text}" in quotes if it is text, '
            "or a number in plain digits"
        )
        for text in ("0x_", "0b_", "-0x_", "+0b__")
    },
    "a: .nan": (
        'found .nan, which YAML reads as a number; write ".nan" in quotes if it is text, '
        "or a number in plain digits"
    ),
    "a: -.inf": (
        'found -.inf, which YAML reads as a number; write "-.inf" in quotes if it is text, '
        "or a number in plain digits"
    ),
    "a: 1.5e+3": (
        'found 1.5e+3, which YAML reads as a number; write "1.5e+3" in quotes if it is text, '
        "or a number in plain digits"
    ),
    "a: 1e3": (
        "found '1e3'; expected \"1e3\" in quotes if it is text, or a number in plain digits"
    ),
    "a: *x": "found the alias *x; expected the value written out",
    "a: &x 1": "found the anchor &x; expected a value without an anchor",
    "a: !x 1": "found the tag '!x'; expected a value without a tag",
    "a: !!str 1": "found the tag 'tag:yaml.org,2002:str'; expected a value without a tag",
    "a: 1\na: 2": "found again in line 2; expected each key once",
    "NO: 1": 'found a key that YAML reads as false; write "NO" in quotes',
    "12: 1": 'found a key that YAML reads as the number 12; write "12" in quotes',
    "0x_: 1": 'found a key that YAML reads as a number; write "0x_" in quotes',
    "~: 1": 'found a key that YAML reads as nothing; write "~" in quotes',
    "*x : 1": "found the alias *x; expected the value written out",
    "a: {[b]: 1}": "found a list or a mapping as a key; expected a name",
    'a: "\\a"': "found the character U+0007; remove it",
    'a: "\\ud800"': "found the character U+D800; remove it",
}

UNREADABLE = {
    "": "found nothing; expected the keys version, defaults, policy and tables",
    "# a comment": "found nothing; expected the keys version, defaults, policy and tables",
    "[a, b]": "found a list or a value; expected the keys version, defaults, policy and tables",
    "text": "found a list or a value; expected the keys version, defaults, policy and tables",
    "a: 1\n---\nb: 2": (
        "not valid YAML: expected a single document in the stream, but found another document"
    ),
    "a: [1": (
        "not valid YAML: while parsing a flow sequence, expected ',' or ']', but got '<stream end>'"
    ),
    "a: 1\n\tb: 2": (
        "not valid YAML: while scanning for the next token, "
        "found character '\\t' that cannot start any token"
    ),
    "a: \x07": "found the character U+0007; remove it",
    'a: "\\UFFFFFFFF"': "found an escape that is no character",
    "a: " + "[" * MAX_DEPTH: f"not valid YAML: found more than {MAX_DEPTH} levels; expected fewer",
    "a: " + "x" * MAX_CHARACTERS: (
        f"found {MAX_CHARACTERS + 3} characters; expected at most {MAX_CHARACTERS}"
    ),
}


@pytest.mark.parametrize(("text", "expected"), SURPRISES.items())
def test_what_yaml_reads_differently_from_what_it_looks_like_is_refused(text: str, expected: str):
    assert [problem.text for problem in parse_document(text).problems] == [expected]


@pytest.mark.parametrize(("text", "expected"), UNREADABLE.items(), ids=range(len(UNREADABLE)))
def test_a_text_that_is_no_mapping_is_refused_as_a_whole(text: str, expected: str):
    document = parse_document(text)
    assert document.value is None
    assert [problem.text[: len(expected)] for problem in document.problems] == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: text", "text"),
        ('a: "NO"', "NO"),
        ("a: '012'", "012"),
        ('a: "1e3"', "1e3"),
        ("a: <<", "<<"),
        ("a: =", "="),
        ("a: true", True),
        ("a: false", False),
        ("a: 0", 0),
        ("a: -12", -12),
        ("a: 0.10", Decimal("0.10")),
        ("a: [x, 1]", ["x", 1]),
        ("a: {b: {c: x}}", {"b": {"c": "x"}}),
        ("a: >\n  folded\n  text", "folded text"),
        ('a: "\\t"', "\t"),
    ],
)
def test_plain_values_arrive_as_they_look(text: str, expected: object):
    document = parse_document(text)
    assert document.problems == ()
    assert document.value == {"a": expected}
    assert type(document.value["a"]) is type(expected)


def test_decimals_keep_every_digit_that_was_written():
    assert str(parse_document("a: 0.10").value["a"]) == "0.10"


def test_null_is_a_word_of_on_invalid_only():
    document = parse_document("on_invalid: null\nother: null")
    assert document.value["on_invalid"] == "null"
    assert [problem.path for problem in document.problems] == [("other",)]


def test_the_first_of_two_equal_keys_is_kept_and_both_lines_are_known():
    document = parse_document("b: 0\na: 1\na: 2")
    assert document.value == {"b": 0, "a": 1}
    assert document.lines["a",] == 2
    assert "line 3" in document.problems[0].text


def test_every_value_has_its_line():
    document = parse_document("a:\n  b: 1\n  c:\n    - x\n    - y")
    assert document.lines == {
        ("a",): 1, ("a", "b"): 2, ("a", "c"): 3, ("a", "c", 0): 4, ("a", "c", 1): 5
    }  # fmt: skip


def test_all_anchors_tags_and_aliases_are_found_at_once():
    document = parse_document("a: &x 1\nb: *x\nc: !!int 3\nd: !y [4]")
    assert len(document.problems) == 4


def test_the_greatest_depth_is_allowed():
    inside = MAX_DEPTH - 1
    assert parse_document("a: " + "[" * (inside - 1) + "x" + "]" * (inside - 1)).problems == ()


def test_a_byte_order_mark_is_no_part_of_the_text():
    assert decode_document("\ufeffa: é".encode(), "conf/tables.yaml") == "a: é"


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_bytes_that_are_no_utf_8_are_refused_with_their_line(encoding: str):
    with pytest.raises(
        WrongUse, match=r"^conf/tables.yaml: 1 problem\n  - line \d: found the byte"
    ):
        decode_document("version: 1\nname: Zoé\n".encode(encoding), "conf/tables.yaml")
