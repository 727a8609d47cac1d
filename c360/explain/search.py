"""Searches one bronze file for the records that have a key, as cleaning understands them."""

from __future__ import annotations

import dataclasses
import functools
import operator
from collections.abc import Iterable
from dataclasses import dataclass

from pyspark.sql import Column, DataFrame, Row, SparkSession
from pyspark.sql import functions as F

from c360.bronze.records import read_lines
from c360.cleaning import RAW_RECORD, REASONS, accept, reject
from c360.contracts.silver import ROW_KEY, SOURCE_FILE, silver_contract
from c360.datatypes import STRING
from c360.explain.keys import key_text
from c360.explain.model import FileSearch, Record, Value
from c360.header import Header
from c360.lines import KIND, LINE, RECORD, ROW_REASON, UNUSUAL_LINE, bind_fields
from c360.plan import PlannedFile
from c360.registry.specs import ColumnSpec, TableSpec
from c360.rules import TextRules, has_control_character, parse_text, parse_value
from c360.silver.failures import explained
from c360.storage import Storage
from c360.survivors import number_occurrences

MOST_SHOWN = 20  # candidates of one file, accepted and rejected each
# Carries the line through cleaning as the value of a further column; hex digits pass unchanged.
_LINE_HEX = ColumnSpec("_line_hex", STRING)


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched for, and with what."""

    spark: SparkSession
    bronze: Storage
    table: TableSpec
    zone: str  # to which values with an offset are converted
    key: tuple[tuple[str, Value], ...]


def search_file(search: Search, file: PlannedFile, header: Header) -> FileSearch:
    """What one file holds of the key.

    Raises:
        DataRefused: the file is a damaged gzip.
        OutsideFailure: Spark failed.
    """
    path = file.pin.path
    with explained(path):
        lines = read_lines(search.spark, search.bronze.uri(path), search.table)
        raw = bind_fields(lines, header, search.table)
        raw = raw.withColumn(_LINE_HEX.name, F.hex(F.col(LINE).cast("binary")))
        find = _find_key if search.table.key else _find_row_key
        return find(search, raw, FileSearch(path=path, file_id=file.file_id))


def _find_key(search: Search, raw: DataFrame, file: FileSearch) -> FileSearch:
    """The records whose key has these values; those of unreadable keys are counted as untold."""
    values = {name: _key_value(search, name) for name, _ in search.key}
    is_told = F.col(ROW_REASON).isNull() & _all(value.isNotNull() for value in values.values())
    has_key = is_told & _all(
        values[name] == F.lit(key_text(value)).cast(search.table.column(name).type.spark)
        for name, value in search.key
    )
    is_record = F.col(KIND) == RECORD
    counts = raw.agg(
        F.count(F.when(is_record, 1)).alias("records"),
        F.count(F.when(is_record & ~is_told, 1)).alias("untold"),
        F.count(F.when(is_record & has_key, 1)).alias("found"),
    ).collect()[0]
    file = dataclasses.replace(file, **counts.asDict())
    if not file.found:
        return file
    told = raw.where(is_record & has_key), _with_line(search.table), search.zone
    newest = [
        F.col(name).desc_nulls_last()
        for name in silver_contract(search.table).newest_first
        if name != SOURCE_FILE  # one and the same in this file
    ]
    accepted = accept(*told).orderBy(*newest).limit(MOST_SHOWN).collect()
    rejected = reject(*told).limit(MOST_SHOWN).collect()
    return dataclasses.replace(
        file,
        accepted=tuple(_accepted(row, search.table, file.path) for row in accepted),
        rejected=tuple(_rejected(row, file.path) for row in rejected),
    )


def _find_row_key(search: Search, raw: DataFrame, file: FileSearch) -> FileSearch:
    """The row that has this RowKey; a rejected record has none, so all of them are untold."""
    ((_, wanted),) = search.key
    told = raw, _with_line(search.table), search.zone
    numbered = number_occurrences(accept(*told), search.table)
    accepted = numbered.where(F.col(ROW_KEY) == F.lit(wanted)).collect()
    rejected = reject(*told).agg(F.count(F.lit(1)).alias("n")).collect()[0]["n"]
    records = raw.where(F.col(KIND) == RECORD).agg(F.count(F.lit(1)).alias("n")).collect()[0]["n"]
    return dataclasses.replace(
        file,
        records=records,
        untold=rejected,
        found=len(accepted),
        accepted=tuple(_accepted(row, search.table, file.path) for row in accepted),
    )


def _key_value(search: Search, name: str) -> Column:
    """The typed value of a key column; NULL where there is none."""
    column = search.table.column(name)
    rules = TextRules(column, search.table.embedded_newlines, search.zone)
    text = parse_text(F.col(name), F.col(UNUSUAL_LINE), column)
    usable = F.when(~has_control_character(text, F.col(UNUSUAL_LINE), rules), text)
    return parse_value(usable, rules)


def _with_line(table: TableSpec) -> TableSpec:
    return dataclasses.replace(table, columns=(_LINE_HEX, *table.columns))


def _accepted(row: Row, table: TableSpec, path: str) -> Record:
    values: dict[str, Value] = {column.name: row[column.name] for column in table.columns}
    raw = bytes.fromhex(row[_LINE_HEX.name]).decode()
    return Record(source_file=path, raw=raw, values=values)


def _rejected(row: Row, path: str) -> Record:
    raw = bytes(row[RAW_RECORD]).decode()
    return Record(source_file=path, raw=raw, values={}, reasons=tuple(row[REASONS]))


def _all(conditions: Iterable[Column]) -> Column:
    return functools.reduce(operator.and_, conditions)
