"""Text of dashboards/measures.yaml in, frozen measures out; every problem is in one report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from c360.contracts.audit import AUDIT_CONTRACTS
from c360.contracts.gold import GOLD_CONTRACTS
from c360.contracts.model import TableContract
from c360.dashboard.forms import FORMATS, MeasureForm, MeasuresForm
from c360.registry.document import parse_document
from c360.registry.draft import read_form
from c360.registry.problems import (
    Path,
    Problem,
    found,
    missing,
    one_of,
    refusal,
    unknown_name,
    without_echoes,
)

ROWS = "rows"  # counts rows where a column would be added up
_SECTIONS = "the keys version and measures"
_TABLES = {contract.name: contract for contract in (*GOLD_CONTRACTS, *AUDIT_CONTRACTS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One number that people ask for: the sum of a numerator, or the ratio of two sums."""

    name: str
    title: str
    table: str
    numerator: tuple[str, ...]  # columns, added up; `rows` counts; empty: read from `column`
    denominator: tuple[str, ...]  # empty: the measure is a sum
    but_for: tuple[tuple[str, tuple[str, ...]], ...]
    format: str
    column: str | None  # where the table has the value of one row
    of_one_row: bool
    description: str

    @property
    def formula(self) -> str:
        """What the measure is made of, in words of its table."""
        parts = [" + ".join(part) for part in (self.numerator, self.denominator) if part]
        ratio = " / ".join(f"({part})" if " " in part else part for part in parts)
        left_out = [f"{column} {', '.join(words)}" for column, words in self.but_for]
        return (ratio or str(self.column)) + (f" but {'; '.join(left_out)}" if left_out else "")


def parse_measures(text: str, origin: str) -> tuple[Measure, ...]:
    """The measures that a YAML text declares, in its order.

    Args:
        text: the document.
        origin: where it comes from, as messages name it.

    Raises:
        WrongUse: the text has problems; all of them are listed, in the order of the text.
    """
    document = parse_document(text, _SECTIONS)
    if document.value is None:
        raise refusal(origin, document.problems, document.lines)
    forms, misfits = _read_forms(document.value)
    problems = list(document.problems)
    problems += without_echoes(misfits, problems)
    problems += without_echoes(
        [problem for name, form in forms.items() for problem in _check(name, form)], problems
    )
    if problems:
        raise refusal(origin, problems, document.lines)
    return tuple(_build(name, form) for name, form in forms.items())


def _read_forms(value: object) -> tuple[dict[str, MeasureForm], list[Problem]]:
    top, problems = read_form(MeasuresForm, value, ())
    if top.version != 1 and not any(one.path == ("version",) for one in problems):
        problems.append(missing(("version",), "1"))
    forms = {}
    for name, raw in (top.measures or {}).items():
        forms[name], more = read_form(MeasureForm, raw, ("measures", name))
        problems += more
    if not forms:
        problems.append(missing(("measures",), "at least one measure"))
    return forms, problems


def _check(name: str, form: MeasureForm) -> Iterator[Problem]:
    """What is wrong with one measure beyond the shape of its keys."""
    path: Path = ("measures", name)
    if not name.isidentifier():
        yield found(path, name, "a name of letters, digits and _")
    for key in ("table", "title", "format", "description"):
        if getattr(form, key) is None:
            expected = {"table": one_of(_TABLES), "format": one_of(FORMATS)}.get(key, "text")
            yield missing((*path, key), expected)
    if not (form.numerator or form.column):
        yield missing((*path, "numerator"), "a column to add up, rows, or else the key column")
    if form.denominator and not form.numerator:
        yield missing((*path, "numerator"), "what is divided by the denominator")
    if form.table is not None and form.table not in _TABLES:
        yield unknown_name((*path, "table"), form.table, _TABLES)
    elif form.table is not None:
        yield from _check_columns(path, form, _TABLES[form.table])


def _check_columns(path: Path, form: MeasureForm, table: TableContract) -> Iterator[Problem]:
    numbers = [column.name for column in table.columns if column.type.name in ("bigint", "decimal")]
    for key in ("numerator", "denominator"):
        for word in getattr(form, key) or ():
            if word not in (ROWS, *numbers):
                yield unknown_name((*path, key), word, [*numbers, ROWS])
    if form.column is not None and form.column not in numbers:
        yield unknown_name((*path, "column"), form.column, numbers)
    for word in form.but_for or ():
        if word not in table.column_names:
            yield unknown_name((*path, "but_for", word), word, table.column_names)


def _build(name: str, form: MeasureForm) -> Measure:
    but_for: Mapping[str, list[str]] = form.but_for or {}
    return Measure(
        name=name,
        title=form.title or "",
        table=form.table or "",
        numerator=tuple(form.numerator or ()),
        denominator=tuple(form.denominator or ()),
        but_for=tuple((column, tuple(words)) for column, words in but_for.items()),
        format=form.format or "",
        column=form.column,
        of_one_row=form.of_one_row or False,
        description=form.description or "",
    )
