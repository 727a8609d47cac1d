"""Tables: what one table says about its own columns, and the running form of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from c360.ids import spec_hash
from c360.registry.columns import FromTable, build_column, check_column, type_of
from c360.registry.draft import TableDraft
from c360.registry.forms import DefaultsForm
from c360.registry.names import OWN_COLUMNS, check_files, check_names, check_words
from c360.registry.problems import Path, Problem, found, missing, unknown_name
from c360.registry.specs import TableSpec
from c360.text import duration

# Exactly these words; an empty value is always absent.
NULL_WORDS = ("NULL", "null", "N/A", "NA", "None", "-")
DELIMITERS = (",", ";", "\t", "|", "^", "~")
MAX_TABLE_DESCRIPTION = 16384  # BigQuery's limits
MAX_CLUSTER_COLUMNS = 4

_TOLERANCES = ("take", "delimiter", "embedded_newlines", "min_records")
_SHARES = ("max_rejected", "max_rejected_file", "max_shrink", "max_drift", "max_share_drift")
_TIMES, _NUMBERS = ("date", "timestamp"), ("bigint", "decimal")
# The keys that name one column, the types it may have, and what for.
_TYPED: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("newest_by", _TIMES, "by which the newest row of a key is known"),
    ("control_sum", _NUMBERS, "which can be summed"),
    ("partition_by", _TIMES, "of which the month is taken"),
)


def check_table(table: TableDraft, defaults: DefaultsForm) -> Iterator[Problem]:
    """Everything that is wrong with one table by itself."""
    form, path = table.form, table.path
    yield from check_files(form.files or (), (*path, "files"))
    yield from check_tolerances(form, path)
    if len(form.description or "") > MAX_TABLE_DESCRIPTION:
        most = f"at most {MAX_TABLE_DESCRIPTION} characters"
        yield found((*path, "description"), form.description, most)
    if form.max_age and not form.newest_by:
        yield missing((*path, "newest_by"), "the column whose newest value max_age is about")
    if not table.columns:
        yield missing((*path, "columns"), "a mapping from column names to types or rules")
    yield from check_names(table.columns, OWN_COLUMNS, (*path, "columns"))
    for name, column in table.columns.items():
        from_table = _from_table(table, name, defaults)
        yield from check_column(column, from_table, (*path, "columns", name))
    yield from _check_named_columns(table)


def check_tolerances(form: DefaultsForm, path: Path) -> Iterator[Problem]:
    """What is wrong with the keys that a table shares with the defaults."""
    if form.delimiter is not None and form.delimiter not in DELIMITERS:
        expected = DefaultsForm.model_fields["delimiter"].description
        yield found((*path, "delimiter"), form.delimiter, str(expected))
    if form.max_age is not None and not duration(form.max_age):
        expected = DefaultsForm.model_fields["max_age"].description
        yield found((*path, "max_age"), form.max_age, str(expected))
    yield from check_words(form.null_words or (), (*path, "null_words"), any_case=False)


def build_table(table: TableDraft, defaults: DefaultsForm, source_timezone: str) -> TableSpec:
    """The running form of a table that has no problem."""
    form = table.form
    said = {name: _said(form, defaults, name) for name in (*_TOLERANCES, *_SHARES)}
    tolerances: dict[str, Any] = {
        name: float(value) if name in _SHARES else value
        for name, value in said.items()
        if value is not None  # where both are silent TableSpec knows the default
    }
    age = _said(form, defaults, "max_age") if form.newest_by else None
    spec = TableSpec(
        name=table.name,
        description=" ".join((form.description or "").split()),
        files=tuple(form.files or (f"{table.name}*.csv", f"{table.name}*.csv.gz")),
        columns=tuple(
            build_column(name, column, _from_table(table, name, defaults))
            for name, column in table.columns.items()
        ),
        key=table.key,
        newest_by=form.newest_by,
        max_age=duration(age) if age else None,
        control_sum=form.control_sum,
        partition_by=form.partition_by,
        cluster_by=tuple(form.cluster_by or ()),
        **tolerances,
    )
    return replace(spec, spec_hash=spec_hash(spec, source_timezone))


def _check_named_columns(table: TableDraft) -> Iterator[Problem]:
    """The keys that name columns: unknown names, wrong types, repetitions."""
    form, path = table.form, table.path
    lists = {"key": form.key, "required": form.required, "cluster_by": form.cluster_by}
    for name, columns in lists.items():
        yield from check_words(columns or (), (*path, name), any_case=False)
        for place, column in enumerate(columns or ()):
            yield from _check_known(table, column, (*path, name, place))
    if len(form.cluster_by or ()) > MAX_CLUSTER_COLUMNS:
        count = f"found {len(form.cluster_by or ())} columns"
        yield Problem((*path, "cluster_by"), f"{count}; expected at most {MAX_CLUSTER_COLUMNS}")
    for column in table.key:
        if column in table.columns and table.columns[column].pii:
            why = "false: messages name keys, so no key may be personal data"
            yield found((*path, "columns", column, "pii"), True, why)
    yield from _check_typed_columns(table)


def _check_typed_columns(table: TableDraft) -> Iterator[Problem]:
    """The keys that name one column of a certain type."""
    for name, kinds, purpose in _TYPED:
        column = getattr(table.form, name)
        if column is None:
            continue
        place: Path = (*table.path, name)
        yield from _check_known(table, column, place)
        kind = type_of(table.columns[column]) if column in table.columns else None
        if kind is not None and kind.name not in kinds:
            expected = f"a {' or '.join(kinds)} column, {purpose} ({column} is {kind})"
            yield found(place, column, expected)


def _check_known(table: TableDraft, column: str, path: Path) -> Iterator[Problem]:
    """A name that none of the table's columns has; silent while no column is known."""
    if table.columns and column not in table.columns:
        yield unknown_name(path, column, list(table.columns))


def _from_table(table: TableDraft, column: str, defaults: DefaultsForm) -> FromTable:
    words = _said(table.form, defaults, "null_words")
    return FromTable(
        required=column in (*table.key, *(table.form.required or ())),
        null_words=NULL_WORDS if words is None else words,
        max_length=_said(table.form, defaults, "max_length"),
    )


def _said(form: DefaultsForm, defaults: DefaultsForm, name: str) -> Any:
    """What the table says, else what the defaults say; None when both are silent."""
    own = getattr(form, name)
    return getattr(defaults, name) if own is None else own
