"""Turns a text of the BigQuery dialect into the one that DuckDB runs."""

from __future__ import annotations

from functools import lru_cache

import sqlglot
from sqlglot import ErrorLevel, exp
from sqlglot.errors import ParseError


@lru_cache(maxsize=512)
def to_duckdb(sql: str) -> str:
    """One statement for DuckDB; parameters `@name` become `$name`.

    DuckDB's own order of NULLs (last, for ASC and DESC) is what the translation counts on.

    Raises:
        sqlglot.errors.SqlglotError: a text that is no single statement or cannot be translated.
    """
    statement = sqlglot.parse_one(sql, read="bigquery")
    if isinstance(statement, exp.Block):
        raise ParseError("more than one statement")
    return statement.transform(_counts_nothing_as_zero).sql(
        "duckdb", identify=True, unsupported_level=ErrorLevel.RAISE
    )


def _counts_nothing_as_zero(node: exp.Expr) -> exp.Expr:
    """COUNTIF as a COUNT: over no rows DuckDB's COUNT_IF is NULL, BigQuery's COUNTIF is 0."""
    if not isinstance(node, exp.CountIf):
        return node
    return exp.Count(this=exp.Case().when(node.this, exp.Literal.number(1)))
