"""Lines of CSV: strict RFC 4180, quoted where a value needs it and here and there where not."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

_NEEDLESS = 0.02  # share of the values that exporters quote without need


def quoted(value: str) -> str:
    """`value` between quotes, its own quotes doubled."""
    return '"' + value.replace('"', '""') + '"'


def rendered(rng: Random, values: Sequence[str], *, quote_all: bool = False) -> str:
    """One line without its line end."""
    return ",".join(
        quoted(value)
        if quote_all or "," in value or '"' in value or rng.random() < _NEEDLESS
        else value
        for value in values
    )
