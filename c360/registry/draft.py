"""Reads plain values into the authoring forms piece by piece: one mistake hides no other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from c360.registry.forms import (
    ColumnForm,
    DefaultsForm,
    Form,
    PolicyForm,
    RegistryForm,
    TableForm,
)
from c360.registry.problems import Path, Problem, found, missing, one_of, shown, suggestion

F = TypeVar("F", bound=Form)
_UNQUOTED = ("int_type", "is_instance_of", "bool_type")
_NUMBER_OR_FLAG = re.compile(r"-?[0-9]+(\.[0-9]+)?|true|false")


@dataclass(frozen=True, slots=True)
class TableDraft:
    """One table as it was written; `columns` are in source order."""

    name: str
    form: TableForm
    columns: Mapping[str, ColumnForm]
    misread: frozenset[str]  # keys that were given and left out because they did not fit

    @property
    def path(self) -> Path:
        """Where the table stands in the document."""
        return ("tables", self.name)

    @property
    def key(self) -> tuple[str, ...]:
        """The key columns; empty where rows have a RowKey."""
        return tuple(self.form.key or ())


@dataclass(frozen=True, slots=True)
class RegistryDraft:
    """The document as it was written; what did not fit is left out."""

    defaults: DefaultsForm
    policy: PolicyForm
    tables: tuple[TableDraft, ...]


def read_draft(value: Mapping[str, Any]) -> tuple[RegistryDraft, list[Problem]]:
    """The draft of a document, and every key or value that does not fit its form."""
    top, problems = read_form(RegistryForm, value, ())
    if top.version != 1 and not any(one.path == ("version",) for one in problems):
        given = "version" in value
        problems.append(
            found(("version",), top.version, "1") if given else missing(("version",), "1")
        )
    defaults, more = read_form(DefaultsForm, top.defaults or {}, ("defaults",))
    problems += more
    policy, more = read_form(PolicyForm, top.policy or {}, ("policy",))
    problems += more
    tables = []
    for name, raw in (top.tables or {}).items():
        table, more = _read_table(name, raw)
        tables.append(table)
        problems += more
    if not tables:
        problems.append(missing(("tables",), "at least one table"))
    return RegistryDraft(defaults, policy, tuple(tables)), problems


def read_form(model: type[F], raw: Any, path: Path) -> tuple[F, list[Problem]]:
    """The form of a mapping, and what does not fit; a key that does not fit is left out."""
    if not isinstance(raw, Mapping):
        return model(), [replace(found(path, raw, "a mapping of keys"), whole=True)]
    try:
        return model.model_validate(dict(raw)), []
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False)
    # A union reports a value once for each of its types: the first is enough.
    by_place: dict[Path, Problem] = {}
    for detail in details:
        problem = _problem(model, raw, detail, path)
        by_place.setdefault(problem.path, problem)
    wrong = {detail["loc"][0] for detail in details}
    fitting = {name: value for name, value in raw.items() if name not in wrong}
    return model.model_validate(fitting), list(by_place.values())


def _read_table(name: str, raw: Any) -> tuple[TableDraft, list[Problem]]:
    path: Path = ("tables", name)
    form, problems = read_form(TableForm, raw, path)
    columns = {}
    for column, rules in (form.columns or {}).items():
        short = {"type": rules} if isinstance(rules, str) else rules
        columns[column], more = read_form(ColumnForm, short, (*path, "columns", column))
        problems += more
    given = frozenset(raw) if isinstance(raw, Mapping) else frozenset()
    misread = frozenset(key for key in given if getattr(form, key, None) is None)
    return TableDraft(name, form, columns, misread), problems


def _problem(model: type[Form], raw: Any, detail: Any, path: Path) -> Problem:
    """What pydantic found, in the words of the registry."""
    place = _reached(raw, detail["loc"])
    owner, field = _field(model, place)
    value = detail["input"]
    if field is None:
        name = str(place[-1])
        allowed = owner.model_fields
        expected = one_of(allowed) + suggestion(name, allowed)
        return Problem((*path, *place), f"unknown key; expected {expected}")
    expected = "text" if isinstance(place[-1], int) else str(field.description)
    if detail["type"] == "string_type" and isinstance(value, bool | int | Decimal):
        expected += f': write "{shown(value)}" in quotes'
    elif detail["type"] in _UNQUOTED and _looks_unquoted(value):
        expected += ", without quotes"
    elif detail["type"] == "literal_error" and isinstance(value, str):
        expected += suggestion(value, _words(field.annotation))
    return found((*path, *place), value, expected)


def _reached(raw: Any, loc: tuple[str | int, ...]) -> Path:
    """The part of pydantic's location that the document has; the rest names types of a union."""
    reached: list[str | int] = []
    for part in loc:
        inside = part in raw if isinstance(raw, Mapping) else isinstance(raw, list)
        if not inside:
            break
        reached.append(part)
        raw = raw[part]
    return tuple(reached)


def _field(model: type[BaseModel], place: Path) -> tuple[type[BaseModel], FieldInfo | None]:
    """The form and the field that own a place; no field where the form lacks the key."""
    field = model.model_fields.get(str(place[0]))
    inner = field.annotation if field else None
    if len(place) > 1 and isinstance(inner, type) and issubclass(inner, Form):
        return _field(inner, place[1:])
    return model, field


def _words(annotation: Any) -> list[str]:
    """The words that a Literal allows."""
    return [word for choice in get_args(annotation) for word in get_args(choice)]


def _looks_unquoted(value: Any) -> bool:
    return isinstance(value, str) and bool(_NUMBER_OR_FLAG.fullmatch(value))
