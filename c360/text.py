"""What counts as white space and as a control character in source text, for Python and Spark."""

from __future__ import annotations

import datetime as dt
import re

# Unicode's White_Space property; U+001C to U+001F are separators to Python but not in it.
WHITE_SPACE = (
    "\t\n\v\f\r \u0085\u00a0\u1680"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
BYTE_ORDER_MARK = "\ufeff"
_DURATION = re.compile(r"([0-9]{1,5})([hd])")
# A line without any of these holds plain text: no control character, no white space but the space,
# and no U+FFFD, to which bad bytes decode.
UNUSUAL = r"[\x00-\x1f\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff\ufffd]"
# Most lines are printable ASCII: one range is looked for faster than the union of ten.
PRINTABLE_ASCII = r"\A[ -~]*+\z"


def is_blank(line: str) -> bool:
    """True for a line of white space only, a byte order mark aside."""
    return not line.strip(WHITE_SPACE + BYTE_ORDER_MARK)


def folded(word: str) -> str:
    """A word as statuses, tiers and listed values are compared: trimmed, in lower case."""
    return word.strip(" ").lower()


def normal_name(name: str) -> str:
    """A column's name as headers are compared: trimmed and case-folded."""
    return name.strip(WHITE_SPACE).casefold()


def duration(text: str) -> dt.timedelta | None:
    """The time that `36h` or `7d` stands for; None for another text."""
    found = _DURATION.fullmatch(text)
    if found is None:
        return None
    amount = int(found[1])
    return dt.timedelta(hours=amount) if found[2] == "h" else dt.timedelta(days=amount)
