"""Measures modules, functions and parameter lists, and the reasons of those that are too long."""

from __future__ import annotations

import ast
from dataclasses import dataclass

MODULE_LINES, FUNCTION_LINES, PARAMETERS = 250, 40, 5
_REASON = "# size: "


@dataclass(frozen=True)
class _Text:
    lines: list[str]

    def has_reason(self, first: int, last: int) -> bool:
        """True when one of these lines, counted from 1, gives a reason in words."""
        return any(
            len(line.partition(_REASON)[2].split()) > 1 for line in self.lines[first - 1 : last]
        )


def oversized(name: str, text: str) -> list[str]:
    """What is larger than the house allows and gives no reason next to its definition.

    A reason is a comment `# size: ...` in the first three lines of a module, or from the line
    above a `def` (or its first decorator) to the line of its colon.
    """
    source = _Text(text.splitlines())
    found = []
    if len(source.lines) > MODULE_LINES and not source.has_reason(1, 3):
        found.append(f"{name}: {len(source.lines)} lines; at most {MODULE_LINES}")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found += _oversized_function(name, node, source)
    return found


def _oversized_function(
    name: str, node: ast.FunctionDef | ast.AsyncFunctionDef, source: _Text
) -> list[str]:
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    if source.has_reason(max(1, first - 1), node.body[0].lineno - 1):
        return []
    where, found = f"{name}:{node.lineno} {node.name}", []
    lines, parameters = (node.end_lineno or first) - first + 1, _parameters(node.args)
    if lines > FUNCTION_LINES:
        found.append(f"{where}: {lines} lines; at most {FUNCTION_LINES}")
    if parameters > PARAMETERS:
        found.append(f"{where}: {parameters} parameters; at most {PARAMETERS}")
    return found


def _parameters(arguments: ast.arguments) -> int:
    """How many values a caller can pass; self and cls are not passed by hand."""
    names = [each.arg for each in [*arguments.posonlyargs, *arguments.args]]
    own = names[:1] in (["self"], ["cls"])
    more = (arguments.vararg, arguments.kwarg)
    return len(names) - own + len(arguments.kwonlyargs) + sum(each is not None for each in more)
