"""What the text of a CSV line means, in plain Python: the judge of the cleaning rules.

Nothing of c360 is imported here: two readings of the same rules must agree.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

# Unicode's White_Space property (PropList.txt); U+001C to U+001F are not in it.
WHITE_SPACE = (
    "\u0009\u000a\u000b\u000c\u000d\u0020\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005"
    "\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
NULL_WORDS = {"", "NULL", "null", "N/A", "NA", "None", "-"}
FIRST_YEAR, LAST_YEAR = 1960, 2159


@dataclass(frozen=True)
class Column:
    name: str
    type: str  # bigint, string, date, timestamp, or decimal with scale 2 in 12 digits
    required: bool = False
    above_zero: bool = False


class Bad(Exception):
    """A value that must be rejected, with its reasons."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(*reasons)
        self.reasons = reasons


def split_line(line: str) -> list[str] | None:
    """The fields of a line, or None when its quotes are not strict RFC 4180."""
    fields, at = [], 0
    while True:
        if line[at : at + 1] == '"':
            end, text = at + 1, ""
            while True:
                close = line.find('"', end)
                if close < 0:
                    return None
                text += line[end:close]
                if line[close + 1 : close + 2] != '"':
                    break
                text += '"'
                end = close + 2
            at = close + 1
        else:
            stop = line.find(",", at)
            stop = len(line) if stop < 0 else stop
            text = line[at:stop]
            if '"' in text:
                return None
            at = stop
        fields.append(text)
        if at == len(line):
            return fields
        if line[at] != ",":
            return None
        at += 1


def read_value(column: Column, raw: str) -> Any:
    """The typed value, None for absent; raises Bad with every reason it has."""
    text = raw.strip(WHITE_SPACE)
    if any(ord(char) < 0x20 or 0x7F <= ord(char) <= 0x9F for char in text):
        raise Bad("control_character")
    if text in NULL_WORDS:
        if column.required:
            raise Bad("required")
        return None
    return {
        "string": str,
        "bigint": _bigint,
        "decimal": lambda value: _decimal(value, above_zero=column.above_zero),
        "date": _date,
        "timestamp": _timestamp,
    }[column.type](text)


def _bigint(text: str) -> int:
    if not re.fullmatch("[+-]?[0-9]+", text):
        raise Bad("not_an_integer")
    digits = text.lstrip("+-").lstrip("0") or "0"
    size = int(digits) if len(digits) < 20 else 2**64  # int() refuses thousands of digits
    value = -size if text.startswith("-") else size
    if not -(2**63) <= value < 2**63:
        raise Bad("overflow")
    return value


def _decimal(text: str, *, above_zero: bool) -> Decimal:
    found = re.fullmatch(r"([+-]?)([0-9]+)(?:\.([0-9]+))?", text)
    if not found:
        raise Bad("not_a_decimal")
    whole, fraction = found[2].lstrip("0"), (found[3] or "").rstrip("0")
    reasons = ["overflow"] * (len(whole) > 10) + ["scale"] * (len(fraction) > 2)
    if reasons:
        raise Bad(*reasons)
    value = Decimal(f"{found[1]}{whole or '0'}.{fraction:0<2}")
    if above_zero and value <= 0:
        raise Bad("not_above")
    return value if value else Decimal("0.00")  # 0 has no sign


def _day(year: str, month: str, day: str) -> tuple[int, int, int] | None:
    """The day when it exists in the proleptic Gregorian calendar, year 0 included."""
    y, m, d = int(year), int(month), int(day)
    if not 1 <= m <= 12:
        return None
    days = (
        29
        if m == 2 and calendar.isleap(y)
        else (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[m - 1]
    )
    return (y, m, d) if 1 <= d <= days else None


def _date(text: str) -> dt.date:
    found = re.fullmatch("([0-9]{4})-([0-9]{2})-([0-9]{2})", text)
    day = _day(*found.groups()) if found else None
    if day is None:
        raise Bad("not_a_date")
    if not FIRST_YEAR <= day[0] <= LAST_YEAR:
        raise Bad("out_of_range")
    return dt.date(*day)


_MOMENT = re.compile(
    "([0-9]{4})-([0-9]{2})-([0-9]{2})[ T]([0-9]{2}):([0-9]{2})"
    "(?::([0-9]{2})(?:[.]([0-9]{1,6}))?)?"
    "(?:(Z)|([+-])([0-9]{2})(?::?([0-9]{2}))?)?"
)


def _timestamp(text: str) -> dt.datetime:
    found = _MOMENT.fullmatch(text)
    day = _day(*found.group(1, 2, 3)) if found else None
    if found is None or day is None:
        raise Bad("not_a_timestamp")
    hour, minute, second = int(found[4]), int(found[5]), int(found[6] or 0)
    offset_hours, offset_minutes = int(found[10] or 0), int(found[11] or 0)
    offset = offset_hours * 60 + offset_minutes
    # no zone on earth is further than 18 hours from UTC, which is also what java.time allows
    if hour > 23 or minute > 59 or second > 59 or offset_minutes > 59 or offset > 18 * 60:
        raise Bad("not_a_timestamp")
    if not FIRST_YEAR - 1 <= day[0] <= LAST_YEAR + 1:
        raise Bad("out_of_range")  # no offset brings it back
    micros = int((found[7] or "").ljust(6, "0"))
    local = dt.datetime(*day, hour, minute, second, micros)
    moment = local - dt.timedelta(minutes=-offset if found[9] == "-" else offset)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise Bad("out_of_range")
    return moment
