"""Reads the modules of a package as syntax trees, and what each one imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Module:
    """One module; `name` is dotted, `is_package` is true for an `__init__.py`."""

    name: str
    text: str
    is_package: bool = False

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)


def read_modules(package: str) -> dict[str, Module]:
    """Every module below `package`, by name."""
    found = {}
    for path in sorted((ROOT / package).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        found[name] = Module(name, path.read_text(encoding="utf-8"), is_package)
    return found


def imports(module: Module, *, lazy: bool = True) -> set[str]:
    """The dotted names that `module` imports; `from a import b` names both `a` and `a.b`.

    Imports for type checkers alone are left out; those inside functions are, unless `lazy`.
    """
    names: set[str] = set()
    for node in _executed(module.tree, lazy=lazy):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(module, node)
            names |= {base} | {f"{base}.{alias.name}" for alias in node.names}
    return names


def import_graph(modules: Mapping[str, Module], *, lazy: bool = True) -> dict[str, set[str]]:
    """For each module the other modules of `modules` that it imports.

    Importing `a.b` also runs the package `a`: that counts, except for the module's own packages,
    which have run before it.
    """
    return {
        name: {
            found
            for imported in imports(module, lazy=lazy)
            for found in _with_packages(imported)
            if found in modules and not f"{name}.".startswith(f"{found}.")
        }
        for name, module in modules.items()
    }


def reachable(modules: Mapping[str, Module], start: str) -> set[str]:
    """Everything that importing `start` imports in turn, libraries included."""
    seen: set[str] = set()
    waiting = list(_with_packages(start))
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in modules:
            for imported in imports(modules[name], lazy=False):
                waiting.extend(_with_packages(imported))
    return seen - {start}


def _executed(node: ast.AST, *, lazy: bool) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and not lazy:
            continue
        yield child
        yield from _executed(child, lazy=lazy)


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = module.name.split(".")
    climb = node.level - 1 if module.is_package else node.level
    base = package[: len(package) - climb]
    return ".".join([*base, *([node.module] if node.module else [])])


def _with_packages(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[: end + 1]) for end in range(len(parts))]
