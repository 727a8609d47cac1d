"""A registry cannot run code, reach other files, or break the reader: it is refused, or inert."""

from __future__ import annotations

import contextlib
import json
import time

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from c360.errors import WrongUse
from c360.registry.document import decode_document
from c360.registry.load import parse_registry
from tests.registry.texts import OWN, problems, refused, small

WHOLE_TEXTS = {
    "object": "!!python/object/apply:os.system ['touch owned']",
    "module": "a: !!python/module:os",
    "name": "a: !!python/name:os.system",
    "new": "a: !!python/object/new:os.system [touch owned]",
    "tuple": "a: !!python/tuple [1, 2]",
    "binary": "a: !!binary aGVsbG8=",
    "set": "a: !!set {x, y}",
    "local tag": "a: !include /etc/passwd",
    "tag directive": "%TAG ! tag:yaml.org,2002:python/\n---\na: !object/apply:os.system [x]",
    "merge": "base: &b {x: y}\nversion: 1\n<<: *b",
    "laughs": "a: &a [x]\n" + "".join(
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    ),
    "self": "a: &a [*a]",
    "brackets": "[" * 100_000,
    "braces": "{a: " * 100_000,
    "dashes": "- " * 100_000,
    "questions": "? " * 100_000,
    "many keys": "".join(f"k{number}: x\n" for number in range(20_000)),
    "two documents": "version: 1\n---\nversion: 1",
    "nothing": "\0",
    "escape": 'a: "\\U00110000"',
    "surrogate": 'a: "\\ud800"',
    "surrogate key": '"\\ud800": 1',
    "raw surrogate": "a: \ud800",
    "huge number": f"version: {'9' * 5000}",
    "huge octal": f"version: 0{'7' * 5000}",
    "huge sexagesimal": "version: " + ":".join(["59"] * 3000),
    "huge exponent": "version: 1.0e+999999999",
    "bidirectional": "version: 1\n\u202etables: {}",
}  # fmt: skip

A_NAME = "expected a letter, then letters, digits or _ (at most 128 in all)"
NAMES = [
    "__class__", "__init__", "a.b", "a`b", 'a"b', "a'b", "a;b", "a b", "a\nb", "a\tb", "a-b",
    "a/b", "../a", "a$b", "${HOME}", "{{ name }}", "$(touch owned)", "%s", "a)b", "a,b", "é",
    "\u0430mount", "a\u200bb", "\uff21", "a\u0301", "\u202ea", "x" * 129, "1a", "_a", "_TABLE_x",
    "_PARTITIONTIME", "__ROOT__", "", " ", "a ", "DROP TABLE x", "a--", "*", "<script>",
]  # fmt: skip

FILES = [
    "../Orders.csv", "..", "a/../b.csv", "/etc/passwd", "a\\b.csv", "C:x.csv", "_x.csv", ".x.csv",
    "x\n.csv", "x\0.csv", "", " ", "[a-z].csv", "{a,b}.csv", "gs://b/x.csv", "x|y.csv", "$HOME",
    "`id`.csv", "x;y.csv", "x..csv", "x" * 201, "<x>.csv", "file:x.csv", "~root.csv", "a\u202eb",
]  # fmt: skip


@pytest.mark.parametrize("text", WHOLE_TEXTS.values(), ids=WHOLE_TEXTS.keys())
def test_a_hostile_text_is_refused_at_once_and_runs_nothing(text: str, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    started = time.monotonic()
    assert "problem" in refused(text)
    assert time.monotonic() - started < 10
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_of_a_column_or_table_is_refused(name: str):
    quoted = json.dumps(name)  # double quotes and escapes mean the same in YAML
    column = problems(small(columns=f"? {quoted}\n: string"))
    table = problems(small(more=f"? {quoted}\n: {{columns: {{a: string}}}}"))
    assert all(any(A_NAME in line for line in found) for found in (column, table))


@pytest.mark.parametrize("pattern", FILES)
def test_a_hostile_file_pattern_is_refused(pattern: str):
    assert problems(small(table=f"files: {json.dumps(pattern)}"))


@pytest.mark.parametrize("share", [".nan", ".inf", "-.inf", "1e308", "-0.0001", "1.0001", "'NaN'"])
def test_a_share_is_a_number_from_0_to_1(share: str):
    assert problems(small(table=f"max_rejected: {share}"))


@pytest.mark.parametrize("text", ["{{ 7*7 }}", "${jndi:ldap://x}", "$(id)", "'; DROP TABLE x; --"])
def test_text_in_a_description_is_text(text: str):
    quoted = text.replace("'", "''")
    table = parse_registry(small(table=f"description: '{quoted}'"), "here").tables[0]
    assert table.description == text


def test_control_characters_never_reach_the_terminal():
    message = refused(small(columns='"a\\u001b[31mb": string\nb: "\\u202etimestamp"'))
    assert all(char.isprintable() or char == "\n" for char in message)


def test_a_long_value_is_cut_in_the_message():
    assert len(refused(small(columns=f"New: {'x' * 100_000}"))) < 500


SYNTAX = st.text(
    alphabet=" \n\t-:?,[]{}#&*!|>'\"%@`\\~=<x01.eNO\u0085\u2028\ufeff\ud800", max_size=60
)


@settings(max_examples=400, deadline=None)
@given(text=st.one_of(st.text(max_size=200), SYNTAX))
def test_any_text_is_a_registry_or_wrong_use(text: str):
    with pytest.raises(WrongUse) as caught:
        parse_registry(text, "here")
    str(caught.value).encode()


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=100))
def test_any_bytes_are_text_or_wrong_use(data: bytes):
    with contextlib.suppress(WrongUse):
        assert isinstance(decode_document(data, "here"), str)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.dates()
    | st.text(max_size=20)
    | st.sampled_from(["Customers", "DateTime", "decimal(12,2)", "dd/MM/yyyy", "Customers.Name"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_value_at_any_place_is_accepted_or_wrong_use(data: st.DataObject):
    tree = yaml.safe_load(
        small(table="key: OrderID\nfiles: x.csv\nrequired: [Day]\nnewest_by: Day")
    )
    inside = tree
    while True:
        place = data.draw(st.sampled_from(sorted(inside, key=str)))
        if not isinstance(inside[place], dict) or not inside[place] or data.draw(st.booleans()):
            break
        inside = inside[place]
    inside[place] = data.draw(VALUES)
    with contextlib.suppress(WrongUse):
        assert parse_registry(yaml.dump(tree, allow_unicode=True), "here").tables


def test_the_own_registry_stays_sound_whatever_line_ends_it_has():
    text = OWN.read_text()
    assert parse_registry(text.replace("\n", "\r\n"), "here") == parse_registry(text, "here")
