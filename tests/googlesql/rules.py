"""Rules of BigQuery that GoogleSQL's analyzer does not know, checked on analysed statements.

Source: BigQuery's reference of data definition language, of quotas and limits, of labels, and of
joins and transactions. Each rule gives sentences; none means that the statement keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from zetasql import types as T

from tests.googlesql.option_rules import (
    check_column_options,
    check_names,
    check_options,
    tree_nodes,
)

K = T.TypeKind

MAX_CLUSTER_COLUMNS, MAX_KEY_COLUMNS, MAX_COLUMN_NAME = 4, 16, 300

_COLUMN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")  # the form that needs no flexible column names
_COLUMN_PREFIXES = (
    "_TABLE_",
    "_FILE_",
    "_PARTITION",
    "_ROW_TIMESTAMP",
    "__ROOT__",
    "_COLIDENTIFIER",
)

# Function, type of its column, and the parts that may be taken.
_PARTITIONS = {
    "date_trunc": (K.TYPE_DATE, {"MONTH", "YEAR"}),
    "datetime_trunc": (K.TYPE_DATETIME, {"HOUR", "DAY", "MONTH", "YEAR"}),
    "timestamp_trunc": (K.TYPE_TIMESTAMP, {"HOUR", "DAY", "MONTH", "YEAR"}),
}
_CLUSTERED = {
    K.TYPE_BIGNUMERIC, K.TYPE_BOOL, K.TYPE_DATE, K.TYPE_DATETIME, K.TYPE_INT64, K.TYPE_NUMERIC,
    K.TYPE_STRING, K.TYPE_TIMESTAMP,
}  # fmt: skip


def problems(statement: Any) -> list[str]:
    """What of the statement BigQuery would refuse, as far as these rules know it."""
    found = [
        *check_names(statement),
        *check_options(statement),
        *_joins(statement),
        *_modes(statement),
    ]
    if isinstance(statement, T.ResolvedCreateTableStmtBase):
        found += [*_table(statement), *_columns(statement.column_definition_list)]
    if isinstance(statement, T.ResolvedCreateViewBase):
        found += _columns(statement.column_definition_list)
    if isinstance(statement, T.ResolvedAlterTableStmt):
        found += _added_columns(statement)
    return found


def _table(statement: Any) -> Iterator[str]:
    yield from _partition(statement.partition_by_list or [])
    clusters = statement.cluster_by_list or []
    if len(clusters) > MAX_CLUSTER_COLUMNS:
        yield f"{len(clusters)} cluster columns; at most {MAX_CLUSTER_COLUMNS}"
    for column in clusters:
        if not isinstance(column, T.ResolvedColumnRef):
            yield "clustered by an expression; only top-level columns are allowed"
        elif column.type.type_kind not in _CLUSTERED:
            yield f"clustered by a {_kind(column)}"
    if (key := statement.primary_key) is not None:
        if _is_enforced(key):
            yield "a primary key that is not NOT ENFORCED"
        if len(key.column_name_list) > MAX_KEY_COLUMNS:
            yield f"{len(key.column_name_list)} key columns; at most {MAX_KEY_COLUMNS}"
    for each in statement.foreign_key_list or []:
        if _is_enforced(each):
            yield "a foreign key that is not NOT ENFORCED"


def _partition(expressions: list[Any]) -> Iterator[str]:
    if len(expressions) > 1:
        yield f"partitioned by {len(expressions)} expressions; one is allowed"
    for each in expressions:
        if isinstance(each, T.ResolvedColumnRef):
            if each.type.type_kind != K.TYPE_DATE:
                yield f"partitioned by a {_kind(each)} as it is; only a DATE is allowed"
            continue
        name = each.function.name.removeprefix("ZetaSQL:").lower()
        if name not in _PARTITIONS:
            yield f"partitioned by {name}"
            continue
        kind, parts = _PARTITIONS[name]
        column, part = each.argument_list
        if not isinstance(column, T.ResolvedColumnRef) or column.type.type_kind != kind:
            yield f"partitioned by {name} of what is no column of type {kind.name[5:]}"
        if (taken := _date_part(part)) not in parts:
            yield f"partitioned by {name} to {taken}; expected one of {', '.join(sorted(parts))}"


def _columns(columns: Iterable[Any]) -> Iterator[str]:
    for column in columns:
        name = column.name
        if not _COLUMN.fullmatch(name) or len(name) > MAX_COLUMN_NAME:
            yield f"column name {name!r}"
        if name.upper().startswith(_COLUMN_PREFIXES):
            yield f"column name {name!r} begins like BigQuery's own"
        if column.annotations:
            yield from check_column_options(column.annotations.option_list)


def _is_enforced(key: Any) -> bool:
    return not key.unenforced if isinstance(key, T.ResolvedPrimaryKey) else bool(key.enforced)


def _added_columns(statement: Any) -> Iterator[str]:
    for action in statement.alter_action_list:
        if isinstance(action, T.ResolvedAddColumnAction):
            definition = action.column_definition
            yield from _columns([definition])
            if definition.annotations and definition.annotations.not_null:
                yield f"ADD COLUMN {definition.name} is NOT NULL; an added column may be NULL"
        elif isinstance(action, T.ResolvedAddConstraintAction):
            if _is_enforced(action.constraint):
                yield "a key that is not NOT ENFORCED"
        elif isinstance(action, T.ResolvedAlterColumnOptionsAction):
            yield from check_column_options(action.option_list)


def _joins(statement: Any) -> Iterator[str]:
    """Outer joins need an equality of both sides: without one BigQuery refuses to run them."""
    for scan in tree_nodes(statement, T.ResolvedJoinScan):
        if scan.join_type.name == "INNER":
            continue
        left = {column.column_id for column in scan.left_scan.column_list}
        if not any(_pairs_sides(each, left) for each in _conjuncts(scan.join_expr)):
            yield f"a {scan.join_type.name} join without an equality of both sides"


def _pairs_sides(condition: Any, left: set[int]) -> bool:
    """Whether a condition equates something of the left side with something of the right one."""
    if _function(condition) != "$equal":
        return False
    one, other = (
        {column.column_id for column in tree_nodes(argument, T.ResolvedColumn)}
        for argument in condition.argument_list
    )
    return any(
        mine and theirs and mine <= left and not theirs & left
        for mine, theirs in ((one, other), (other, one))
    )


def _conjuncts(condition: Any) -> list[Any]:
    if condition is None:
        return []
    if _function(condition) == "$and":
        return [each for argument in condition.argument_list for each in _conjuncts(argument)]
    return [condition]


def _modes(statement: Any) -> Iterator[str]:
    if isinstance(statement, T.ResolvedInsertStmt) and statement.insert_mode.name != "OR_ERROR":
        yield f"INSERT {statement.insert_mode.name}: BigQuery has only INSERT"


def _function(expression: Any) -> str:
    function = getattr(expression, "function", None)
    return function.name.removeprefix("ZetaSQL:") if function else ""


def _kind(expression: Any) -> str:
    return str(expression.type.type_kind.name[5:])


def _date_part(literal: Any) -> str:
    number = literal.value.value.enum_value
    return str(T.DateTimestampPart(number).name)
