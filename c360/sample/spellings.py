"""How values look in real exports: spellings that mean the same, and spellings that mean nothing.

Each table below pairs a reason for rejection with texts that must be rejected for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from c360.sample.shapes import ColumnShape, Kind

NULL_WORDS = ("", "NULL", "null", "N/A", "NA", "None", "-")
# White space by Unicode's White_Space property that may stand around a value.
PADDING = (" ", "  ", "\t", "\u00a0", "\u2003", "\u3000", "\u0085", " \u00a0\t", "\u202f")
# Controls that are white space go when they stand at an end: they spoil from inside only.
INNER_CONTROLS = ("\t", "\u000b", "\u000c", "\u0085")
CONTROLS: Sequence[str] = "\u0000\u0001\u0007\u001b\u001c\u001d\u001e\u001f\u007f\u0080\u009f"

_INSIDE = 0.5  # share of the planted controls that trimming removes at an end, but not inside

Reasons = tuple[str, ...]
Spellings = tuple[str, ...]

_INTEGER: Mapping[Reasons, Spellings] = {
    ("not_an_integer",): (
        *("12a", "1.0", "1e3", "0x1F", "1,234", "--5", "+", "NaN", "true", "1 2", "#REF!"),
        *("1\u00a0234", "\u0661\u0662", "\uff17", "7\u200e", "nan", "n/a", "NONE", "--", "1."),
    ),
    ("overflow",): (
        *("9223372036854775808", "-9223372036854775809", "99999999999999999999"),
        "+00009223372036854775808",
    ),
}
_MONEY: Mapping[Reasons, Spellings] = {
    ("not_a_decimal",): (
        *("12.", ".5", "1e3", "1E-2", "NaN", "Infinity", "12,50", "1,234.50", "$12.50", "9 EUR"),
        *("12.5.0", "twelve", "12 50", "1_000", "(12.50)", "+-1", "\uff11\uff12", "1'234.50"),
        *("1\u00a0234.50", "0x10", "-.", "."),
    ),
    ("scale",): ("10.005", "0.001", "19.999", "00012.3450001", "-0.001"),
    ("overflow",): ("12345678901.00", "99999999999", "-10000000000", "1" * 40),
    ("overflow", "scale"): ("123456789012.345", "99999999999.999"),
}
_NOT_ABOVE: Mapping[Reasons, Spellings] = {
    ("not_above",): ("0", "0.00", "-5.00", "-0.01", "+0", "-0.0", "-1234.5", "000"),
}
_TIMESTAMP: Mapping[Reasons, Spellings] = {
    ("not_a_timestamp",): (
        *("2025-02-30 10:00:00", "2025-02-29 10:00:00", "2025-13-01 10:00:00", "2025-00-10 10:00"),
        *("2025-04-31T10:00:00", "2025-06-00 10:00:00", "2025-06-01 24:00:00"),
        *("2025-06-01 23:60:00", "2025-06-01 23:59:60", "2025-6-1 10:00:00", "01/06/2025 10:00"),
        *("2025-06-01", "2025-06-01 10", "2025-06-01 10:00:", "20250601T100000", "1748772000"),
        *("2025-06-01 10:00:00.1234567", "2025-06-01 10:00:00.", "2025-06-01 10:00.5"),
        *("2025-06-01  10:00:00", "2025-06-01 10:00:00 Z", "2025-06-01 10:00:00+2"),
        *("2025-06-01 10:00:00 UTC", "2025-06-01 10:00 PM", "2025-06-01t10:00:00", "10:00:00"),
        *("yesterday", "2025/06/01 10:00:00", "2025-06-01\u00a010:00:00", "12025-06-01 10:00:00"),
        *("2025-06-01 9:05:00", "2025-06-01 10:00:00+02:0", "2025-06-01 10:00:00z"),
    ),
    ("out_of_range",): (
        *(
            "1899-12-31 00:00:00",
            "1959-12-31 23:59:59.999999",
            "2160-01-01 00:00",
            "0001-01-01T00:00",
        ),
        *("9999-12-31 23:59:59", "1960-01-01 00:30:00+01:00", "2159-12-31T23:30:00-0100"),
        *("9999-12-31T23:59:59-14:00", "1960-01-01T01:59:59+02", "1582-10-10 12:00:00"),
    ),
}
_DATE: Mapping[Reasons, Spellings] = {
    ("not_a_date",): (
        *("2024-02-30", "2023-02-29", "2024-13-01", "2024-00-10", "2024-04-31", "2024-6-1"),
        *("01/06/2024", "06-01-2024", "20240601", "2024-06-01 00:00:00", "2024", "June 1, 2024"),
        *("45444", "2024-06-01Z", "24-06-01", "2024-06", "2024\u201106\u201101"),
    ),
    ("out_of_range",): ("1899-12-31", "1959-12-31", "2160-01-01", "0001-01-01", "9999-12-31"),
}
_BY_KIND: Mapping[Kind, Mapping[Reasons, Spellings]] = {
    "integer": _INTEGER,
    "money": _MONEY,
    "timestamp": _TIMESTAMP,
    "date": _DATE,
    "text": {},
}


def bad_spellings(column: ColumnShape) -> Mapping[Reasons, Spellings]:
    """The texts that `column` must reject, by the reasons that each of them has."""
    required: Mapping[Reasons, Spellings] = {("required",): NULL_WORDS} if column.required else {}
    return {**_BY_KIND[column.kind], **(_NOT_ABOVE if column.above_zero else {}), **required}


def with_control(rng: Random, value: str) -> str:
    """`value` with a control character that trimming does not remove."""
    text = value.strip()  # padding would protect the value from a control inside it
    text = text if len(text) > 1 else "xx"
    if rng.random() < _INSIDE:
        cut = rng.randrange(1, len(text))
        return text[:cut] + rng.choice(INNER_CONTROLS) + text[cut:]
    cut = rng.randint(0, len(text))
    return text[:cut] + rng.choice(CONTROLS) + text[cut:]


def padded(rng: Random, value: str) -> str:
    """`value` with white space at one or both ends."""
    left, right = rng.choice(PADDING), rng.choice(PADDING)
    return rng.choice((left + value, value + right, left + value + right))
