"""Finds the calls that write to storage or to a warehouse, and the failpoint in front of each."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

# Methods of storage, functions and statements that change what lies outside.
_METHODS = {
    "create",
    "delete",
    "delete_table",
    "delete_tree",
    "link",
    "move_tree",
    "rewrite",
    "update_table",
    "upload_from_string",
}
_FUNCTIONS = {"append", "run_job", "send_job", "settle_job", "write_frame"}
_EXECUTE = {"BEGIN TRANSACTION", "COMMIT"}  # and whatever is no literal


@dataclass(frozen=True)
class Write:
    """One call that writes: its line, and the failpoint that stands right in front of it."""

    line: int
    function: str  # that it stands in
    call: str
    failpoint: str | None  # its name; "<expression>" where the name is computed


def writes(tree: ast.Module) -> Iterator[Write]:
    """Every call in a module that writes."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for body in _bodies(function):
                for before, statement in zip([None, *body], body, strict=False):
                    for call in filter(_writes, _own_calls(statement)):
                        text = ast.unparse(call.func)
                        yield Write(call.lineno, function.name, text, _failpoint(before))


def _bodies(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """The lists of statements in a function, those of functions inside it left out."""
    for field in ("body", "orelse", "finalbody", "handlers"):
        body = getattr(node, field, None) or []
        if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
            yield body
        for inner in body if isinstance(body, list) else []:
            if not isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield from _bodies(inner)


def _own_calls(statement: ast.stmt) -> Iterator[ast.Call]:
    """The calls of a statement that are not part of a statement inside it."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Call):
            yield node
        waiting += [each for each in ast.iter_child_nodes(node) if not isinstance(each, ast.stmt)]


def _writes(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Name):
        return call.func.id in _FUNCTIONS
    if not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr == "execute":
        text = call.args[0] if call.args else None
        return not isinstance(text, ast.Constant) or text.value in _EXECUTE
    return call.func.attr in _METHODS


def _failpoint(statement: ast.stmt | None) -> str | None:
    if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)):
        return None
    call = statement.value
    if not (isinstance(call.func, ast.Name) and call.func.id == "failpoint"):
        return None
    name = call.args[0]
    return str(name.value) if isinstance(name, ast.Constant) else "<expression>"
