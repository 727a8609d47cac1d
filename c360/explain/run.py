"""Reads the current files of one table again and explains one key of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from pyspark.sql import SparkSession

from c360.bronze.headers import read_header
from c360.contracts.silver import silver_contract
from c360.errors import DataRefused, OutsideFailure, WrongUse
from c360.explain.gold import Published, book
from c360.explain.keys import parse_key
from c360.explain.model import Booking, Explanation, FileSearch, Value
from c360.explain.ranking import judge
from c360.explain.search import Search, search_file
from c360.header import Header, Refusal
from c360.intake import require_files, take_in
from c360.parallel import run_all
from c360.plan import PlannedFile
from c360.registry.read import read_registry
from c360.registry.specs import Registry
from c360.settings import Settings
from c360.stages import StartSpark
from c360.storage import Storage, open_storage
from c360.warehouse.open import open_warehouse

_Readable = list[tuple[PlannedFile, Header]]


def explain(settings: Settings, table: str, key: str, start: StartSpark) -> Explanation:
    """Every record of the files in bronze now that has this key, and what became of each.

    Args:
        settings: the registry, bronze and the warehouse; silver is not looked at.
        table: a table of the registry.
        key: its text; a composite key is separated by commas.
        start: starts the session, only once it is needed.

    Raises:
        WrongUse: there is no such table, the text is no key of it, or bronze has no file of it.
        OutsideFailure: bronze, Spark or the warehouse failed.
    """
    registry = read_registry(settings.registry)
    if table not in registry.names:
        raise WrongUse(f"found '{table}'; expected one of {', '.join(registry.names)}")
    parsed = parse_key(registry.table(table), key)
    published = _published(settings, registry)
    bronze = open_storage(settings.bronze)
    alone = dataclasses.replace(registry, tables=(registry.table(table),))
    plan = take_in(bronze, alone).plan(alone, (), None)
    require_files(plan, alone, bronze, table)
    readable, refused = _read_headers(bronze, alone, plan.to_read)
    searched, damaged = _search(start, bronze, alone, parsed, readable)
    found = [record for file in searched for record in (*file.accepted, *file.rejected)]
    explanation = Explanation(
        table=table,
        key=parsed,
        candidates=judge(found, silver_contract(alone.table(table))),
        files=tuple(searched),
        unreadable=(*refused, *damaged),
        superseded=len(plan.of(table, "superseded")),
        booking=Booking(),
    )
    if explanation.survivor is None:
        return explanation
    file_ids = frozenset(file.file_id for file in plan.to_read)
    values = explanation.survivor.record.values
    return dataclasses.replace(explanation, booking=book(published, table, values, file_ids))


def _published(settings: Settings, registry: Registry) -> Published:
    warehouse = open_warehouse(settings.warehouse, settings.lock_timeout)
    return Published(warehouse, warehouse.read_head(), registry.policy)


def _read_headers(
    bronze: Storage, registry: Registry, files: Iterable[PlannedFile]
) -> tuple[_Readable, list[str]]:
    """The files that can be read with their headers, and why the others cannot."""
    readable: _Readable = []
    refused = []
    for file in files:
        header = read_header(bronze, file.pin.path, registry.table(file.table))
        if isinstance(header, Refusal):
            refused.append(f"{file.pin.path}: {header.reason}")
        else:
            readable.append((file, header))
    return readable, refused


def _search(
    start: StartSpark,
    bronze: Storage,
    registry: Registry,
    key: tuple[tuple[str, Value], ...],
    files: _Readable,
) -> tuple[list[FileSearch], list[str]]:
    """What each file holds of the key, in the order of the plan, and the files that are damaged."""
    if not files:
        return [], []
    spark = _start(start, sum(file.pin.bytes for file, _ in files))
    (table,) = registry.tables
    search = Search(spark, bronze, table, registry.policy.source_timezone, key)

    def work(item: tuple[PlannedFile, Header]) -> FileSearch | str:
        file, header = item
        try:
            return search_file(search, file, header)
        except DataRefused as refusal:
            return f"{file.pin.path}: {refusal}"

    found = [result for _, result in run_all(work, files)]
    searched = [result for result in found if isinstance(result, FileSearch)]
    damaged = [result for result in found if isinstance(result, str)]
    return sorted(searched, key=lambda file: file.path), sorted(damaged)


def _start(start: StartSpark, size: int) -> SparkSession:
    try:
        return start(size)
    except Exception as cause:
        raise OutsideFailure(
            "Spark could not be started; check that `java -version` says 17 or 21, and JAVA_HOME"
        ) from cause
