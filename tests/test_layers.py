"""Effects live in marked modules, imports point downwards, and texts that run are literals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.house.effects import (
    effects,
    evaluated_texts,
    formatted_sql,
    storage_words,
    tolerated_damage,
)
from tests.house.source import Module, import_graph, imports, reachable, read_modules

# Modules that touch the world outside, each with its reason; every other module is pure: it runs
# no Spark job, reads and writes nothing, knows no clock, and imports no marked module.
EFFECTFUL = {
    "c360.bronze.*": "lists, pins and reads source files",
    "c360.__main__": "is the command line",
    "c360.cli*": "reads the command line and writes to the terminal",
    "c360.credentials": "asks the environment which credentials to use",
    "c360.dashboard.build": "writes the page",
    "c360.dashboard.read": "reads dashboards/measures.yaml and the parts of the page",
    "c360.current": "looks up the batches of the files in bronze now",
    "c360.explain*": "reads bronze again",
    "c360.failpoints": "stops the process where a test asks for it",
    "c360.gold_notes": "collects the few rows that a run warns about",
    "c360.gold_store": "writes gold and collects the offenders of its checks",
    "c360.intake": "reads the headers of the files that are listed",
    "c360.locks": "holds the lock of a run on a local silver root",
    "c360.parallel": "runs threads",
    "c360.pipeline": "runs everything, by the clock",
    "c360.places": "opens the warehouse and the roots that a run names",
    "c360.prune": "removes what nothing refers to",
    "c360.publishing": "publishes to the warehouse",
    "c360.quarantine.*": "writes and reads rejected rows",
    "c360.registry.read": "reads conf/tables.yaml, from a bucket too",
    "c360.sample.write": "writes the synthetic files",
    "c360.session": "starts Spark",
    "c360.silver.*": "writes, verifies and reads silver batches",
    "c360.stages": "runs the steps of a run in their order",
    "c360.storage*": "lists, reads, creates and deletes files",
    "c360.validate": "lists bronze and reads headers",
    "c360.verify": "reads the check texts and asks the warehouse",
    "c360.warehouse.bigquery*": "asks BigQuery, and has Spark append to it",
    "c360.warehouse.duckdb*": "opens, reads and writes the DuckDB file",
    "c360.warehouse.open": "opens the warehouse that a URL names",
}
# A pure module below a pattern above.
PURE = {
    "c360.silver.failures",
    "c360.storage.protocol",
    "c360.warehouse.bigquery_address",
    "c360.warehouse.bigquery_ddl",
    "c360.warehouse.bigquery_script",
    "c360.warehouse.bigquery_views",
    "c360.warehouse.duckdb_ddl",
}

# From the bottom up. A module imports its own layer, without a cycle, and those below it.
LAYERS = {
    "words": (
        "c360",
        "c360.datatypes",
        "c360.decimals",
        "c360.errors",
        "c360.failpoints",
        "c360.parallel",
        "c360.progress",
        "c360.text",
    ),
    "registry": ("c360.ids", "c360.registry*"),
    "contracts": ("c360.contracts*",),
    "records": (
        "c360.audit",
        "c360.auditing",
        "c360.budgets",
        "c360.drift",
        "c360.header",
        "c360.layout",
        "c360.ledger",
        "c360.lines",
        "c360.manifest",
        "c360.plan",
        "c360.report",
        "c360.report_schema",
        "c360.scheduling",
        "c360.settings",
    ),
    "logic": (
        "c360.checks*",
        "c360.cleaning",
        "c360.gold",
        "c360.gold.*",
        "c360.marks",
        "c360.row_key",
        "c360.rules",
        "c360.survivors",
    ),
    "outside": (
        "c360.credentials",
        "c360.registry.read",
        "c360.session",
        "c360.storage*",
        "c360.warehouse*",
    ),
    "bronze and silver": ("c360.bronze*", "c360.quarantine*", "c360.silver*"),
    "steps": (
        "c360.current",
        "c360.dashboard*",
        "c360.dictionary",
        "c360.explain*",
        "c360.gold_notes",
        "c360.gold_store",
        "c360.intake",
        "c360.journal",
        "c360.locks",
        "c360.places",
        "c360.prune",
        "c360.published",
        "c360.publishing",
        "c360.sample*",
        "c360.sql_files",
        "c360.stages",
        "c360.tolerance",
        "c360.validate",
        "c360.verify",
    ),
    "runs": ("c360.pipeline",),
    "commands": ("c360.__main__", "c360.cli*"),
}
_ORDER = list(LAYERS)

# Where a rule about texts does not hold.
SQL_IS_RENDERED_IN = ("c360.warehouse", "c360.warehouse.*", "c360.dashboard.view*")
STORAGE_IS_NAMED_IN = ("c360.layout", "c360.manifest")
# What a scheduler asks before it starts a cluster must start nothing itself.
_ENGINE = {"duckdb", "pyspark", "rich", "typer"}
LIGHT = {"c360.scheduling": _ENGINE, "c360.validate": _ENGINE}

MODULES = read_modules("c360")
GRAPH = import_graph(MODULES)


def matches(name: str, patterns: object) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def is_marked(name: str) -> bool:
    return matches(name, EFFECTFUL) and name not in PURE


def layer_of(name: str) -> int | None:
    """The place of a module's layer from the bottom; exact names go before patterns."""
    exact = [layer for layer, patterns in LAYERS.items() if name in patterns]
    found = exact or [layer for layer, patterns in LAYERS.items() if matches(name, patterns)]
    return _ORDER.index(found[0]) if found else None


def hidden_effects(modules: Mapping[str, Module]) -> list[str]:
    """What unmarked modules do or import that only marked ones may."""
    graph = import_graph(modules)
    found = []
    for name, module in modules.items():
        if is_marked(name):
            continue
        found += [f"{name}:{effect}" for effect in effects(module.tree)]
        found += [f"{name}: imports {each}" for each in sorted(graph[name]) if is_marked(each)]
    return found


def upward_imports(modules: Mapping[str, Module]) -> list[str]:
    """Imports of a module of a layer above, and modules that have no layer."""
    found = [f"{name}: has no layer" for name in modules if layer_of(name) is None]
    for name, imported in import_graph(modules).items():
        mine = layer_of(name)
        for other in sorted(imported):
            theirs = layer_of(other)
            if mine is not None and theirs is not None and theirs > mine:
                found.append(f"{name} ({_ORDER[mine]}) imports {other} ({_ORDER[theirs]})")
    return found


def cycle(modules: Mapping[str, Module]) -> list[str]:
    """The modules of an import cycle, if there is one."""
    try:
        TopologicalSorter(import_graph(modules)).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def heavy_imports(modules: Mapping[str, Module], start: str, refused: set[str]) -> set[str]:
    return {name.split(".")[0] for name in reachable(modules, start)} & refused


def in_all(
    rule: Callable[..., list[str]], but_for: tuple[str, ...] = (), among: Mapping | None = None
) -> list[str]:
    """What `rule` finds in each module outside of `but_for`."""
    return [
        f"{name}:{found}"
        for name, module in (among or MODULES).items()
        if not matches(name, but_for)
        for found in rule(module.tree)
    ]


def planted(**texts: str) -> dict[str, Module]:
    """Modules of the package c360; `a__b` is c360.a.b."""
    named = {f"c360.{name.replace('__', '.')}": text for name, text in texts.items()}
    return {name: Module(name, text) for name, text in named.items()}


def test_effects_are_in_marked_modules_only() -> None:
    advice = "move the effect, or mark the module in EFFECTFUL with its reason"
    assert hidden_effects(MODULES) == [], advice


@pytest.mark.parametrize("pattern", EFFECTFUL)
def test_a_mark_has_a_module_that_needs_it(pattern: str) -> None:
    needy = [
        name
        for name, module in MODULES.items()
        if matches(name, [pattern]) and is_marked(name)
        if effects(module.tree) or any(is_marked(other) for other in GRAPH[name])
    ]
    assert needy, f"{pattern}: no module of this name has an effect"


@pytest.mark.parametrize("name", sorted(PURE))
def test_an_exception_to_a_mark_exists(name: str) -> None:
    assert name in MODULES
    assert matches(name, EFFECTFUL)


@pytest.mark.parametrize(
    "line",
    [
        "frame.collect()",
        "frame.select('a').toPandas()",
        "frame.show()",
        "frame.foreach(print_row)",
        "frame.first()",
        "frame.head(1)",
        "frame.take(1)",
        "frame.isEmpty()",
        "frame.count()",
        "frame.toLocalIterator()",
        "frame.write.parquet('x')",
        "session.read.csv('x')",
        "open('x')",
        "print('x')",
        "path.read_text()",
        "path.write_bytes(b'')",
        "path.exists()",
        "import os",
        "import os.path",
        "from os import environ",
        "import subprocess",
        "import socket",
        "import requests",
        "import random",
        "from random import choice",
        "from urllib.request import urlopen",
        "from google.cloud import storage",
        "from datetime import datetime; datetime.now()",
        "date.today()",
        "F.current_timestamp()",
        "F.rand()",
        "from c360.session import build_session",
        "from c360 import session",
        "def f():\n    from c360.storage.local import stat",
    ],
)
def test_an_effect_in_an_unmarked_module_is_found(line: str) -> None:
    stubs = dict.fromkeys(("session", "storage__local", "storage"), "")
    assert hidden_effects(planted(rules=line, **stubs)) != []
    assert hidden_effects(planted(verify=line, **stubs)) == []


@pytest.mark.parametrize(
    "line",
    [
        "F.first('a')",
        "F.count('a')",
        "names.count('a')",
        "from random import Random",
        "from urllib.parse import urlsplit",
        "from c360.storage.protocol import Storage",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from c360.session import x",
    ],
)
def test_what_only_looks_like_an_effect_is_allowed(line: str) -> None:
    assert hidden_effects(planted(rules=line, session="", storage__protocol="")) == []


def test_imports_point_downwards() -> None:
    assert upward_imports(MODULES) == []
    assert cycle(MODULES) == []


def test_an_import_that_points_upwards_is_found() -> None:
    assert upward_imports(planted(errors="import c360.gold.aov", gold__aov="")) == [
        "c360.errors (words) imports c360.gold.aov (logic)"
    ]
    assert upward_imports(planted(gold__aov="import c360.errors", errors="")) == []


def test_a_module_without_a_layer_is_found() -> None:
    assert upward_imports(planted(nowhere="")) == ["c360.nowhere: has no layer"]


def test_an_import_cycle_is_found() -> None:
    circle = planted(rules="import c360.text", text="from c360 import ids", ids="import c360.rules")
    assert {"c360.rules", "c360.text", "c360.ids"} <= set(cycle(circle))


def test_relative_imports_are_imports() -> None:
    modules = planted(gold__aov="from .keys import known\nfrom .. import text", gold__keys="")
    assert {"c360.gold.keys", "c360.text"} <= imports(modules["c360.gold.aov"])


def test_spark_evaluates_literals_only() -> None:
    assert in_all(evaluated_texts) == []


@pytest.mark.parametrize(
    "line",
    [
        "F.expr(text)",
        "F.expr(f'{name} + 1')",
        "frame.selectExpr('a', text)",
        "spark.sql('SELECT ' + name)",
        "self.session.sql(text)",
        "frame.sparkSession.sql(text)",
    ],
)
def test_a_text_that_spark_would_evaluate_is_found(line: str) -> None:
    assert in_all(evaluated_texts, among=planted(rules=line)) != []


def test_literals_and_other_sql_methods_are_allowed() -> None:
    text = "F.expr('try_cast(a as bigint)')\nconnection.sql(text)\nexpression.sql('duckdb')"
    assert in_all(evaluated_texts, among=planted(rules=text)) == []


def test_sql_is_rendered_in_the_warehouse_only() -> None:
    assert in_all(formatted_sql, SQL_IS_RENDERED_IN) == []


@pytest.mark.parametrize(
    "line",
    [
        "f'SELECT {names} FROM t'",
        "'SELECT a FROM ' + name",
        "'SELECT %s' % name",
        "'DELETE FROM {}'.format(name)",
        "f'CREATE OR REPLACE TABLE {name} (a)'",
        "f'WITH rows AS (SELECT 1) SELECT {name}'",
        "f'MERGE INTO {name} USING s'",
    ],
)
def test_sql_put_together_elsewhere_is_found(line: str) -> None:
    assert in_all(formatted_sql, SQL_IS_RENDERED_IN, planted(rules=f"x = {line}")) != []
    assert in_all(formatted_sql, SQL_IS_RENDERED_IN, planted(warehouse__dml=line)) == []


def test_sentences_and_whole_statements_are_no_formatted_sql() -> None:
    text = "f'Selected {n} rows'\n'SELECT a FROM t'\nf'{table}: SELECT nothing'"
    assert in_all(formatted_sql, among=planted(rules=text)) == []


def test_the_layout_of_storage_is_named_once() -> None:
    assert in_all(storage_words, STORAGE_IS_NAMED_IN) == []


@pytest.mark.parametrize(
    "line",
    [
        "x = f'{table}/file_id=f{file_id}'",
        "x = '/_manifest.json'",
        "x = '_gold'",
        "f('batch_id=b')",
    ],
)
def test_a_folder_of_storage_spelled_elsewhere_is_found(line: str) -> None:
    assert in_all(storage_words, STORAGE_IS_NAMED_IN, planted(rules=line)) != []
    assert in_all(storage_words, STORAGE_IS_NAMED_IN, planted(layout=line)) == []
    assert in_all(storage_words, STORAGE_IS_NAMED_IN, planted(rules=f'"""{line}"""')) == []


def test_damaged_files_are_never_tolerated() -> None:
    assert in_all(tolerated_damage) == []


@pytest.mark.parametrize(
    "line",
    [
        "conf = {'spark.sql.files.ignoreCorruptFiles': 'true'}",
        "conf = {'spark.sql.files.ignoreCorruptFiles': flag}",
        "reader.option('ignoreCorruptFiles', True)",
        "reader.options(ignoreMissingFiles='true')",
        "KEY = 'spark.sql.files.ignoreMissingFiles'",
    ],
)
def test_tolerating_damaged_files_is_found(line: str) -> None:
    assert in_all(tolerated_damage, among=planted(session=line)) != []
    refused = line.replace("'true'", "'false'").replace("True", "False").replace("flag", "'false'")
    if refused != line:
        assert in_all(tolerated_damage, among=planted(session=refused)) == []


@pytest.mark.parametrize("name", sorted(LIGHT))
def test_a_light_command_imports_nothing_heavy(name: str) -> None:
    if name not in MODULES:
        pytest.skip(f"{name} does not exist")
    assert heavy_imports(MODULES, name, LIGHT[name]) == set()


@pytest.mark.parametrize("line", ["import pyspark.sql", "from rich import table"])
def test_a_heavy_import_is_found_through_other_modules(line: str) -> None:
    modules = planted(validate="from c360.gold import aov", gold__aov=line)
    assert heavy_imports(modules, "c360.validate", {"pyspark", "rich"}) != set()
    later = planted(validate="from c360.gold import aov", gold__aov=f"def f():\n    {line}")
    assert heavy_imports(later, "c360.validate", {"pyspark", "rich"}) == set()
