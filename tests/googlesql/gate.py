"""Whether BigQuery would take a text: GoogleSQL's analyzer, then rules that it does not know."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from zetasql import types as T
from zetasql.core.exceptions import ZetaSQLError

from tests.googlesql.analyzer import GoogleSQL, Type
from tests.googlesql.option_rules import tree_nodes
from tests.googlesql.rules import problems

# BigQuery's limits of one query, and of one multi-statement transaction.
MAX_CHARACTERS, MAX_PARAMETERS, MAX_CHANGED_TABLES = 1024 * 1024, 10_000, 100

_SIZED_CAST = re.compile(r"\bAS\s+\w+\s*\(\s*\d", re.IGNORECASE)
# What permanently changes what exists cannot be a part of a transaction.
_DDL = (
    T.ResolvedCreateStatement,
    T.ResolvedAlterObjectStmt,
    T.ResolvedDropStmt,
)


def refusals(google: GoogleSQL, sql: str, params: Mapping[str, Type] | None = None) -> list[str]:
    """Every known reason why BigQuery would refuse this text, a statement or a script.

    Args:
        google: the analyzer with the catalogue of the tables that there are.
        sql: one text as it is sent.
        params: the types of its named parameters.
    """
    found = list(_oversize(sql, params or {}))
    try:
        statements = [google.analyze(each, params) for each in _split(google, sql)]
    except ZetaSQLError as error:
        return [*found, str(error)]
    found += _sized_casts(google, sql)
    found += [problem for statement in statements for problem in problems(statement)]
    return [*found, *_transaction_problems(statements)]


def _split(google: GoogleSQL, sql: str) -> list[str]:
    """The statements of a script, those inside an IF too; a condition is the SELECT of it."""
    if ";" not in sql:
        return [sql]
    return list(_flat(google.parse_script(sql).statement_list_node, sql.encode()))


def _flat(statements: Any, content: bytes) -> Iterator[str]:
    for each in statements.statement_list:
        if isinstance(each, T.ASTIfStatement) and not (each.elseif_clauses or each.else_list):
            yield f"SELECT {_text(each.condition, content)}"
            yield from _flat(each.then_list, content)
        elif isinstance(each, T.ASTScriptStatement):
            raise ZetaSQLError(f"{type(each).__name__}: the gate analyses no such statement yet")
        else:
            yield _text(each, content)


def _text(node: Any, content: bytes) -> str:
    place = node.parse_location_range
    return content[place.start : place.end].decode()


def _oversize(sql: str, params: Mapping[str, Type]) -> Iterator[str]:
    if len(sql.encode()) > MAX_CHARACTERS:
        yield f"{len(sql.encode())} bytes; at most {MAX_CHARACTERS}"
    if len(params) > MAX_PARAMETERS:
        yield f"{len(params)} parameters; at most {MAX_PARAMETERS}"


def _sized_casts(google: GoogleSQL, sql: str) -> Iterator[str]:
    """A size belongs to columns only: BigQuery refuses it in a CAST."""
    if not _SIZED_CAST.search(sql):  # what might be one is parsed; an analysed literal hides it
        return
    for cast in tree_nodes(google.parse_script(sql), T.ASTCastExpression):
        if cast.type.type_parameters:
            yield "a CAST to a type with a size"


def _transaction_problems(statements: list[Any]) -> Iterator[str]:
    """What BigQuery does not allow between BEGIN TRANSACTION and its end."""
    is_open, changed = False, set()
    for statement in statements:
        if isinstance(statement, T.ResolvedBeginStmt):
            if is_open:
                yield "a transaction inside a transaction"
            is_open = True
        elif isinstance(statement, T.ResolvedCommitStmt | T.ResolvedRollbackStmt):
            if not is_open:
                yield "the end of a transaction that was not begun"
            is_open = False
        elif is_open and isinstance(statement, _DDL):
            yield f"{type(statement).__name__} inside a transaction"
        elif is_open and (table := getattr(statement, "table_scan", None)):
            changed.add(table.table.full_name)
    if is_open:
        yield "a transaction without its end"
    if len(changed) > MAX_CHANGED_TABLES:
        yield f"{len(changed)} tables changed in one transaction; at most {MAX_CHANGED_TABLES}"
