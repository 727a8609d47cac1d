"""Which regular expressions `matches` may use: a portable part of them that ends in time."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_LENGTH, MAX_REPEATS, MAX_COPIES = 200, 4, 1000

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
class _Part:
    """What stands before a quantifier: a group that varies can match one text in many ways."""

    varies: bool = False
    can_repeat: bool = False


def pattern_defect(pattern: str) -> str | None:
    """What `pattern` should have been; None when it is safe and means the same everywhere.

    A repeated group that can match one text in several ways makes a backtracking matcher try all
    of them, so no variable part and no alternative may stand in a group that repeats.
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
    return None


def _structure_defect(tokens: list[re.Match[str]]) -> str | None:
    """Why quantifiers or groups do not fit together."""
    groups, last, endless = [_Part()], _Part(), 0
    for token in tokens:
        kind, text = token.lastgroup, token[0]
        if kind == "repeat":
            least, most = _range(text)
            endless += most is None
            if defect := _repeat_defect(text, last, endless):
                return defect
            groups[-1].varies |= least != most
        elif kind == "open":
            groups.append(_Part())
        elif kind == "either":
            groups[-1].varies = True
        elif kind == "close" and len(groups) == 1:
            return "a ( before each )"
        closed = groups.pop().varies if kind == "close" else False
        groups[-1].varies |= closed
        last = _Part(closed, can_repeat=kind in ("close", "atom"))
    return None if len(groups) == 1 else "a ) after each ("


def _repeat_defect(text: str, last: _Part, endless: int) -> str | None:
    """Why the quantifier `text` may not follow `last`; `endless` counts those without an end."""
    least, most = _range(text)
    if not last.can_repeat:
        return f"something to repeat before {text}"
    if most != 1 and last.varies:
        return f"no * + ? {{m,n}} or | inside the group before {text}: it could take for ever"
    if endless > MAX_REPEATS:
        return f"at most {MAX_REPEATS} of * + {{m,}}: more could take for ever"
    if max(least, most or 0) > MAX_COPIES:
        return f"at most {MAX_COPIES} repetitions in {text}"
    return None


def _range(quantifier: str) -> tuple[int, int | None]:
    """How often a quantifier repeats at least and at most; None is without end."""
    fixed = {"*": (0, None), "+": (1, None), "?": (0, 1)}
    if quantifier in fixed:
        return fixed[quantifier]
    least, comma, most = quantifier[1:-1].partition(",")
    return int(least), (int(most) if most else None) if comma else int(least)
