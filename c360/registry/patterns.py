"""Which regular expressions `matches` may use: a portable part of them that ends in time."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from c360.registry.backtracking import Group, Part, count_ways

MAX_LENGTH, MAX_COPIES, MAX_WAYS = 200, 1000, 1000

# No [ and no doubled sign in a class: Java and Python disagree on what they mean there.
_ESCAPE = r"\\[dDwWsS]|\\[^A-Za-z0-9]"
_CLASS = rf"\[\^?(?:{_ESCAPE}|(?!--|~~|\|\|)[^\\\[\]&])+\]"
_TOKEN = re.compile(
    rf"(?P<open>\((?:\?:|(?!\?)))|(?P<close>\))|(?P<either>\|)"
    rf"|(?P<repeat>[*+?]|\{{[0-9]+(?:,[0-9]*)?\}})"
    rf"|(?P<atom>{_CLASS}|{_ESCAPE}|[^\\()\[\]{{}}*+?|^$])",
    re.DOTALL,
)


@dataclass(slots=True)
class _Before:
    """What stands before a quantifier: a group that varies can match one text in many ways."""

    varies: bool = False
    can_repeat: bool = False


def pattern_defect(pattern: str) -> str | None:
    """What `pattern` should have been; None when it is safe and means the same everywhere.

    A repeated group that can match one text in several ways makes a backtracking matcher try all
    of them, so no variable part and no alternative may stand in a group that repeats. Elsewhere
    the ways of the parts multiply, and there may be MAX_WAYS of them.
    """
    if len(pattern) > MAX_LENGTH:
        return f"at most {MAX_LENGTH} characters"
    tokens = list(_TOKEN.finditer(pattern))
    if "".join(token[0] for token in tokens) != pattern:
        return (
            "only literals, ., [...], \\d \\w \\s, groups ( ) or (?: ), | and the quantifiers "
            "* + ? {m,n}: the whole value is compared, so ^ and $ are not needed, and "
            "lookaround and backreferences could take for ever"
        )
    if defect := _structure_defect(tokens):
        return defect
    try:
        re.compile(pattern)
    except (re.error, OverflowError) as error:
        return f"a regular expression that compiles ({error})"
    if count_ways(_group(tokens), pattern) > MAX_WAYS:
        return (
            "fewer * + ? {m,n} and |, or after each of them something that it cannot match itself: "
            "all the ways to split a value among them could take for ever"
        )
    return None


def _structure_defect(tokens: list[re.Match[str]]) -> str | None:
    """Why quantifiers or groups do not fit together."""
    groups, last = [_Before()], _Before()
    for token in tokens:
        kind, text = token.lastgroup, token[0]
        if kind == "repeat":
            least, most = _range(text)
            if defect := _repeat_defect(text, last):
                return defect
            groups[-1].varies |= least != most
        elif kind == "open":
            groups.append(_Before())
        elif kind == "either":
            groups[-1].varies = True
        elif kind == "close" and len(groups) == 1:
            return "a ( before each )"
        closed = groups.pop().varies if kind == "close" else False
        groups[-1].varies |= closed
        last = _Before(closed, can_repeat=kind in ("close", "atom"))
    return None if len(groups) == 1 else "a ) after each ("


def _repeat_defect(text: str, last: _Before) -> str | None:
    """Why the quantifier `text` may not follow `last`."""
    least, most = _range(text)
    if not last.can_repeat:
        return f"something to repeat before {text}"
    if most != 1 and last.varies:
        return f"no * + ? {{m,n}} or | inside the group before {text}: it could take for ever"
    if max(least, most or 0) > MAX_COPIES:
        return f"at most {MAX_COPIES} repetitions in {text}"
    return None


def _group(tokens: list[re.Match[str]]) -> Group:
    """The parts of a pattern that has no defect of structure."""
    groups: list[list[list[Part]]] = [[[]]]
    for token in tokens:
        row, text = groups[-1][-1], token[0]
        match token.lastgroup:
            case "open":
                groups.append([[]])
            case "either":
                groups[-1].append([])
            case "close":
                closed = tuple(tuple(each) for each in groups.pop())
                groups[-1][-1].append(Part(closed))
            case "repeat":
                least, most = _range(text)
                row[-1] = replace(row[-1], least=least, most=most)
            case _:
                row.append(Part(text))
    return tuple(tuple(each) for each in groups[0])


def _range(quantifier: str) -> tuple[int, int | None]:
    """How often a quantifier repeats at least and at most; None is without end."""
    fixed = {"*": (0, None), "+": (1, None), "?": (0, 1)}
    if quantifier in fixed:
        return fixed[quantifier]
    least, comma, most = quantifier[1:-1].partition(",")
    return int(least), (int(most) if most else None) if comma else int(least)
