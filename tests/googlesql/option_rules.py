"""Rules of BigQuery on options, labels and names, checked on analysed statements."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from zetasql import types as T

K = T.TypeKind

MAX_LABELS, MAX_LABEL, MAX_NAME = 64, 63, 1024
MAX_DESCRIPTION, MAX_COLUMN_DESCRIPTION = 16_384, 1024

_DATASET = re.compile(r"[A-Za-z0-9_]+")
# Letters, marks, numbers, connectors, dashes and spaces.
_TABLE_LETTERS = ("L", "M", "N", "Pc", "Pd", "Zs")
# Parts of a tree without anything of interest below them, which are most of it.
_LEAVES = {"column_list", "parse_location_range", "signature"}
_LABEL_KEY, _LABEL_VALUE = re.compile(r"[a-z][a-z0-9_-]*"), re.compile(r"[a-z0-9_-]*")

# The options that each kind of statement has, with their types.
_LABELS_TYPE = "labels"
_COLUMN_OPTIONS = {"description": K.TYPE_STRING}
_OPTIONS: Mapping[type, Mapping[str, Any]] = {
    T.ResolvedCreateSchemaStmt: {
        "description": K.TYPE_STRING,
        "default_table_expiration_days": K.TYPE_INT64,
        "labels": _LABELS_TYPE,
        "location": K.TYPE_STRING,
    },
    T.ResolvedCreateTableStmtBase: {
        "description": K.TYPE_STRING,
        "expiration_timestamp": K.TYPE_TIMESTAMP,
        "labels": _LABELS_TYPE,
        "require_partition_filter": K.TYPE_BOOL,
    },
    T.ResolvedCreateViewBase: {
        "description": K.TYPE_STRING,
        "expiration_timestamp": K.TYPE_TIMESTAMP,
        "labels": _LABELS_TYPE,
    },
    T.ResolvedAlterTableStmt: {
        "description": K.TYPE_STRING,
        "expiration_timestamp": K.TYPE_TIMESTAMP,
        "labels": _LABELS_TYPE,
    },
    T.ResolvedAlterSchemaStmt: {
        "description": K.TYPE_STRING,
        "default_table_expiration_days": K.TYPE_INT64,
        "labels": _LABELS_TYPE,
    },
}


def check_column_options(options: Iterable[Any] | None) -> Iterator[str]:
    """What is wrong with the options of a column."""
    return _given_options(options, _COLUMN_OPTIONS, MAX_COLUMN_DESCRIPTION)


def check_names(statement: Any) -> Iterator[str]:
    """What is wrong with the name of what is created: project, dataset, table."""
    path = list(getattr(statement, "name_path", None) or [])
    if isinstance(statement, T.ResolvedCreateSchemaStmt | T.ResolvedAlterSchemaStmt):
        path.append("")
    if len(path) < 2:
        return
    *_, dataset, table = path
    if not _DATASET.fullmatch(dataset) or len(dataset) > MAX_NAME:
        yield f"dataset name {dataset!r}"
    strange = [each for each in table if not unicodedata.category(each).startswith(_TABLE_LETTERS)]
    if strange or len(table.encode()) > MAX_NAME:
        yield f"table name {table!r}"


def check_options(statement: Any) -> Iterator[str]:
    """What is wrong with the options of a dataset, table or view."""
    for kind, known in _OPTIONS.items():
        if not isinstance(statement, kind):
            continue
        yield from _given_options(getattr(statement, "option_list", None), known, MAX_DESCRIPTION)
        for action in getattr(statement, "alter_action_list", None) or []:
            if isinstance(action, T.ResolvedSetOptionsAction):
                yield from _given_options(action.option_list, known, MAX_DESCRIPTION)


def _given_options(
    options: Iterable[Any] | None, known: Mapping[str, Any], longest: int
) -> Iterator[str]:
    for option in options or []:
        expected = known.get(option.name)
        if expected is None:
            yield f"option {option.name}; expected one of {', '.join(sorted(known))}"
        elif expected == _LABELS_TYPE:
            yield from _labels(option.value)
        elif option.value.type.type_kind != expected:
            yield f"option {option.name} is a {_kind(option.value)}, not a {expected.name[5:]}"
        elif option.name == "description" and len(_text(option.value)) > longest:
            yield f"a description of {len(_text(option.value))} characters; at most {longest}"


def _labels(value: Any) -> Iterator[str]:
    array = value.value.value.array_value
    pairs = [[field.string_value for field in each.struct_value.field] for each in array.element]
    if len(pairs) > MAX_LABELS:
        yield f"{len(pairs)} labels; at most {MAX_LABELS}"
    for key, text in pairs:
        if not _LABEL_KEY.fullmatch(key) or len(key) > MAX_LABEL:
            yield f"label key {key!r}"
        if not _LABEL_VALUE.fullmatch(text) or len(text) > MAX_LABEL:
            yield f"label value {text!r}"


def tree_nodes(node: Any, kind: type) -> Iterator[Any]:
    """Every node of this type in an analysed statement."""
    if isinstance(node, kind):
        yield node
    if isinstance(node, list):
        for each in node:
            yield from tree_nodes(each, kind)
    elif hasattr(node, "__dataclass_fields__"):
        for name in node.__dataclass_fields__:
            if name not in _LEAVES:
                yield from tree_nodes(getattr(node, name), kind)


def _kind(expression: Any) -> str:
    return str(expression.type.type_kind.name[5:])


def _text(literal: Any) -> str:
    return literal.value.value.string_value or ""
