"""Short ways to write registry specs in tests."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from c360.datatypes import parse_data_type
from c360.ids import spec_hash
from c360.registry.load import parse_registry
from c360.registry.specs import ColumnSpec, Policy, Registry, TableSpec

OWN = Path(__file__).resolve().parents[2] / "conf" / "tables.yaml"
NULL_WORDS = ("NULL", "null", "N/A", "NA", "None", "-")


def column(name: str, kind: str = "string", **rules: Any) -> ColumnSpec:
    """A column with the null words of the project's own registry."""
    data_type = parse_data_type(kind)
    assert data_type is not None, kind
    return ColumnSpec(name, data_type, **{"null_words": NULL_WORDS, **rules})


def table(*columns: ColumnSpec, name: str = "Orders", **rest: Any) -> TableSpec:
    """A table that takes files by its name; without columns it has an id and a word."""
    given = columns or (column("ID", "bigint", required=True), column("Word"))
    rest = {"description": "", "files": (f"{name}*.csv", f"{name}*.csv.gz"), **rest}
    spec = TableSpec(name=name, columns=given, **rest)
    return dataclasses.replace(spec, spec_hash=spec_hash(spec, "UTC"))


def registry(*tables: TableSpec, **policy: Any) -> Registry:
    """These tables under the policy of the project's own registry, parts of it replaced."""
    return Registry(tables or (table(),), dataclasses.replace(_own().policy, **policy))


def own_table(name: str) -> TableSpec:
    """A table of the project's own registry."""
    return _own().table(name)


def _own() -> Registry:
    return parse_registry(OWN.read_text(), "conf/tables.yaml")


def own_policy() -> Policy:
    """The policy of the project's own registry."""
    return _own().policy
