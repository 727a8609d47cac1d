"""Every SQL text that the product can send to BigQuery is one that BigQuery takes."""

from __future__ import annotations

import ast
import dataclasses
import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from c360.sql_files import RUN as RUN_WORD
from c360.verify import check_text
from c360.warehouse.dialect import to_bigquery
from tests.googlesql.arguments import parameter_types
from tests.googlesql.catalogue import ROOT, RUN
from tests.googlesql.gate import refusals
from tests.googlesql.rendering import Text, texts_of, uncalled, without_comments
from tests.googlesql.source_texts import Spelled, is_statement, spelled
from tests.house.source import Module, read_modules
from tests.test_layers import is_marked

# Modules whose SQL BigQuery never sees.
NOT_SENT = {
    "c360.quarantine.records": "asks DuckDB about Parquet files",
    "c360.sql_files": "writes for people what others render; its files are analysed too",
    "c360.warehouse.dialect": "translates what others render",
    "c360.warehouse.duckdb*": "is DuckDB's own dialect",
    "c360.warehouse.readable": "knows the words of SQL and renders none",
}
MODULES = read_modules("c360")
SENDING = {
    name: module
    for name, module in MODULES.items()
    if not any(fnmatchcase(name, pattern) for pattern in NOT_SENT)
}
# What DuckDB's modules hand over in the dialect of BigQuery comes from where this test looks.
_IN_BIGQUERYS_DIALECT = {"Statement", "rows"}


def renders(name: str) -> bool:
    """Whether the public functions of a module are called for the texts that they give."""
    return name.startswith(("c360.warehouse.", "c360.dashboard.view")) and not is_marked(name)


@functools.cache
def all_texts() -> tuple[Text, ...]:
    """Every text that there is, once; of the files for people what no text says word for word."""
    sending = {each.module for each in spelled(SENDING)} | set(filter(renders, SENDING))
    found = [text for name in sorted(sending) for text in texts_of(name, call=renders(name))]
    files = sorted((ROOT / "sql").rglob("*.sql"))
    found += [text for path in files for text in written(path)]
    once: dict[tuple[str, ...], Text] = {}
    for text in found:
        same = once.setdefault(words(text.sql), text)
        once[words(text.sql)] = dataclasses.replace(same, called=same.called | text.called)
    return tuple(once.values())


def written(path: Path) -> Iterator[Text]:
    """The statements of a file for people, with the id of a run where it has a word for one."""
    content = path.read_text(encoding="utf-8").replace(RUN_WORD, RUN)
    content = without_comments(content)
    for sql in re.split(r";\n(?=\n|\Z)", content):
        if sql.strip():
            yield Text(str(path.relative_to(ROOT)), sql.strip(), parameter_types(sql))


def sent(text: Text) -> str:
    """The text as it leaves: c360's own dialect differs from BigQuery's in one point."""
    return text.sql if text.origin.startswith("sql/") else to_bigquery(text.sql)


def words(sql: str) -> tuple[str, ...]:
    """A text without its white space; what is quoted stays as it is."""
    return tuple(re.findall(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`[^`]*`|@?\w+|\S", sql))


def unseen(modules: Mapping[str, Module], texts: Sequence[Text]) -> list[Spelled]:
    """The literals of `modules` that stand in none of the texts that their function made."""
    return [
        each
        for each in spelled(modules)
        if not any(
            each.pattern.search(text.sql)
            for text in texts
            if each.function is None or (each.module, each.function) in text.called
        )
    ]


def handed_over(module: Module) -> list[str]:
    """Calls that hand over a literal in the dialect of BigQuery."""
    return [
        f"{module.name}:{node.lineno}: {ast.unparse(node)[:60]}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in _IN_BIGQUERYS_DIALECT
        and any(is_statement(_literal(argument)) for argument in node.args)
    ]


def _literal(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return _literal(node.values[0])
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def test_bigquery_takes_every_text(google):
    refused = [
        f"{text.origin}: {said}: {text.sql[:200]}"
        for text in all_texts()
        for said in refusals(google, sent(text), text.params)
    ]
    assert "\n".join(refused) == ""


def test_every_literal_of_the_source_stands_in_a_text_that_was_analysed():
    advice = "put the text into a constant, or into a public function of a pure module"
    assert list(map(str, unseen(SENDING, all_texts()))) == [], advice


def test_every_function_that_renders_was_called():
    called = {function for text in all_texts() for function in text.called}
    alone = [
        found
        for name in SENDING
        if renders(name)
        for found in uncalled(name)
        if tuple(found.partition("(")[0].rsplit(".", 1)) not in called
    ]
    assert alone == [], "teach tests/googlesql/arguments.py what such a parameter may be"


def test_every_second_calculation_is_analysed():
    checks = sorted((ROOT / "c360/gold_check").glob("*.sql"))
    analysed = [
        text.sql for text in all_texts() if text.origin.startswith("c360.warehouse.comparison.")
    ]
    assert checks
    for path in checks:
        head = path.read_text(encoding="utf-8").partition("customer360_gold.")[0]
        assert any(head in sql for sql in analysed), path.name


def test_duckdbs_own_modules_hand_over_no_text_of_their_own():
    skipped = [module for name, module in MODULES.items() if name not in SENDING]
    assert [found for module in skipped for found in handed_over(module)] == []


@pytest.mark.parametrize("pattern", NOT_SENT)
def test_a_module_that_is_left_out_has_sql(pattern):
    named = {name: module for name, module in MODULES.items() if fnmatchcase(name, pattern)}
    assert list(spelled(named)) or pattern == "c360.warehouse.dialect" or "sql_files" in pattern


@pytest.mark.parametrize(
    "source",
    [
        'NEW = "SELECT 1 FROM `nobody_renders_this`"',
        'def f(table):\n    return f"SELECT {table} FROM nobody_renders_this"',
        'class C:\n    def m(self):\n        self.query("SELECT 1 FROM nobody_renders_this")',
        # The text of a constant, made by a function that the gate never called.
        'def f(table):\n    return f"DELETE FROM {table} WHERE TRUE"',
    ],
)
def test_a_text_that_nobody_analyses_is_found(source):
    assert unseen({"c360.new": Module("c360.new", source)}, all_texts()) != []


@pytest.mark.parametrize(
    "call", ['rows(connection, "SELECT 1")', 'Statement("s", f"DELETE FROM {t}")']
)
def test_a_text_of_duckdbs_modules_in_the_dialect_of_bigquery_is_found(call):
    assert handed_over(Module("c360.warehouse.duckdb_new", call)) != []


def test_the_second_calculation_of_customer360_has_segments_in_it():
    assert "customer360_gold" not in check_text("Customer360")
