"""Query jobs where the server differs from BigQuery."""

from __future__ import annotations

import re
import time
from typing import Any

import duckdb
from local_bigquery.jobs import merge, query
from local_bigquery.sql import script
from sqlglot import exp

# BigQuery knows these words, the server does not; who asks for the constraints first needs none.
_NEW_CONSTRAINT = re.compile(r"\bADD CONSTRAINT IF NOT EXISTS\b", re.IGNORECASE)


def fill_gaps() -> None:
    """Replace what differs; each replacement says how."""
    server_merge, server_parse = merge.run, script.parse_script

    def run(cursor: Any, tree: Any, context: Any) -> Any:
        _name_the_source(tree)
        return server_merge(_MergeCursor(cursor), tree, context)

    query.merge.run = run
    script.parse_script = lambda text: server_parse(_NEW_CONSTRAINT.sub("ADD CONSTRAINT", text))


def _name_the_source(tree: Any) -> None:
    """The connector's MERGE reads from a subquery without an alias, which the server needs."""
    source = tree.args["using"]
    if not source.alias_or_name:
        source.set("alias", exp.TableAlias(this=exp.to_identifier("__merge_unnamed_source")))


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
