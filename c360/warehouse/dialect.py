"""Turns a text of c360, written in the BigQuery dialect, into what each warehouse runs."""

from __future__ import annotations

from functools import lru_cache

import sqlglot
from sqlglot import ErrorLevel, exp
from sqlglot.dialects.bigquery import BigQuery
from sqlglot.errors import ParseError
from sqlglot.tokenizer_core import Token

_SIZED = ("NUMERIC", "(", None, ",", None, ")")  # None stands for a number


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


@lru_cache(maxsize=512)
def to_bigquery(sql: str) -> str:
    """The text with `CAST(x AS NUMERIC(p, s))` as `ROUND(CAST(x AS NUMERIC), s)`.

    BigQuery refuses a size in a CAST, and DuckDB without one means DECIMAL(18, 3). All else stays
    as it is, to the letter.
    """
    tokens = BigQuery().tokenize(sql)
    edits: list[tuple[int, int, str]] = []  # from, to, what stands there instead
    opened: list[int] = []
    for at, token in enumerate(tokens):
        if token.text == "(":
            opened.append(at)
        elif token.text == ")" and opened:
            cast = tokens[opened.pop() - 1]
            size = tokens[at - len(_SIZED) : at]
            if cast.text.upper() == "CAST" and _is_sized(size):
                edits.append((cast.start, cast.start, "ROUND("))
                edits.append((size[1].start, token.end + 1, f"), {size[4].text})"))
    for start, end, instead in sorted(edits, reverse=True):
        sql = sql[:start] + instead + sql[end:]
    return sql


def _is_sized(tokens: list[Token]) -> bool:
    return len(tokens) == len(_SIZED) and all(
        token.text.isdigit() if word is None else token.text.upper() == word
        for token, word in zip(tokens, _SIZED, strict=True)
    )


def _counts_nothing_as_zero(node: exp.Expr) -> exp.Expr:
    """COUNTIF as a COUNT: over no rows DuckDB's COUNT_IF is NULL, BigQuery's COUNTIF is 0."""
    if not isinstance(node, exp.CountIf):
        return node
    return exp.Count(this=exp.Case().when(node.this, exp.Literal.number(1)))
