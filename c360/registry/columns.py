"""Columns: which rules fit which type, and the running form of one column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from c360.datatypes import COLUMN_TYPES, MAX_INTEGER_DIGITS, MAX_SCALE, DataType, parse_data_type
from c360.registry.bounds import check_bounds, parse_bound
from c360.registry.date_orders import check_date_orders
from c360.registry.forms import ColumnForm
from c360.registry.names import check_words
from c360.registry.patterns import pattern_defect
from c360.registry.problems import Path, Problem, found, missing, one_of, suggestion
from c360.registry.specs import ColumnSpec, Reference

MAX_COLUMN_DESCRIPTION = 1024  # BigQuery's limit

_NUMBERS, _TIMES = ("bigint", "decimal"), ("date", "timestamp")
_FITS: Mapping[str, tuple[str, ...]] = {
    "formats": _TIMES,
    "strip": (*_NUMBERS, "string"),
    "min": (*_NUMBERS, *_TIMES),
    "max": (*_NUMBERS, *_TIMES),
    "above": (*_NUMBERS, *_TIMES),
    "one_of": ("string",),
    "on_unknown": ("string",),
    "matches": ("string",),
    "max_length": ("string",),
    "case": ("string",),
}
_PARTS_OF_A_NUMBER = "0123456789+-."


@dataclass(frozen=True, slots=True)
class FromTable:
    """What a table says about each of its columns."""

    required: bool
    null_words: Sequence[str]
    max_length: int | None


def type_of(form: ColumnForm) -> DataType | None:
    """The declared type; None when it is missing or no type."""
    if form.type is None or form.type == "decimal(p,s)":  # the family's name, no type
        return None
    return parse_data_type(form.type)


def check_column(form: ColumnForm, table: FromTable, path: Path) -> Iterator[Problem]:
    """Everything that is wrong with one column by itself."""
    kind = type_of(form)
    if form.type is None:
        yield missing((*path, "type"), one_of(COLUMN_TYPES))
    elif kind is None:
        yield found((*path, "type"), form.type, _type_advice(form.type))
    else:
        yield from _check_fit(form, kind, path)
    if table.required and form.on_invalid == "null":
        yield found((*path, "on_invalid"), "null", "reject, since the column is required")
    if len(form.description or "") > MAX_COLUMN_DESCRIPTION:
        most = f"at most {MAX_COLUMN_DESCRIPTION} characters"
        yield found((*path, "description"), form.description, most)
    yield from check_words(form.null_words or (), (*path, "null_words"), any_case=False)
    yield from _check_listed(form, table, path)
    if form.matches and (defect := pattern_defect(form.matches)):
        yield found((*path, "matches"), form.matches, defect)


def build_column(name: str, form: ColumnForm, table: FromTable) -> ColumnSpec:
    """The running form of a column that has no problem."""
    kind = type_of(form)
    if kind is None:
        raise ValueError(f"{name} was not checked")
    target = (form.references or "").split(".")
    inherited = table.max_length if kind.name == "string" else None
    words = table.null_words if form.null_words is None else form.null_words
    return ColumnSpec(
        name=name,
        type=kind,
        required=table.required,
        null_words=tuple(sorted(words)),  # a set: its order shall not clean a file again
        formats=tuple(form.formats or ()),
        strip="".join(sorted(set(form.strip or ""))),
        min=parse_bound(form.min, kind),
        max=parse_bound(form.max, kind),
        above=parse_bound(form.above, kind),
        one_of=tuple(form.one_of or ()),
        on_unknown=form.on_unknown or "reject",
        matches=form.matches or "",
        max_length=form.max_length or inherited,
        case=form.case or "",
        on_invalid=form.on_invalid or "reject",
        references=Reference(*target) if form.references else None,
        pii=form.pii or False,
        description=" ".join((form.description or "").split()),
    )


def _check_fit(form: ColumnForm, kind: DataType, path: Path) -> Iterator[Problem]:
    """The rules that do not fit the type, and those of its kind that make no sense."""
    unfit = [
        rule
        for rule, kinds in _FITS.items()
        if getattr(form, rule) is not None and kind.name not in kinds
    ]
    for rule in unfit:
        fits = " or ".join(_FITS[rule])
        yield Problem((*path, rule), f"found on a {kind.name} column; expected on {fits} only")
    if form.formats and "formats" not in unfit:
        yield from check_date_orders(form.formats, kind.name, (*path, "formats"))
    if kind.name in _NUMBERS and set(form.strip or "") & set(_PARTS_OF_A_NUMBER):
        yield found((*path, "strip"), form.strip, "characters that are no part of a number")
    if "min" not in unfit and kind.name in _FITS["min"]:
        yield from check_bounds(form, kind, path)


def _check_listed(form: ColumnForm, table: FromTable, path: Path) -> Iterator[Problem]:
    """What is wrong with the words that a column may hold."""
    if form.on_unknown and not form.one_of:
        yield missing((*path, "one_of"), "the words that on_unknown is about")
    yield from check_words(form.one_of or (), (*path, "one_of"))
    absent = table.null_words if form.null_words is None else form.null_words
    for place, word in enumerate(form.one_of or ()):
        if word in absent:
            yield found((*path, "one_of", place), word, "a word that is not among the null_words")


def _type_advice(text: str) -> str:
    """What a type should have been."""
    if text.startswith("decimal("):
        if ")" not in text:
            return '"decimal(p,s)" in quotes: between { and } a comma ends the value'
        return (
            f"decimal(p,s) with s up to {MAX_SCALE}, p from s on "
            f"and p - s up to {MAX_INTEGER_DIGITS}"
        )
    return one_of(COLUMN_TYPES) + suggestion(text, COLUMN_TYPES)
