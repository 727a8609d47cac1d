"""Breaks an SQL text into lines for people; nothing but white space is changed."""

from __future__ import annotations

import re

WIDTH = 100
_STEP = "  "
_QUOTED = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`[^`]*`")
# Words that begin a line of their own; FROM is also a part of two longer phrases.
_CLAUSE = re.compile(
    r" (?=(?:(?<!DISTINCT )(?<!DELETE )FROM|SELECT|WHERE|GROUP BY|HAVING|ORDER BY|LIMIT|"
    r"(?:FULL OUTER|LEFT|CROSS) JOIN|(?<!OUTER )(?<!LEFT )(?<!CROSS )JOIN|ON|USING|VALUES|SET|"
    r"PARTITION BY|CLUSTER BY|OPTIONS|ADD CONSTRAINT|FOREIGN KEY|REFERENCES|AS(?= SELECT)|"
    r"WHEN(?= MATCHED| NOT)|THEN(?= UPDATE| INSERT| DELETE))\b)"  # those of a CASE stay with it
)
_STATEMENT = re.compile(r"(?!CASE )[A-Z]{2,}\b(?: (?:BY|DISTINCT|MATCHED|NOT MATCHED)\b)?(?= |$)")
_LIST, _LOGIC = re.compile(r"(?<=,) "), re.compile(r"(?<!CREATE) (?=(?:AND|OR) )")
_SUM = re.compile(r" (?=\+ )")
_WHERE_ANY = re.compile(r"IF EXISTS \((?P<rows>.*?)\) THEN (?P<text>.*); END IF", re.DOTALL)


def readable(sql: str) -> str:
    """The text in lines of at most `WIDTH` characters where its words allow it."""
    if found := _WHERE_ANY.fullmatch(sql):
        rows, text = (_laid_out(each, _STEP) for each in found.groups())
        return f"IF EXISTS (\n{_STEP}{rows}\n) THEN\n{_STEP}{text};\nEND IF"
    return _laid_out(sql, "")


def _laid_out(text: str, indent: str) -> str:
    if len(indent) + len(text) <= WIDTH:
        return text
    outside = _outside(text)
    breaks = [_LIST, _LOGIC, _SUM]
    if _STATEMENT.match(text):
        breaks.insert(0, _CLAUSE)
    for each in breaks:
        if places := [found.start() for found in each.finditer(outside)]:
            return _broken(text, places, indent, in_list=each is not _CLAUSE)
    return _opened(text, outside, indent)


def _outside(text: str) -> str:
    """`text` with everything in quotes or parentheses masked; the length stays."""
    masked = _QUOTED.sub(lambda found: "x" * len(found[0]), text)
    depth, shown = 0, []
    for letter in masked:
        depth -= letter == ")"
        shown.append("x" if depth else letter)
        depth += letter == "("
    return "".join(shown)


def _broken(text: str, places: list[int], indent: str, *, in_list: bool) -> str:
    """The parts, one a line; the word before the first item of a list stays alone."""
    parts = _split(text, places)
    begin = _STATEMENT.match(parts[0]) if in_list else None
    if begin:
        deeper, first = indent + _STEP, parts[0][begin.end() :].strip()
        items = [first, *parts[1:]] if first else parts[1:]
        return f"\n{deeper}".join([begin[0], *(_laid_out(item, deeper) for item in items)])
    return f"\n{indent}".join(_laid_out(part, indent) for part in parts)


def _opened(text: str, outside: str, indent: str) -> str:
    """The longest parentheses with their contents on lines of their own."""
    groups = re.finditer(r"\((x+)\)", outside)
    longest = max(groups, key=lambda found: len(found[1]), default=None)
    if longest is None:
        return text
    start, end = longest.span(1)
    deeper = indent + _STEP
    inner, after = _laid_out(text[start:end], deeper), text[end:]
    return f"{text[:start]}\n{deeper}{inner}\n{indent}{_laid_out(after, indent)}"


def _split(text: str, places: list[int]) -> list[str]:
    ends = [*places, len(text)]
    starts = [0, *(place + 1 for place in places)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]
