"""Cleans the raw frame of any table by its spec; no table is known by name."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyspark.sql import Column, DataFrame, Observation
from pyspark.sql import functions as F
from pyspark.sql import types as T

from c360.lines import (
    BLANK,
    HEADER,
    KIND,
    LINE,
    RECORD,
    ROW_REASON,
    ROW_REASONS,
    UNUSUAL_LINE,
    count_quotes,
)
from c360.marks import marks_where
from c360.registry.specs import ColumnSpec, TableSpec
from c360.rules import (
    Finding,
    TextRules,
    find_invalid,
    find_unknown,
    has_control_character,
    parse_text,
    parse_value,
)

RAW_RECORD, REASONS = "RawRecord", "Reasons"
ROW = "row"  # what a reason names that is about the record itself
# Metrics of an observation; the last two are prefixes of one metric a column. OPEN_QUOTES is only
# there for tables that embed new lines.
RECORDS, BLANKS, HEADERS = "records", "blank_lines", "header_lines"
ACCEPTED, REJECTED = "accepted", "rejected"
MARKS = "marks"  # of the rejected records, for `marked_lines`
OPEN_QUOTES, NULLED, UNKNOWN = "open_quotes", "nulled_", "unknown_"
_VALUE, _IS_ACCEPTED = "_value_", "_accepted"


def accept(
    raw: DataFrame, table: TableSpec, source_timezone: str, counter: Observation | None = None
) -> DataFrame:
    """The table's columns, typed; one row per accepted record, lazy.

    An observation also keeps Spark from moving the filter behind it into the parsing, where every
    expression would be evaluated again for each of its uses (measured: 36 s instead of 7 s).

    Args:
        raw: as `c360.lines.bind_fields` returns it.
        table: the spec; its `on_invalid: null` columns lose an invalid value, not the record.
        source_timezone: the zone to which values with an offset are converted.
        counter: filled with all metrics of the records when the frame is computed.
    """
    made = _expressions(table, source_timezone)
    status = _typed(raw, made).select("*", made.is_accepted)
    observed = status.observe(counter or Observation(), *made.metrics)
    return observed.where(_IS_ACCEPTED).select(*made.accepted)


def reject(
    raw: DataFrame, table: TableSpec, source_timezone: str, counter: Observation | None = None
) -> DataFrame:
    """RawRecord binary, Reasons array<string>; one row per record that `accept` leaves out, lazy.

    Args:
        raw: as `accept` takes it, with the table and the zone.
        table: the spec.
        source_timezone: the zone to which values with an offset are converted.
        counter: filled with how many records were rejected, and how many for each reason.
    """
    made = _expressions(table, source_timezone)
    reasoned = _typed(raw, made).select(*made.rejected)
    observed = reasoned.observe(counter or Observation(), *made.reason_metrics)
    return observed.where(F.size(REASONS) > 0)


@dataclass(frozen=True, slots=True)
class _Expressions:
    """What a spec says, as columns, in its order."""

    texts: tuple[Column, ...]
    values: tuple[Column, ...]
    is_accepted: Column
    metrics: tuple[Column, ...]
    accepted: tuple[Column, ...]
    rejected: tuple[Column, ...]
    reason_metrics: tuple[Column, ...]


def _typed(raw: DataFrame, made: _Expressions) -> DataFrame:
    return raw.select(LINE, KIND, ROW_REASON, UNUSUAL_LINE, *made.texts).select("*", *made.values)


@functools.lru_cache(maxsize=256)
def _expressions(table: TableSpec, source_timezone: str) -> _Expressions:
    """Made once for all files of a table: a table takes a thousand calls into the JVM."""
    rules = [
        TextRules(column, table.embedded_newlines, source_timezone) for column in table.columns
    ]
    reasons = F.when(F.col(KIND) == RECORD, _reasons(rules)).otherwise(F.array())
    return _Expressions(
        texts=tuple(_text(column).alias(column.name) for column in table.columns),
        values=tuple(
            parse_value(_usable(rule), rule).alias(_VALUE + rule.column.name) for rule in rules
        ),
        is_accepted=_is_accepted(rules).alias(_IS_ACCEPTED),
        metrics=tuple(_metrics(rules)),
        accepted=tuple(_accepted_value(rule) for rule in rules),
        rejected=(F.col(LINE).cast(T.BinaryType()).alias(RAW_RECORD), reasons.alias(REASONS)),
        reason_metrics=tuple(_reason_metrics(rules)),
    )


def _text(column: ColumnSpec) -> Column:
    return parse_text(F.col(column.name), F.col(UNUSUAL_LINE), column)


def _usable(rule: TextRules) -> Column:
    """The text of a column; NULL also where a control character forbids a closer look."""
    text = F.col(rule.column.name)
    return F.when(~has_control_character(text, F.col(UNUSUAL_LINE), rule), text)


def _findings(rule: TextRules) -> list[Finding]:
    """Every reason that one column can give, in the order in which they are shown."""
    text, value = F.col(rule.column.name), F.col(_VALUE + rule.column.name)
    required = [Finding("required", text.isNull())] if rule.column.required else []
    control = has_control_character(text, F.col(UNUSUAL_LINE), rule)
    return [
        *required,
        Finding("control_character", control),
        *find_invalid(_usable(rule), value, rule.column),
    ]


def _is_invalid(rule: TextRules) -> Column:
    return _any(finding.holds for finding in _findings(rule))


def _named_findings(rule: TextRules) -> list[tuple[str, Column]]:
    """Every reason of one column as `Column:reason`, and where it holds."""
    return [(f"{rule.column.name}:{found.reason}", found.holds) for found in _findings(rule)]


def _fatal(rules: Sequence[TextRules]) -> list[TextRules]:
    """The columns whose invalid values reject the record."""
    return [rule for rule in rules if rule.column.on_invalid == "reject"]


def _is_accepted(rules: Sequence[TextRules]) -> Column:
    is_rejected = _any(_is_invalid(rule) for rule in _fatal(rules))
    return (F.col(KIND) == RECORD) & F.col(ROW_REASON).isNull() & ~is_rejected


def _accepted_value(rule: TextRules) -> Column:
    value = F.col(_VALUE + rule.column.name)
    kept = F.when(~_is_invalid(rule), value) if rule.column.on_invalid == "null" else value
    return kept.alias(rule.column.name)


def _reasons(rules: Sequence[TextRules]) -> Column:
    """All reasons of a record as `Column:reason`; a reason about the row stands alone."""
    named = [found for rule in _fatal(rules) for found in _named_findings(rule)]
    of_columns = F.array_compact(F.array(*(F.when(holds, reason) for reason, holds in named)))
    of_row = F.array(F.concat(F.lit(f"{ROW}:"), F.col(ROW_REASON)))
    return F.when(F.col(ROW_REASON).isNotNull(), of_row).otherwise(of_columns)


def _metrics(rules: Sequence[TextRules]) -> list[Column]:
    kind, accepted = F.col(KIND), F.col(_IS_ACCEPTED)
    nulled = [rule for rule in rules if rule.column.on_invalid == "null"]
    watched = [rule for rule in rules if rule.column.one_of and rule.column.on_unknown == "warn"]
    embeds = any(rule.embedded_newlines for rule in rules)
    is_open = (kind == RECORD) & (count_quotes(F.col(LINE)) % 2 == 1)
    return [
        _count(kind == RECORD, RECORDS),
        _count(kind == BLANK, BLANKS),
        _count(kind == HEADER, HEADERS),
        _count(accepted, ACCEPTED),
        marks_where((kind == RECORD) & ~accepted, F.col(LINE)).alias(MARKS),
        *([_count(is_open, OPEN_QUOTES)] if embeds else []),
        *(_count(accepted & _is_invalid(rule), NULLED + rule.column.name) for rule in nulled),
        *(_count(accepted & _is_unknown(rule), UNKNOWN + rule.column.name) for rule in watched),
    ]


def _reason_metrics(rules: Sequence[TextRules]) -> list[Column]:
    """The rejected records, and for every reason that can be given, the records that have it."""
    every = [f"{ROW}:{reason}" for reason in ROW_REASONS]
    every += [reason for rule in _fatal(rules) for reason, _ in _named_findings(rule)]
    has = [_count(F.array_contains(REASONS, reason), reason) for reason in every]
    return [_count(F.size(REASONS) > 0, REJECTED), *has]


def _is_unknown(rule: TextRules) -> Column:
    return find_unknown(F.col(_VALUE + rule.column.name), rule.column)


def _count(condition: Column, name: str) -> Column:
    return F.count(F.when(condition, 1)).alias(name)


def _any(conditions: Iterable[Column]) -> Column:
    return functools.reduce(operator.or_, conditions, F.lit(False))
