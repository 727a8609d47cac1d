"""The data dictionary that is checked in is the one that the contracts render."""

from __future__ import annotations

from pathlib import Path

from c360.dashboard.read import read_measures
from c360.dictionary import render_dictionary
from c360.registry.read import read_registry

ROOT = Path(__file__).resolve().parent.parent
REGISTRY = read_registry(ROOT / "conf/tables.yaml")
MEASURES = read_measures(ROOT / "dashboards/measures.yaml")


def test_the_checked_in_dictionary_is_not_stale():
    stored = (ROOT / "docs/data_dictionary.md").read_text(encoding="utf-8")
    assert stored == render_dictionary(REGISTRY, MEASURES), "stale: run `make docs`"


def test_every_column_has_a_meaning():
    lines = [
        line for line in render_dictionary(REGISTRY, MEASURES).splitlines() if line.startswith("| ")
    ]
    meanings = [line.split(" | ")[3].removesuffix(" |").strip() for line in lines[1:]]
    assert meanings
    assert all(meanings)
