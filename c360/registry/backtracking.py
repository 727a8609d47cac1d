"""In how many ways one value can be split among the parts of a pattern: what a matcher tries."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass

MANY = 100  # what a part without an end, or of a long range, counts

_ASCII = 128  # characters


@dataclass(frozen=True, slots=True)
class Part:
    """One character or a group of alternatives, each a row of parts, and how often it comes."""

    content: str | Group
    least: int = 1
    most: int | None = 1  # None is without end


Group = tuple[tuple[Part, ...], ...]


@dataclass(frozen=True, slots=True)
class _Met:
    """What a matcher meets in a part: the ways to match, the first characters, maybe nothing."""

    ways: int = 1
    first: frozenset[str] = frozenset()
    may_be_empty: bool = True


def count_ways(pattern: Group, text: str) -> int:
    """In how many ways at most a value can be split among the parts; alternatives are ways too.

    A part that varies ends where it must, and adds none, when what comes after it begins with
    nothing that the part could take itself. A group that repeats must hold no part that varies.

    Args:
        pattern: the alternatives of the whole pattern.
        text: the pattern as it was written.
    """
    return _group(pattern, frozenset(), _samples(text)).ways


def _group(group: Group, after: frozenset[str], samples: str) -> _Met:
    """A group before any of the characters `after`."""
    rows = [_row(row, after, samples) for row in group]
    return _Met(
        sum(row.ways for row in rows),
        frozenset().union(*(row.first for row in rows)),
        any(row.may_be_empty for row in rows),
    )


def _row(row: tuple[Part, ...], after: frozenset[str], samples: str) -> _Met:
    """Parts one after the other, looked at from the last to the first."""
    rest = _Met()
    for part in reversed(row):
        one = _part(part, rest.first | after if rest.may_be_empty else rest.first, samples)
        rest = _Met(
            one.ways * rest.ways,
            one.first | rest.first if one.may_be_empty else one.first,
            one.may_be_empty and rest.may_be_empty,
        )
    return rest


def _part(part: Part, after: frozenset[str], samples: str) -> _Met:
    if isinstance(part.content, str):
        once = _Met(1, _matched(part.content, samples), may_be_empty=False)
    else:
        once = _group(part.content, after, samples)
    ends_where_it_must = not once.may_be_empty and once.first.isdisjoint(after)
    lengths = 1 if ends_where_it_must else _lengths(part)
    return _Met(once.ways * lengths, once.first, once.may_be_empty or part.least == 0)


def _lengths(part: Part) -> int:
    """How many numbers of repetitions there are to try."""
    return MANY if part.most is None else min(part.most - part.least + 1, MANY)


def _matched(character: str, samples: str) -> frozenset[str]:
    """The samples that one character of a pattern stands for; classes are Java's, so ASCII."""
    return frozenset(re.findall(character, samples, re.ASCII | re.DOTALL))


def _samples(text: str) -> str:
    """A character of every range that the classes of the pattern can tell apart."""
    near = (ord(character) + step for character in text for step in (-1, 0, 1))
    edges = {*range(_ASCII + 1), sys.maxunicode, *near}
    return "".join(chr(edge) for edge in sorted(edges) if 0 <= edge <= sys.maxunicode)
