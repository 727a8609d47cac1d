"""What the text of a column means, case by case, in one job of Spark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import Column, SparkSession
from pyspark.sql import functions as F

from c360 import rules
from c360.text import UNUSUAL
from tests.support.local_frames import local_frame
from tests.support.rule_cases import COLUMNS, EMBEDDED, TABLES, ZONES

CASES = [(name, text) for name, cases in TABLES.items() for text in cases]


Outcomes = dict[tuple[str, str | None], dict[str, Any]]  # by column and text


@pytest.fixture(scope="module")
def found(spark: SparkSession) -> Outcomes:
    """Value, reasons and warning of every case: a column for each rule, and one job for all."""
    texts = {name: [None, *cases] for name, cases in TABLES.items()}
    longest = max(len(cases) for cases in texts.values())
    rows = [
        tuple(cases[at] if at < len(cases) else None for cases in texts.values())
        for at in range(longest)
    ]
    raw = local_frame(spark, rows, ", ".join(f"raw_{name} string" for name in texts))
    trimmed = raw.select("*", *map(_text, texts))
    typed = trimmed.select("*", *map(_value, texts))
    outcomes = typed.select(*map(_outcome, texts)).collect()
    return {(name, row[name]["raw"]): row[name].asDict() for row in outcomes for name in texts}


def _rules(name: str) -> rules.TextRules:
    return rules.TextRules(COLUMNS[name], name in EMBEDDED, ZONES.get(name, "UTC"))


def _is_unusual(name: str) -> Column:
    return F.coalesce(F.col(f"raw_{name}").rlike(UNUSUAL), F.lit(False))


def _text(name: str) -> Column:
    text = rules.parse_text(F.col(f"raw_{name}"), _is_unusual(name), COLUMNS[name])
    return text.alias(f"text_{name}")


def _control(name: str) -> Column:
    return rules.has_control_character(F.col(f"text_{name}"), _is_unusual(name), _rules(name))


def _usable(name: str) -> Column:
    return F.when(~_control(name), F.col(f"text_{name}"))


def _value(name: str) -> Column:
    return rules.parse_value(_usable(name), _rules(name)).alias(f"value_{name}")


def _outcome(name: str) -> Column:
    value = F.col(f"value_{name}")
    invalid = rules.find_invalid(_usable(name), value, COLUMNS[name])
    findings = [rules.Finding("control_character", _control(name)), *invalid]
    reasons = F.array_compact(F.array(*(F.when(each.holds, each.reason) for each in findings)))
    return F.struct(
        F.col(f"raw_{name}").alias("raw"),
        F.when(F.size(reasons) == 0, value).alias("value"),
        reasons.alias("reasons"),
        F.array(*(each.holds.isNull() for each in findings)).alias("untold"),
        rules.find_unknown(value, COLUMNS[name]).alias("unknown"),
    ).alias(name)


def shown(value: object) -> str:
    text = ascii(value)
    return text if len(text) < 60 else f"{text[:25]}...{len(text)}"


@pytest.mark.parametrize(("name", "text"), CASES, ids=[f"{n}-{shown(t)}" for n, t in CASES])
def test_a_text_has_its_value_or_all_its_reasons(found: Outcomes, name: str, text: str) -> None:
    outcome, expected = found[name, text], TABLES[name][text]
    if isinstance(expected, set):
        assert sorted(outcome["reasons"]) == sorted(expected)
    else:
        assert outcome["reasons"] == []
        assert (outcome["value"], str(outcome["value"])) == (expected, str(expected))


def test_a_missing_field_is_absent_and_not_invalid(
    found: Outcomes,
) -> None:
    for name in TABLES:
        assert (found[name, None]["value"], found[name, None]["reasons"]) == (None, []), name


def test_it_is_always_told_whether_a_reason_holds(
    found: Outcomes,
) -> None:
    untold = [key for key, outcome in found.items() if any(outcome["untold"])]
    assert untold == []


def test_words_that_are_not_listed_are_told_only_where_the_column_warns(
    found: Outcomes,
) -> None:
    unknown = {key for key, outcome in found.items() if outcome["unknown"]}
    assert unknown == {("warned", "Maybe")}
    assert all(outcome["unknown"] is not None for outcome in found.values())


def test_every_reason_is_shown_by_a_case() -> None:
    source = Path(rules.__file__ or "").read_text()
    named = set(re.findall(r'Finding\(\s*"(\w+)"', source))
    expected = {reason for reasons in _reason_sets() for reason in reasons}
    of_types = {"not_a_boolean", "not_a_date", "not_a_timestamp"}
    assert named | of_types | {"control_character"} == expected


def _reason_sets() -> Iterator[set[str]]:
    for cases in TABLES.values():
        yield from (outcome for outcome in cases.values() if isinstance(outcome, set))


@pytest.mark.parametrize(
    ("order", "text", "iso"),
    [
        ("dd/MM/yyyy", "31/12/2025", "2025-12-31"),
        ("M/d/yyyy", "3/14/2025", "2025-3-14"),
        ("yyyyMMdd", "20251231", "2025-12-31"),
        ("dd.MM.yyyy HH:mm", "31.12.2025 09:05", "2025-12-31T09:05"),
        ("yyyy/MM/ddTHH:mm:ss", "2025/12/31T09:05:06", "2025-12-31T09:05:06"),
        ("H:mm d-M-yyyy", "9:05 1-2-2025", "2025-2-1T9:05"),
    ],
)
def test_a_declared_order_is_rewritten_as_iso(order: str, text: str, iso: str) -> None:
    pattern, replacement = rules.iso_rewrite(order)
    python = re.compile(pattern.replace(r"\z", r"\Z"))
    assert python.sub(replacement.replace("$", "\\"), text) == iso
    assert not python.match(f"x{text}")
    assert not python.match(f"{text}\n")
