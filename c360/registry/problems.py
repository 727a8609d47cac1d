"""The problems of a registry: where, what was found, what is allowed, and the nearest name."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from c360.errors import WrongUse, listed

Path = tuple[str | int, ...]

_MOST_LISTED = 24
_MOST_COMPARED = 1000  # beyond, looking for the nearest of thousands of names takes minutes
_MOST_SHOWN = 60
_ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to correct."""

    path: Path
    text: str
    line: int | None = None  # set where the place in the text has no path
    whole: bool = False  # what stands there was not understood at all


def found(path: Path, value: object, expected: str) -> Problem:
    """The problem of a value that is not what its place expects."""
    return Problem(path, f"found {shown(value)}; expected {expected}")


def unknown_name(path: Path, name: str, allowed: Collection[str]) -> Problem:
    """The problem of a name that is none of the allowed ones; the nearest is suggested."""
    return found(path, name, one_of(allowed) + suggestion(name, allowed))


def missing(path: Path, expected: str) -> Problem:
    """The problem of a key that has to be there."""
    return Problem(path, f"missing; expected {expected}")


def one_of(allowed: Collection[str]) -> str:
    """The allowed names, sorted; a long list is cut."""
    if len(allowed) > _MOST_COMPARED:
        return f"one of the {len(allowed)} declared names"
    names = sorted(allowed, key=lambda name: (name.casefold(), name))
    rest = ", ..." if len(names) > _MOST_LISTED else ""
    return f"one of {', '.join(names[:_MOST_LISTED])}{rest}"


def suggestion(name: str, allowed: Collection[str]) -> str:
    """`(did you mean ...)` with the nearest allowed name; empty when none is near."""
    if len(allowed) > _MOST_COMPARED:
        return ""
    by_folded = {each.casefold(): each for each in allowed}
    near = difflib.get_close_matches(name[:128].casefold(), by_folded, n=1, cutoff=_ALIKE)
    return f" (did you mean {by_folded[near[0]]!r}?)" if near else ""


def shown(value: object) -> str:
    """A found value as a message shows it: short, on one line, look-alike letters named."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        cut = value if len(value) <= _MOST_SHOWN else value[:_MOST_SHOWN] + "..."
        return repr(cut) + _foreign_letter(cut)
    if isinstance(value, int | Decimal):
        return str(value)
    kind = "list" if isinstance(value, list) else "mapping"
    return f"a {kind}" if value else f"an empty {kind}"


def dotted(path: Path) -> str:
    """The path as people write it; the place in a list is left to the line number."""
    return ".".join(_key(part) for part in path if isinstance(part, str))


def without_echoes(problems: Iterable[Problem], earlier: Collection[Problem]) -> list[Problem]:
    """The problems that are no mere consequence of an earlier one.

    That is one at the same place or below it, or one above it that was not understood as a whole.
    """
    touched = {start for one in earlier for start in _starts(one.path)}
    opaque = {one.path for one in earlier if one.whole}
    return [
        problem
        for problem in problems
        if problem.path not in touched and opaque.isdisjoint(_starts(problem.path))
    ]


def refusal(origin: str, problems: Sequence[Problem], lines: Mapping[Path, int]) -> WrongUse:
    """One error with every problem, in the order of the text."""
    placed = sorted(((_line(problem, lines), problem) for problem in problems), key=lambda p: p[0])
    count = "1 problem" if len(placed) == 1 else f"{len(placed)} problems"
    return WrongUse(
        listed(
            f"{origin}: {count}",
            list(dict.fromkeys(f"{_place(one, line)}: {one.text}" for line, one in placed)),
        )
    )


def _place(problem: Problem, line: int) -> str:
    name = dotted(problem.path)
    if not line:
        return name or "the document"
    return f"{name} (line {line})" if name else f"line {line}"


def _line(problem: Problem, lines: Mapping[Path, int]) -> int:
    """The line of the problem, or of what is nearest above it; 0 when there is none."""
    if problem.line is not None:
        return problem.line
    return next((lines[start] for start in _starts(problem.path) if start in lines), 0)


def _starts(path: Path) -> list[Path]:
    """The path, and every path above it; the root is left out."""
    return [path[:end] for end in range(len(path), 0, -1)]


def _key(part: str) -> str:
    cut = part if len(part) <= _MOST_SHOWN else part[:_MOST_SHOWN] + "..."
    return cut if cut.isprintable() else ascii(cut)[1:-1]


def _foreign_letter(text: str) -> str:
    """The first character beyond ASCII by its Unicode name, since it may only look familiar."""
    other = next((char for char in text if ord(char) > 127), None)  # noqa: PLR2004  ASCII ends
    if other is None:
        return ""
    return f" (U+{ord(other):04X} {unicodedata.name(other, 'without a name').lower()})"
