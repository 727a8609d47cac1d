"""The closed vocabulary of date and time orders that a column may declare beside ISO."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from c360.registry.problems import Path, Problem, found

_TOKEN = re.compile(r"yyyy|MM?|dd?|HH?|mm|ss|[ /.:T-]")
_FIELDS = {
    "yyyy": "year", "MM": "month", "M": "month", "dd": "day", "d": "day",
    "HH": "hour", "H": "hour", "mm": "minute", "ss": "second",
}  # fmt: skip
# Longest first: how many digits a token takes.
_WIDTHS = {"yyyy": {4}, "M": {1, 2}, "d": {1, 2}, "H": {1, 2}}
_DAY, _CLOCK = ("year", "month", "day"), ("hour", "minute")
# What is understood without being declared; a declared order must not read the same text.
_ALWAYS = {
    "date": ("yyyy-MM-dd",),
    "timestamp": (
        "yyyy-MM-dd HH:mm",
        "yyyy-MM-dd HH:mm:ss",
        "yyyy-MM-ddTHH:mm",
        "yyyy-MM-ddTHH:mm:ss",
    ),
}
VOCABULARY = "yyyy, MM or M, dd or d, HH or H, mm, ss and the separators space / - . : T"


def check_date_orders(orders: Sequence[str], type_name: str, path: Path) -> Iterator[Problem]:
    """The orders that are outside the vocabulary, incomplete, or read one text in two ways."""
    known: list[tuple[str, list[str]]] = []
    for place, order in enumerate(orders):
        tokens = _tokens(order)
        problem = _defect(tokens, type_name)
        if problem:
            yield found((*path, place), order, problem)
        elif tokens and order not in _ALWAYS[type_name]:
            known.append((order, tokens))
    always = [(order, _tokens(order) or []) for order in _ALWAYS[type_name]]
    for (first, one), (second, other) in combinations([*always, *known], 2):
        if _clash(one, other):
            text = f"found {second!r}, which reads the same text as {first} in another order"
            where: Path = (*path, orders.index(second))
            yield Problem(where, f"{text}; expected orders that differ in their separators")


def _tokens(order: str) -> list[str] | None:
    """The tokens of an order; None when something else is left over."""
    tokens = _TOKEN.findall(order)
    return tokens if "".join(tokens) == order else None


def _defect(tokens: list[str] | None, type_name: str) -> str | None:
    """What an order should have been; None when it is complete."""
    if tokens is None:
        return f"an order made of {VOCABULARY}"
    fields = [_FIELDS[token] for token in tokens if token in _FIELDS]
    needed = _DAY if type_name == "date" else (*_DAY, *_CLOCK)
    allowed = needed if type_name == "date" else (*needed, "second")
    if sorted(set(fields)) != sorted(fields) or not set(needed) <= set(fields) <= set(allowed):
        seconds = "" if type_name == "date" else " (and second, if it has one)"
        return f"{', '.join(needed)} once each in a {type_name}{seconds}"
    if any(_is_loose(one, other) for one, other in pairwise(tokens)):
        return "a separator beside M, d and H, whose one or two digits have no other end"
    return None


def _is_loose(one: str, other: str) -> bool:
    return one in _FIELDS and other in _FIELDS and bool({one, other} & {"M", "d", "H"})


def _clash(one: Sequence[str], other: Sequence[str]) -> bool:
    """True when some text has the digits and separators of both, in another order of fields."""
    ours, theirs = _shape(one), _shape(other)
    alike = len(ours) == len(theirs) and all(
        a & b if isinstance(a, frozenset) and isinstance(b, frozenset) else a == b
        for a, b in zip(ours, theirs, strict=True)
    )
    return alike and [_FIELDS[t] for t in one if t in _FIELDS] != [
        _FIELDS[t] for t in other if t in _FIELDS
    ]


def _shape(tokens: Sequence[str]) -> list[str | frozenset[int]]:
    """Separators, and between them how many digits there can be."""
    shape: list[str | frozenset[int]] = []
    for token in tokens:
        if token not in _FIELDS:
            shape.append(token)
            continue
        widths = frozenset(_WIDTHS.get(token, {2}))
        last = shape[-1] if shape else ""
        if isinstance(last, frozenset):
            shape[-1] = frozenset(a + b for a in last for b in widths)
        else:
            shape.append(widths)
    return shape
