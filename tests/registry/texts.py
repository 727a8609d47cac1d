"""Registry texts for tests: a small sound one, and the problems that a changed one has."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from c360.errors import WrongUse
from c360.registry.load import parse_registry
from c360.registry.specs import Registry

ROOT = Path(__file__).resolve().parents[2]
OWN = ROOT / "conf" / "tables.yaml"

COLUMNS = """
OrderID: bigint
Amount: decimal(12,2)
DateTime: timestamp
Day: date
Status: string
Paid: boolean
"""


def small(
    *,
    table: str = "key: OrderID",
    columns: str = "",
    policy: str = "currency: EUR",
    defaults: str = "",
    more: str = "",
) -> str:
    """One table `Orders` with the columns above; each part can be replaced or added to."""
    return "\n".join(
        [
            "version: 1",
            "defaults:" + (" {}" if not defaults else ""),
            textwrap.indent(defaults, "  "),
            "policy:" + (" {}" if not policy else ""),
            textwrap.indent(policy, "  "),
            "tables:",
            "  Orders:",
            textwrap.indent(table, "    "),
            "    columns:",
            textwrap.indent(COLUMNS + columns, "      "),
            textwrap.indent(more, "  "),
        ]
    )


def parsed(text: str) -> Registry:
    """The registry of a sound text."""
    return parse_registry(text, "conf/tables.yaml")


def refused(text: str) -> str:
    """The whole message of a text with problems."""
    with pytest.raises(WrongUse) as caught:
        parsed(text)
    return str(caught.value)


def problems(text: str) -> list[str]:
    """The problems of a text, without line numbers; none when it is sound."""
    try:
        parsed(text)
    except WrongUse as error:
        lines = str(error).split("\n  - ")[1:]
        return [re.sub(r" \(line \d+\)", "", line) for line in lines]
    return []
