"""Calls every function that renders SQL with all that it may be given, and keeps each text.

Nothing is listed by hand but what a function may be given: modules, functions and constants are
found in the source. A function that cannot be called is reported by `uncalled`.
"""

from __future__ import annotations

import importlib
import inspect
import itertools
import re
import sys
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from c360.contracts.audit import AUDIT_CONTRACTS
from c360.contracts.gold import GOLD_CONTRACTS
from c360.contracts.model import TableContract
from c360.dashboard.views import View as DashboardView
from c360.warehouse.bigquery_views import View, create_view
from c360.warehouse.sql import Param
from tests.googlesql import arguments
from tests.googlesql.analyzer import Type, type_of
from tests.googlesql.catalogue import CONTRACTS, SILVER_CONTRACTS
from tests.googlesql.source_texts import is_statement, spelled
from tests.house.source import Module

# The contracts that a module or a function is for; every published table where nothing is said.
_FOR: Mapping[str, tuple[TableContract, ...]] = {
    "c360.warehouse.bigquery_ddl": CONTRACTS,
    "c360.warehouse.bigquery_views": SILVER_CONTRACTS,
    "c360.warehouse.audit_sql": AUDIT_CONTRACTS,
    "c360.warehouse.comparison": GOLD_CONTRACTS,
    "c360.warehouse.dml.keep_newest": SILVER_CONTRACTS,
    "c360.warehouse.dml.newest_rows": SILVER_CONTRACTS,
}
_PUBLISHED = (*SILVER_CONTRACTS, *GOLD_CONTRACTS)

Called = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Text:
    """One text that the product can send; `called` are the functions that made it."""

    origin: str
    sql: str
    params: Mapping[str, Type] = field(default_factory=dict)
    called: Called = frozenset()


def texts_of(module_name: str, *, call: bool) -> Iterator[Text]:
    """The statements that a module holds as constants and, where it is to be called, renders."""
    module = importlib.import_module(module_name)
    for name, value in vars(module).items():
        if isinstance(value, str) and is_statement(value):
            yield Text(f"{module_name}.{name}", value, arguments.parameter_types(value))
    for function in renderers(module) if call else ():
        yield from _calls(function)


def renderers(module: types.ModuleType) -> list[Callable[..., Any]]:
    """The public functions of a module that give a statement, or a text where it spells SQL."""
    source = Module(module.__name__, inspect.getsource(module))
    kinds = ("Statement", "View", "Script", *(["str"] if any(spelled({"": source})) else []))
    return [
        value
        for name, value in inspect.getmembers(module, inspect.isfunction)
        if value.__module__ == module.__name__ and not name.startswith("_")
        if any(kind in str(inspect.signature(value).return_annotation) for kind in kinds)
    ]


def uncalled(module_name: str) -> list[str]:
    """The renderers of a module that cannot be called, with the parameter that is not known."""
    found = []
    for function in renderers(importlib.import_module(module_name)):
        unknown = [
            f"{parameter.name}: {parameter.annotation}"
            for parameter in inspect.signature(function).parameters.values()
            if not arguments.choices(parameter, _PUBLISHED[0])
        ]
        if unknown:
            found.append(f"{_name(function)}({', '.join(unknown)})")
    return found


def _calls(function: Callable[..., Any]) -> Iterator[Text]:
    seen = set()
    for contract in _FOR.get(_name(function), _FOR.get(function.__module__, _PUBLISHED)):
        parameters = inspect.signature(function).parameters.values()
        offered, made = _traced(lambda: [arguments.choices(p, contract) for p in parameters])  # noqa: B023
        for given in itertools.product(*offered[0]):
            result, called = _traced(function, *given)
            for sql, params in _flat(result):
                if sql not in seen and is_statement(sql):
                    seen.add(sql)
                    yield Text(_name(function), sql, params, made | called)


def _traced(function: Callable[..., Any], *given: Any) -> tuple[list[Any], Called]:
    """What the call gives, and every function of c360 that ran for it."""
    called = set()

    def note(frame: types.FrameType, event: str, _: object) -> None:
        module = frame.f_globals.get("__name__", "")
        if event == "call" and module.startswith("c360"):
            called.add((module, frame.f_code.co_qualname.split(".<locals>")[0]))

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        result = function(*given)
        found = list(result) if isinstance(result, Iterator) else [result]
    finally:
        sys.setprofile(before)
    return found, frozenset(called)


def _flat(found: Iterable[Any]) -> Iterator[tuple[str, Mapping[str, Type]]]:
    """The texts in what a renderer gave, each with the types of its parameters."""
    for each in found:
        if isinstance(each, str):
            yield each, arguments.parameter_types(each)
        elif isinstance(each, View):
            yield create_view(each), {}
        elif isinstance(each, DashboardView):
            yield each.select, arguments.parameter_types(each.select)
        elif isinstance(each, dict):
            yield from _flat(without_comments(text).strip().rstrip(";") for text in each.values())
        elif text := getattr(each, "text", None):
            yield text, _declared(each.params)
        elif isinstance(each, tuple | list):
            yield from _flat(each)


def without_comments(text: str) -> str:
    """A file for people without the lines that only people read."""
    return re.sub(r"^--.*\n", "", text, flags=re.MULTILINE)


def _declared(params: Iterable[Param]) -> Mapping[str, Type]:
    return {param.name: type_of(param.type) for param in params}


def _name(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__qualname__}"
