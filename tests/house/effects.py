"""Finds in a syntax tree what a pure module may not do, and what no module may do."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

# Methods of a frame that start a job.
_ACTIONS = {
    "collect",
    "first",
    "foreach",
    "foreachPartition",
    "head",
    "isEmpty",
    "show",
    "tail",
    "take",
    "toLocalIterator",
    "toPandas",
}
# Attributes of a frame or session that lead to a reader or a writer.
_DOORS = {"read", "readStream", "write", "writeStream", "writeTo"}
# Methods of a path or file.
_FILES = {
    "exists",
    "glob",
    "is_dir",
    "is_file",
    "iterdir",
    "link",
    "mkdir",
    "read_bytes",
    "read_text",
    "rename",
    "rglob",
    "rmdir",
    "stat",
    "touch",
    "unlink",
    "write_bytes",
    "write_text",
}
_BUILTINS = {"__import__", "eval", "exec", "input", "open", "print"}
# The clock and chance: a pure function of declared inputs knows neither.
_CLOCK = {"now", "today", "utcnow"}
_UNREPEATABLE = {
    "current_date",
    "current_timestamp",
    "localtimestamp",
    "monotonically_increasing_id",
    "now",
    "rand",
    "randn",
    "shuffle",
    "uuid",
}
# Libraries whose use is an effect, and the names in them that are none.
_LIBRARIES = {
    "concurrent",
    "duckdb",
    "fcntl",
    "google",
    "http",
    "logging",
    "os",
    "random",
    "requests",
    "rich",
    "secrets",
    "shutil",
    "signal",
    "socket",
    "subprocess",
    "tempfile",
    "threading",
    "time",
    "typer",
    "urllib",
    "uuid",
}
_HARMLESS = {"random.Random", "urllib.parse"}  # seeded by its caller; text to text
_SQL = re.compile(
    r"\s*\(?\s*(SELECT|INSERT\s+INTO|MERGE\s+INTO|DELETE\s+FROM|UPDATE|WITH\s+\w+\s+AS|COPY|"
    r"(CREATE|ALTER|DROP)\s+(OR\s+REPLACE\s+)?(TABLE|SCHEMA|VIEW))\s"
)
# The folders and files of storage: their names are spelled in one module.
_STORAGE_WORDS = re.compile(r"(file_id=|batch_id=|\b_manifest\.json|^_(gold|runs|damaged)$)")


def effects(tree: ast.Module) -> list[str]:
    """What `tree` does beyond computing: Spark actions, readers, writers, clock and chance."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found += [f"{node.lineno}: imports {name}" for name in _effectful_libraries(node)]
        elif isinstance(node, ast.Call) and (what := _effectful_call(node)):
            found.append(f"{node.lineno}: calls {what}")
        elif isinstance(node, ast.Attribute) and node.attr in _DOORS:
            found.append(f"{node.lineno}: uses .{node.attr}")
    return found


def evaluated_texts(tree: ast.Module) -> list[str]:
    """Calls that hand Spark a text to evaluate which is not a literal."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name, receiver = _called(node.func)
        session = name == "sql" and ("spark" in receiver.lower() or "session" in receiver.lower())
        if (name in ("expr", "selectExpr") or session) and not _all_literal(node):
            found.append(f"{node.lineno}: {ast.unparse(node.func)} of a text that is no literal")
    return found


def formatted_sql(tree: ast.Module) -> list[str]:
    """SQL statements that are put together from parts."""
    found = []
    for node in ast.walk(tree):
        text = _formatted_text(node)
        if text and _SQL.match(text):
            found.append(f"{node.lineno}: builds SQL: {text.strip()[:40]!r}")  # type: ignore[attr-defined]
    return found


def storage_words(tree: ast.Module) -> list[str]:
    """Names of storage's own folders and files, outside of docstrings."""
    docstrings = _docstrings(tree)
    return [
        f"{node.lineno}: spells {node.value!r}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
        and _STORAGE_WORDS.search(node.value)
    ]


def tolerated_damage(tree: ast.Module) -> list[str]:
    """Uses of ignoreCorruptFiles or ignoreMissingFiles other than setting it to false."""
    right, found = set(), []
    for node in ast.walk(tree):
        for option, value in _options(node):
            if isinstance(value, ast.Constant) and str(value.value).lower() == "false":
                right.add(id(option))
    docstrings = _docstrings(tree)
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) else getattr(node, "arg", None)
        if not isinstance(text, str) or id(node) in docstrings or id(node) in right:
            continue
        if re.search("ignore_?(corrupt|missing)_?files", text, re.IGNORECASE):
            found.append(f"{node.lineno}: {text} is not set to false")  # type: ignore[attr-defined]
    return found


def _effectful_libraries(node: ast.Import | ast.ImportFrom) -> list[str]:
    names = [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        names = [] if node.level else [f"{node.module}.{name}" for name in names]
    return [
        name
        for name in names
        if name.split(".")[0] in _LIBRARIES
        and not any(f"{name}.".startswith(f"{harmless}.") for harmless in _HARMLESS)
    ]


def _effectful_call(node: ast.Call) -> str:
    """What an effectful call calls, or nothing. `F.first(...)` is a column, not an action."""
    name, receiver = _called(node.func)
    if not receiver:
        return name if name in _BUILTINS else ""
    if receiver in ("F", "functions"):
        return f"F.{name}" if name in _UNREPEATABLE else ""
    counts_rows = name == "count" and not node.args and not node.keywords
    effectful = name in _ACTIONS | _FILES | _CLOCK or counts_rows
    return f".{name}" if effectful else ""


def _called(func: ast.expr) -> tuple[str, str]:
    """The called name and the text of what it is called on (empty for a plain name)."""
    if isinstance(func, ast.Attribute):
        return func.attr, ast.unparse(func.value)
    return (func.id, "") if isinstance(func, ast.Name) else ("", "")


def _all_literal(node: ast.Call) -> bool:
    values = [*node.args, *(keyword.value for keyword in node.keywords)]
    return all(isinstance(value, ast.Constant) for value in values)


def _formatted_text(node: ast.AST) -> str:
    """The text that a formatting expression starts with: f-string, +, % or format."""
    if isinstance(node, ast.JoinedStr):
        formatted = any(isinstance(value, ast.FormattedValue) for value in node.values)
        return _literal(node) if formatted else ""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
        return _literal(node.left)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return _literal(node.func.value) if node.func.attr in ("format", "replace") else ""
    return ""


def _literal(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else "x" for part in node.values)
        return "".join(str(part) for part in parts)
    return ""


def _options(node: ast.AST) -> Iterator[tuple[ast.AST, ast.expr]]:
    """Each (name, value) that `node` sets: an entry, a keyword or a call's first two values."""
    if isinstance(node, ast.Dict):
        yield from ((key, value) for key, value in zip(node.keys, node.values, strict=True) if key)
    elif isinstance(node, ast.Call):
        yield from ((keyword, keyword.value) for keyword in node.keywords)
        if len(node.args) > 1:
            yield node.args[0], node.args[1]


def _docstrings(tree: ast.Module) -> set[int]:
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, owners) and node.body and isinstance(node.body[0], ast.Expr)
    }
