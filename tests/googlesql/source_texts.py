"""Every SQL text that the source spells, read from the syntax trees of its modules."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.house.source import Module

# Upper-case words that SQL is made of. Prose has them too, now and then: see NO_SQL.
_WORDS = re.compile(
    r"\b(SELECT|INSERT|MERGE|DELETE|UPDATE|CREATE|ALTER|DROP|TRUNCATE|FROM|WHERE|GROUP BY|ORDER BY|"
    r"PARTITION BY|CLUSTER BY|OPTIONS|HAVING|MATCHED|COALESCE|COUNTIF|IS (?:NOT )?NULL|DISTINCT|"
    r"ENFORCED|DECLARE|BEGIN|COMMIT|ROLLBACK|RAISE|ASSERT|EXCEPTION|LIMIT|VALUES|JOIN|UNION|"
    r"INFORMATION_SCHEMA|CALL|EXECUTE|ROW_NUMBER|WITH|LOOP|WHILE|END IF|SET)\b"
    r"|\b(CAST|COUNT|SUM|MAX|MIN|NULLIF|TO_JSON_STRING|STRUCT|(?:DATE|DATETIME|TIMESTAMP)_\w+)\("
)
_STATEMENT = re.compile(
    r"\s*(SELECT|INSERT|MERGE|DELETE|UPDATE|CREATE|ALTER|DROP|TRUNCATE|WITH|DECLARE|BEGIN|COMMIT|"
    r"ROLLBACK|ASSERT|CALL|EXECUTE|SET)\s"
)


@dataclass(frozen=True)
class Spelled:
    """A literal with words of SQL in it; parts that are filled in are unknown."""

    module: str
    function: str | None  # that it stands in, as Python qualifies it; None: a constant
    line: int
    parts: tuple[str, ...]  # what is literal, in order

    @property
    def pattern(self) -> re.Pattern[str]:
        """Matches inside a text that was made of this literal."""
        return re.compile(".*?".join(map(re.escape, self.parts)), re.DOTALL)

    def __str__(self) -> str:
        return f"{self.module}:{self.line}: {'{...}'.join(self.parts)[:90]!r}"


def is_statement(text: str) -> bool:
    """Whether a text begins as a statement of SQL does, and not as a part of one."""
    return bool(_STATEMENT.match(f"{_without_comments(text)} "))


def spelled(modules: Mapping[str, Module]) -> Iterator[Spelled]:
    """Each literal of `modules` with a word of SQL in it, docstrings aside."""
    for name, module in modules.items():
        for node, function in _literals(module.tree, None):
            parts = _parts(node)
            if _WORDS.search("{}".join(parts)):
                yield Spelled(name, function, node.lineno, parts)


def _without_comments(text: str) -> str:
    return re.sub(r"\A(\s*--.*\n)+", "", text)


def _literals(
    node: ast.AST, function: str | None, scope: str = ""
) -> Iterator[tuple[ast.Constant | ast.JoinedStr, str | None]]:
    """Whole literals, each with its outermost function: what an f-string calls is apart."""
    for child in ast.iter_child_nodes(node):
        if _is_docstring(child, node):
            continue
        if isinstance(child, ast.ClassDef) and function is None:
            yield from _literals(child, None, f"{scope}{child.name}.")
        elif isinstance(child, ast.FunctionDef) and function is None:
            yield from _literals(child, f"{scope}{child.name}")
        elif isinstance(child, ast.JoinedStr):
            yield child, function
            for value in child.values:
                if isinstance(value, ast.FormattedValue):
                    yield from _literals(value, function)
        elif isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child, function
        else:
            yield from _literals(child, function, scope)


def _is_docstring(node: ast.AST, parent: ast.AST) -> bool:
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return (
        isinstance(parent, owners)
        and isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
    )


def _parts(node: ast.Constant | ast.JoinedStr) -> tuple[str, ...]:
    if isinstance(node, ast.Constant):
        return (str(node.value),)
    parts = [""]
    for value in node.values:
        if isinstance(value, ast.Constant):
            parts[-1] += str(value.value)
        else:
            parts.append("")
    return tuple(parts)
