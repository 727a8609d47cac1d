"""The report of a registry: all problems at once, in order, each with its place."""

from __future__ import annotations

import pytest

from tests.registry.texts import problems, refused, small

A_SHARE = "expected a share from 0 to 1, such as 0.05"

TOP = {
    "versions: 1": (
        "versions: unknown key; expected one of defaults, policy, tables, version "
        "(did you mean 'version'?)"
    ),
    "version: 2": "version: found 2; expected 1",
    'version: "1"': "version: found '1'; expected 1, without quotes",
    "version: true": "version: found true; expected 1",
}


def test_a_sound_registry_has_no_problem():
    assert problems(small()) == []


@pytest.mark.parametrize(("fragment", "expected"), TOP.items())
def test_a_wrong_section_is_named_with_what_is_allowed(fragment: str, expected: str):
    found = problems(small().replace("version: 1", fragment))
    assert [each for each in found if "missing" not in each] == [expected]


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("colour: red", "defaults.colour: unknown key"),
        ("max_rejected: 2", f"defaults.max_rejected: found 2; {A_SHARE}"),
        ("max_age: soon", "defaults.max_age: found 'soon'; expected hours or days"),
        ('delimiter: "x"', "defaults.delimiter: found 'x'; expected one of"),
        ("null_words: [a, a]", "defaults.null_words: found 'a'; expected each word once"),
    ],
)
def test_a_wrong_default_is_named_where_it_stands_and_once(fragment: str, expected: str):
    [only] = problems(small(defaults=fragment))
    assert only.startswith(expected)


def test_missing_sections_are_all_named():
    assert problems("{}") == [
        "version: missing; expected 1",
        "tables: missing; expected at least one table",
        "policy.currency: missing; expected a currency code of three capital letters",
    ]


def test_many_problems_come_in_one_report_in_the_order_of_the_text():
    text = small(
        defaults="max_shrink: 7",
        policy="currency: EUR\ncounted_statuses: [Completed, Pending]\nfrequent_from: 0",
        table="key: OrderId\nkye: x\nnewest_by: Status",
        columns="New: timestmp\nNein: NO\nRowKey: {type: bigint, max_length: 2}",
        more="AOV: {columns: {a: {type: date, references: Orders.OrderID}}}",
    )
    report = refused(text)
    paths = [line.split(":")[0].split(" (line ") for line in report.split("\n  - ")[1:]]
    assert report.startswith("conf/tables.yaml: 12 problems\n")
    assert [path for path, _ in paths] == [
        "defaults.max_shrink",
        "policy.excluded_statuses",
        "policy.frequent_from",
        "tables.Orders.key",
        "tables.Orders.kye",
        "tables.Orders.newest_by",
        "tables.Orders.columns.New.type",
        "tables.Orders.columns.Nein",
        "tables.Orders.columns.RowKey",
        "tables.Orders.columns.RowKey.max_length",
        "tables.AOV",
        "tables.AOV.columns.a.references",
    ]


def test_a_problem_names_its_line():
    text = small(columns="New: timestmp")
    line = text.splitlines().index("      New: timestmp") + 1
    assert f"tables.Orders.columns.New.type (line {line}): found 'timestmp'" in refused(text)


def test_one_problem_is_not_called_problems():
    assert refused(small(table="key: x")).startswith("conf/tables.yaml: 1 problem\n")


@pytest.mark.parametrize(
    "parts",
    [
        {"table": "key: OrderId", "columns": "New: {type: bigint, references: Orders.OrderID}"},
        {"table": "key: 3", "columns": "New: {type: bigint, references: Orders.OrderID}"},
        {"columns": "New: {type: bigint, references: Other.a}", "more": "Other: {columns: [a]}"},
        {"more": "Other: {key: a, columns: [a]}"},
        {"table": "key: OrderID\nmax_age: 7d\nnewest_by: 3"},
        {"table": "key: OrderID\nnewest_by: New", "columns": "New: timestmp"},
        {"columns": "New: NO"},
        {"columns": "New: 12"},
        {"policy": "currency: 12"},
        {"policy": "currency: EUR\ntier_ranking: 3"},
    ],
)
def test_a_consequence_of_a_problem_is_no_further_problem(parts: dict[str, str]):
    assert len(problems(small(**parts))) == 1


def test_a_foreign_letter_that_looks_familiar_is_named():
    assert "U+0421 cyrillic capital letter es" in refused(small(table="key: \u0421ustomer"))
