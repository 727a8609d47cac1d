"""Query jobs where the server differs from BigQuery."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import duckdb
from local_bigquery.catalog import ddl, tables
from local_bigquery.engine import database
from local_bigquery.jobs import merge, query, runner, store
from local_bigquery.sql import script
from sqlglot import exp

_ADD_CONSTRAINT = re.compile(r"\bADD CONSTRAINT IF NOT EXISTS\b", re.IGNORECASE)


def fill_gaps() -> None:
    """Replace what differs; each replacement says how."""
    server_merge = merge.run

    def run(cursor: Any, tree: Any, context: Any) -> Any:
        _name_the_source(tree)
        _wrap_nulls(tree)
        return server_merge(_MergeCursor(cursor), tree, context)

    query.merge.run = run
    script.parse = _without_condition(script.parse)
    ddl._alteration = _with_description(_with_each_name_once(ddl._alteration))
    tables.get = _with_counted_rows(tables.get)
    runner.submit = _with_each_question_once(runner.submit)


def _with_each_question_once(server_submit: Callable[..., Any]) -> Callable[..., Any]:
    """A question that comes again under its requestId is answered again; the server refuses it."""

    def submit(project: str, job_id: str, configuration: Any, *more: Any) -> Any:
        asked = configuration.dump().get("query", {}).get("requestId")
        if asked == job_id and (job := store.load(project, job_id)):
            return job
        return server_submit(project, job_id, configuration, *more)

    return submit


def _without_condition(server_parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """ADD CONSTRAINT IF NOT EXISTS is GoogleSQL, and the server's parser does not know it."""
    return lambda text: server_parse(_ADD_CONSTRAINT.sub("ADD CONSTRAINT", text))


def _with_each_name_once(server_alteration: Callable[..., Any]) -> Callable[..., Any]:
    """A constraint that is there already is left alone, as the words that were taken away say."""

    def alteration(*given: Any) -> Any:
        changes = server_alteration(*given)
        constraints = changes.get("tableConstraints") or {}
        if foreign := constraints.get("foreignKeys"):
            by_name = {_name_of(key): key for key in reversed(foreign)}
            constraints["foreignKeys"] = list(reversed(by_name.values()))
        return changes

    return alteration


def _with_description(server_alteration: Callable[..., Any]) -> Callable[..., Any]:
    """ADD COLUMN with OPTIONS: the server adds the column and forgets its description."""

    def alteration(stored: Any, action: Any, reference: Any, evaluate: Any) -> Any:
        if not isinstance(action, exp.ColumnDef):
            return server_alteration(stored, action, reference, evaluate)
        said = ddl.options(action.find(exp.Properties), ddl.COLUMN_OPTIONS, evaluate)
        fields = [
            field.replace(**said) if field.name.casefold() == action.name.casefold() else field
            for field in ddl.tables.fields(stored)
        ]
        return {"schema": {"fields": fields}}

    return alteration


def _with_counted_rows(server_get: Callable[..., Any]) -> Callable[..., Any]:
    """The rows of a table are counted: the server's estimate keeps those that MERGE replaced."""

    def get(*given: Any) -> Any:
        found, reference = server_get(*given), given[:3]
        if not (found.numRows and database.objects(*tables.physical(*reference))):
            return found
        [(rows,)] = database.fetch(f"SELECT COUNT(*) FROM {tables.name(*reference)}")
        return found.replace(numRows=str(rows))

    return get


def _name_of(key: Any) -> str:
    return str(key["name"] if isinstance(key, dict) else key.name)


def _name_the_source(tree: Any) -> None:
    """The connector's MERGE reads from a subquery without an alias, which the server needs."""
    source = tree.args["using"]
    if not source.alias_or_name:
        source.set("alias", exp.TableAlias(this=exp.to_identifier("__merge_unnamed_source")))


def _wrap_nulls(tree: Any) -> None:
    """`SET a = NULL` of a MERGE: the server takes it for a comparison, and that is NULL alone."""
    for when in tree.args["whens"].expressions:
        action = when.args["then"]
        for assignment in action.expressions if isinstance(action, exp.Update) else ():
            if isinstance(assignment.expression, exp.Null):
                assignment.set("expression", exp.Paren(this=exp.null()))


class _MergeCursor:
    """A cursor that refuses a BEGIN inside a transaction and leaves the transaction as it was.

    The server's MERGE begins one and takes an error as the sign that one is open; but DuckDB
    aborts the open one over it, and a MERGE inside of BEGIN TRANSACTION could never work.
    """

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def execute(self, text: str, *values: Any) -> Any:
        """Run a statement; a second BEGIN is an error that changes nothing."""
        if text == "BEGIN" and self._in_transaction():
            raise duckdb.TransactionException("already in a transaction")
        return self._cursor.execute(text, *values)

    def _in_transaction(self) -> bool:
        """The clock of SQL stands still inside a transaction, and only there."""
        return self._clock() == self._clock()

    def _clock(self) -> Any:
        time.sleep(0.001)
        return self._cursor.execute("SELECT epoch_us(now())").fetchone()
