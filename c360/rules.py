"""The cleaning rules: what the text of a column means, and every reason to reject it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from pyspark.sql import Column
from pyspark.sql import functions as F

from c360.datatypes import FIRST_YEAR, LAST_YEAR
from c360.registry.specs import Bound, ColumnSpec
from c360.text import WHITE_SPACE

_CONTROL = r"[\x00-\x1f\x7f-\x9f]"
_CONTROL_BUT_NEW_LINES = r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]"
_INTEGER = r"\A[+-]?[0-9]+\z"
_DECIMAL = r"\A[+-]?[0-9]+(?:\.[0-9]+)?\z"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
_DATE = rf"\A{_DAY}\z"
_WALL_CLOCK = rf"\A{_DAY}[ T]{_TIME}\z"
_WITH_OFFSET = rf"\A{_DAY}[ T]{_TIME}(?:Z|[+-][0-9]{{2}}(?::?[0-9]{{2}})?)\z"
_TRUE, _FALSE = ("true", "t", "yes", "y", "1"), ("false", "f", "no", "n", "0")
# The fields of a declared date order as expressions; ISO text is made of them again.
_TOKENS = {
    "yyyy": ("year", "[0-9]{4}"),
    "MM": ("month", "[0-9]{2}"),
    "M": ("month", "[0-9]{1,2}"),
    "dd": ("day", "[0-9]{2}"),
    "d": ("day", "[0-9]{1,2}"),
    "HH": ("hour", "[0-9]{2}"),
    "H": ("hour", "[0-9]{1,2}"),
    "mm": ("minute", "[0-9]{2}"),
    "ss": ("second", "[0-9]{2}"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason and the boolean Column (never NULL) that holds where it applies."""

    reason: str
    holds: Column


@dataclass(frozen=True, slots=True)
class TextRules:
    """How the text of one column is read: its spec, and what its table and the policy add."""

    column: ColumnSpec
    embedded_newlines: bool
    source_timezone: str


def parse_text(raw: Column, is_unusual: Column, column: ColumnSpec) -> Column:
    """The trimmed text of a cell without its `strip` characters; NULL where it is a null word."""
    text = F.when(is_unusual, F.btrim(raw, F.lit(WHITE_SPACE))).otherwise(F.trim(raw))
    if column.strip:
        text = F.btrim(F.translate(text, column.strip, ""), F.lit(WHITE_SPACE))
    return F.when(~text.isin("", *column.null_words), text)


def has_control_character(text: Column, is_unusual: Column, rules: TextRules) -> Column:
    """True where a control character is inside the text; only unusual lines are searched."""
    pattern = _CONTROL_BUT_NEW_LINES if rules.embedded_newlines else _CONTROL
    return F.coalesce(is_unusual & text.rlike(pattern), F.lit(False))


def parse_value(text: Column, rules: TextRules) -> Column:
    """The typed value of a text; NULL where it has none in the column's type."""
    return _PARSERS[rules.column.type.name](text, rules)


def find_invalid(text: Column, value: Column, column: ColumnSpec) -> list[Finding]:
    """Every reason why a text or its value is invalid; `text` holds no control character."""
    unparsed = text.isNotNull() & value.isNull()
    return [*_type_findings(text, unparsed, column), *_value_findings(value, column)]


def find_unknown(value: Column, column: ColumnSpec) -> Column:
    """True where a value is not one of the listed ones and is only warned about."""
    if column.one_of and column.on_unknown == "warn":
        return _present(~_is_listed(value, column))
    return F.lit(False)


def _parse_string(text: Column, rules: TextRules) -> Column:
    case: dict[str, Callable[[Column], Column]] = {"upper": F.upper, "lower": F.lower}
    change = case.get(rules.column.case)
    return change(text) if change else text


def _parse_bigint(text: Column, rules: TextRules) -> Column:
    """Spark's cast takes what the rule takes, and fraction digits, which it would cut."""
    return F.when(~text.contains("."), text.cast("bigint"))


def _parse_decimal(text: Column, rules: TextRules) -> Column:
    precision, scale = rules.column.type.precision, rules.column.type.scale
    whole = precision - scale
    digits = rf"0*[0-9]{{1,{whole}}}" if whole else "0+"
    fraction = rf"(?:\.[0-9]{{1,{scale}}}0*)?" if scale else r"(?:\.0+)?"
    fits = text.rlike(rf"\A[+-]?{digits}{fraction}\z")
    return F.when(_is_plain(text, precision, scale) | fits, text.cast(rules.column.type.spark))


def _is_plain(text: Column, precision: int, scale: int) -> Column:
    """True for most decimals, and for nothing else that a cast takes; cheaper than an expression.

    Of what starts with a digit, is short and has no exponent, a cast takes digits and one point
    only; digits of other scripts, which it takes too, are no ASCII.
    """
    size, point = F.octet_length(text), F.instr(text, ".")
    starts_with_digit = (text >= "0") & (text < ":")
    no_fraction_is_cut = (point == 0) | (size - point).between(1, scale)
    is_ascii = F.length(text) == size
    has_exponent = text.contains("e") | text.contains("E")
    is_short = size <= precision + 1
    return starts_with_digit & is_short & no_fraction_is_cut & is_ascii & ~has_exponent


def _parse_boolean(text: Column, rules: TextRules) -> Column:
    word = F.lower(text)
    return F.when(word.isin(*_TRUE), F.lit(True)).when(word.isin(*_FALSE), F.lit(False))


def _parse_date(text: Column, rules: TextRules) -> Column:
    iso = _to_iso(text, rules.column)
    return F.when(iso.rlike(_DATE), iso.cast("date"))


def _parse_timestamp(text: Column, rules: TextRules) -> Column:
    iso = _to_iso(text, rules.column)
    shifted = _at_source_timezone(iso, rules.source_timezone)
    return F.when(iso.rlike(_WALL_CLOCK), iso.cast("timestamp_ntz")).when(
        iso.rlike(_WITH_OFFSET), shifted
    )


def _at_source_timezone(iso: Column, zone: str) -> Column:
    """The wall clock in `zone` of a text with an offset; Spark wants seconds and `+hh:mm`."""
    with_seconds = F.regexp_replace(iso, r"\A(.{13}:[0-9]{2})(?=[Z+-])", "$1:00")
    full = F.regexp_replace(with_seconds, r"([+-][0-9]{2}):?([0-9]{2})\z", "$1:$2")
    instant = F.regexp_replace(full, r"(:[0-9.]+[+-][0-9]{2})\z", "$1:00").cast("timestamp")
    return F.from_utc_timestamp(instant, zone).cast("timestamp_ntz")


def _to_iso(text: Column, column: ColumnSpec) -> Column:
    """The text in ISO order where it has one of the declared orders, else as it is.

    Rearranging leaves the parsing to one cast: no date format is interpreted by the engine.
    """
    for order in column.formats:
        pattern, replacement = iso_rewrite(order)
        iso = F.regexp_replace(text, pattern, replacement)
        iso = F.regexp_replace(iso, r"-([0-9])(?=[-T]|\z)", "-0$1")
        iso = F.regexp_replace(iso, r"T([0-9]):", "T0$1:")
        text = F.when(text.rlike(pattern), iso).otherwise(text)
    return text


def iso_rewrite(order: str) -> tuple[str, str]:
    """The expression that matches a declared order, and its replacement in ISO order.

    Example: `dd/MM/yyyy` gives the groups day, month, year and the replacement `$3-$2-$1`.
    """
    pattern, groups = "", dict[str, int]()
    for part in re.findall(r"yyyy|MM?|dd?|HH?|mm|ss|.", order):
        if part in _TOKENS:
            name, digits = _TOKENS[part]
            groups[name] = len(groups) + 1
            pattern += f"({digits})"
        else:
            pattern += re.escape(part)
    iso = f"${groups['year']}-${groups['month']}-${groups['day']}"
    if "hour" in groups:
        iso += f"T${groups['hour']}:${groups['minute']}"
    if "second" in groups:
        iso += f":${groups['second']}"
    return rf"\A{pattern}\z", iso


def _type_findings(text: Column, unparsed: Column, column: ColumnSpec) -> list[Finding]:
    """Why a text has no value in the type of its column."""
    name = column.type.name
    if name == "bigint":
        is_integer = text.rlike(_INTEGER)
        return [
            Finding("not_an_integer", unparsed & ~is_integer),
            Finding("overflow", unparsed & is_integer),
        ]
    if name == "decimal":
        whole, scale = column.type.precision - column.type.scale, column.type.scale
        is_decimal = unparsed & text.rlike(_DECIMAL)
        return [
            Finding("not_a_decimal", unparsed & ~text.rlike(_DECIMAL)),
            Finding("scale", is_decimal & text.rlike(rf"\.[0-9]{{{scale}}}0*[1-9]")),
            Finding("overflow", is_decimal & text.rlike(rf"\A[+-]?0*[1-9][0-9]{{{whole},}}")),
        ]
    return [] if name == "string" else [Finding(f"not_a_{name}", unparsed)]


def _value_findings(value: Column, column: ColumnSpec) -> list[Finding]:
    """Why a value of the right type is not allowed in its column."""
    findings = []
    if column.type.name in ("date", "timestamp"):
        in_range = F.year(value).between(FIRST_YEAR, LAST_YEAR)
        findings.append(Finding("out_of_range", _present(~in_range)))
    if column.min is not None:
        findings.append(Finding("below_min", _present(value < _bound(column.min, column))))
    if column.max is not None:
        findings.append(Finding("above_max", _present(value > _bound(column.max, column))))
    if column.above is not None:
        findings.append(Finding("not_above", _present(value <= _bound(column.above, column))))
    if column.one_of and column.on_unknown == "reject":
        findings.append(Finding("not_allowed", _present(~_is_listed(value, column))))
    if column.matches:
        findings.append(Finding("no_match", _present(~value.rlike(rf"\A(?:{column.matches})\z"))))
    if column.max_length is not None:
        findings.append(Finding("too_long", _present(F.char_length(value) > column.max_length)))
    return findings


def _is_listed(value: Column, column: ColumnSpec) -> Column:
    return F.lower(value).isin(*(word.lower() for word in column.one_of))


def _bound(bound: Bound, column: ColumnSpec) -> Column:
    """A declared bound in the column's own type: its text is exact, a float would not be."""
    text = bound.isoformat() if isinstance(bound, dt.date) else str(bound)
    return F.lit(text).cast(column.type.spark)


def _present(condition: Column) -> Column:
    """The condition, and false where it cannot be told because the value is NULL."""
    return F.coalesce(condition, F.lit(False))


_PARSERS: dict[str, Callable[[Column, TextRules], Column]] = {
    "string": _parse_string,
    "bigint": _parse_bigint,
    "decimal": _parse_decimal,
    "boolean": _parse_boolean,
    "date": _parse_date,
    "timestamp": _parse_timestamp,
}
