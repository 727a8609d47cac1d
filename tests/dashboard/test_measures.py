"""Measures are declared once, and a mistake in them is said with its place and what is allowed."""

from __future__ import annotations

import pytest

from c360.contracts.audit import AUDIT_CONTRACTS
from c360.contracts.gold import GOLD_CONTRACTS
from c360.dashboard.measures import ROWS, Measure, parse_measures
from c360.dashboard.read import read_measures
from c360.errors import WrongUse

HEAD = "version: 1\nmeasures:\n"
GOOD = "{table: AOV, title: T, numerator: GrossAmount, format: money, description: D.}"
COLUMNS = {each.name: each for each in (*GOLD_CONTRACTS, *AUDIT_CONTRACTS)}


def problems(text: str) -> list[str]:
    with pytest.raises(WrongUse) as caught:
        parse_measures(text, "m.yaml")
    return str(caught.value).splitlines()[1:]


def test_a_measure_is_what_its_keys_say() -> None:
    (found,) = parse_measures(
        HEAD + "  Share: {table: AOV, title: T, numerator: ExcludedOrders, denominator: "
        "[OrderCount, ExcludedOrders], but_for: {Channel: [All]}, format: rate, description: D.}",
        "m.yaml",
    )
    assert found == Measure(
        name="Share",
        title="T",
        table="AOV",
        numerator=("ExcludedOrders",),
        denominator=("OrderCount", "ExcludedOrders"),
        but_for=(("Channel", ("All",)),),
        format="rate",
        column=None,
        of_one_row=False,
        description="D.",
    )


def test_a_measure_of_the_project_agrees_with_the_column_that_has_it(measures) -> None:
    stored = [one for one in measures if one.column and one.numerator]
    assert len(stored) > 15
    for one in stored:
        column = COLUMNS[one.table].column(one.column)
        formula = " / ".join(
            part if len(parts) == 1 else f"({part})"
            for parts in (one.numerator, one.denominator)
            if parts
            for part in [" + ".join(parts)]
        )
        if one.denominator:
            assert column.description.startswith(formula), one.name
        else:
            assert one.column == formula, one.name


def test_a_ratio_stored_by_gold_has_the_scale_of_its_format(measures) -> None:
    scales = {"money": {2, 4}, "rate": {4}, "average": {4}, "count": {0}}
    for one in measures:
        if one.column and one.table != "LoadAudit":
            assert COLUMNS[one.table].column(one.column).type.scale in scales[one.format], one.name


def test_titles_and_names_tell_measures_of_one_table_apart(measures) -> None:
    pairs = [(one.table, one.title) for one in measures]
    assert len(set(pairs)) == len(pairs)
    assert all(one.description.endswith(".") for one in measures)


@pytest.mark.parametrize(
    ("measure", "told"),
    [
        ("{table: AOW", "table (line 3): found 'AOW'; expected one of AgentKPIs, AOV"),
        (GOOD.replace("GrossAmount", "GrosAmount"), "(did you mean 'GrossAmount'?)"),
        (GOOD.replace("GrossAmount", "DimensionKey"), "numerator (line 3): found 'DimensionKey'"),
        (GOOD.replace("money", "mony"), "found 'mony'; expected one of average, count, money"),
        (GOOD.replace("title", "titel"), "unknown key"),
        (GOOD.replace("title: T, ", ""), "A.title (line 3): missing; expected text"),
        (GOOD.replace("numerator: GrossAmount, ", ""), "A.numerator (line 3): missing"),
        (GOOD.replace("money", "money, column: Nope"), "A.column (line 3): found 'Nope'"),
        (GOOD.replace("money", "money, but_for: {Nope: [x]}"), "but_for.Nope"),
        (GOOD.replace("money", "money, but_for: {Channel: [1]}"), 'write "1" in quotes'),
        (
            GOOD.replace("numerator: Gross", "column: Gross").replace(
                "money", "money, denominator: OrderCount"
            ),
            "what is divided by the denominator",
        ),
        ("3", "A (line 3): found 3; expected a mapping of keys"),
    ],
)
def test_a_mistake_is_said(measure: str, told: str) -> None:
    text = (
        measure if measure.endswith("}") or measure == "3" else GOOD.replace("{table: AOV", measure)
    )
    found = problems(f"{HEAD}  A: {text}\n")
    assert any(told in each for each in found), found


def test_all_mistakes_are_said_at_once() -> None:
    two = GOOD.replace("money", "mony"), GOOD.replace("AOV", "AOW")
    assert len(problems(f"{HEAD}  A: {two[0]}\n  B: {two[1]}\n")) == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "found nothing; expected the keys version and measures"),
        ("measures: {}\nversion: 1\n", "measures (line 1): missing; expected at least one measure"),
        (f"measures:\n  A: {GOOD}\n", "version"),
        (f"{HEAD}  A: &x {GOOD}\n  B: *x\n", "anchor"),
        (f"{HEAD}  A: !!python/object:os.system {GOOD}\n", "tag"),
        (f"{HEAD}  A: {GOOD}\n  A: {GOOD}\n", "found again"),
        (f"{HEAD}  A-b: {GOOD}\n", "expected a name of letters, digits and _"),
    ],
)
def test_a_document_of_another_form_is_refused(text: str, told: str) -> None:
    assert told in "\n".join(problems(text))


def test_a_file_that_is_not_there_is_named(tmp_path) -> None:
    with pytest.raises(WrongUse, match="name the file with --measures"):
        read_measures(tmp_path / "none.yaml")


def test_rows_are_counted_and_not_added_up(measures) -> None:
    assert {one.name for one in measures if ROWS in one.numerator} == {"Customers", "Buyers"}
