"""Holds what a run made against what the oracles say; each finding is a sentence with its place."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from c360.contracts.gold import GOLD_CONTRACTS
from c360.contracts.silver import silver_contract
from c360.registry.specs import Registry
from c360.report import RunReport
from c360.sample.ledger import FileLedger
from c360.verify import verify
from c360.warehouse.open import open_warehouse
from tests.oracle.facts import last_fact_date
from tests.oracle.gold import expected_gold
from tests.support import oracle_silver
from tests.support.digest import GOLD, SILVER, canonical, read_table
from tests.support.oracle_silver import OracleFile
from tests.support.places import Places

Row = Mapping[str, Any]
Files = Mapping[str, list[OracleFile]]


def judge_files(places: Places, report: RunReport, files: Files) -> list[str]:
    """What the report gets wrong about the records of each file."""
    return list(_file_findings(places, report, files))


def judge_batches(places: Places, report: RunReport, files: Files) -> list[str]:
    """Which rows of the silver batches, and which rejected records, are not as they must be."""
    file_ids = {file.path: file.file_id for file in report.files}
    findings: list[str] = []
    for found in (file for of_table in files.values() for file in of_table):
        table = oracle_silver.TABLES[found.table]
        file_id = file_ids[found.path]
        batch = read_stored(places.silver, found.table, file_id)
        rows, duplicates, conflicts = oracle_silver.batch(found)
        expected_rows = [{**row, "FileID": file_id} for row in rows]
        findings += compare_rows(found.path, batch, expected_rows, (table.key or "RowKey",))
        counts = read_manifest(places.silver, found.table, file_id)["counts"]
        for name, wanted in (("duplicates", duplicates), ("conflicting_duplicates", conflicts)):
            if counts[name] != wanted:
                findings.append(f"{found.path}: {name} in its file {counts[name]}, not {wanted}")
        wanted_rejects = Counter(found.rejected)
        rejects = Counter(read_rejects(places, found.table, file_id))
        findings += [
            f"{found.path}: rejected {record!r} {rejects[record]} times, not {count}"
            for record, count in (wanted_rejects | rejects).items()
            if rejects[record] != wanted_rejects[record]
        ]
    return findings


def judge_planted(files: Files, planted: Mapping[str, FileLedger]) -> list[str]:
    """Where the oracle does not find what was planted."""
    findings = []
    for found in (file for of_table in files.values() for file in of_table):
        ledger = planted[found.path]
        wanted = Counter((record.raw, record.reasons) for record in ledger.rejected)
        if Counter(found.rejected) != wanted:
            findings.append(f"{found.path}: the oracle rejects other records than were planted")
        counts = (found.records, found.blank_lines, found.repeated_headers)
        if counts != (ledger.records, ledger.blank_lines, ledger.repeated_headers):
            findings.append(f"{found.path}: the oracle counts other lines than were planted")
    return findings


def judge_published(places: Places, files: Files) -> list[str]:
    """Which published cells differ from what the oracles make of the bronze files."""
    registry = places.rules
    state = oracle_silver.state(files)
    findings = []
    for name, rows in state.items():
        key = silver_contract(registry.table(name)).key
        published = read_table(places.warehouse, SILVER, name)
        findings += compare_rows(name, _without(published, "FileID"), rows, key)
    return findings + _judge_gold(places, registry, state)


def judge_verification(places: Places) -> list[str]:
    """What the second calculation in SQL finds different in the published tables."""
    found = verify(open_warehouse(f"duckdb:///{places.warehouse}"), places.rules)
    return [f"verify: {difference}" for table in found.tables for difference in table.differences]


def compare_rows(
    name: str, found: Sequence[Row], expected: Sequence[Row], key: Sequence[str]
) -> list[str]:
    """Every row and cell that differs, types included."""

    def by_key(rows: Sequence[Row]) -> dict[tuple[Any, ...], Row]:
        return {tuple(row[column] for column in key): row for row in rows}

    is_, must = by_key(found), by_key(expected)
    findings = []
    if len(is_) != len(found):
        findings.append(f"{name}: {len(found) - len(is_)} rows repeat a key")
    findings += [f"{name} {row}: is not there" for row in must.keys() - is_.keys()]
    findings += [f"{name} {row}: must not be there" for row in is_.keys() - must.keys()]
    for row in is_.keys() & must.keys():
        findings += [
            f"{name} {row} {column}: {canonical(is_[row].get(column))}, not {canonical(value)}"
            for column, value in must[row].items()
            if canonical(is_[row].get(column)) != canonical(value)
        ]
        if surplus := is_[row].keys() - must[row].keys():
            findings.append(f"{name} {row}: also has {sorted(surplus)}")
    return findings


def read_manifest(silver: Path, table: str, file_id: str) -> dict[str, Any]:
    """The manifest of a batch, or of its rejected records, as JSON."""
    path = silver / table / f"file_id=f{file_id}" / "_manifest.json"
    content: dict[str, Any] = json.loads(path.read_bytes())
    return content


def read_stored(silver: Path, table: str, file_id: str) -> list[dict[str, Any]]:
    """The rows of the Parquet files that a batch's manifest names."""
    manifest = read_manifest(silver, table, file_id)
    folder = silver / table / f"file_id=f{file_id}" / manifest["folder"]
    rows: list[dict[str, Any]] = []
    for part in manifest["files"]:
        found = duckdb.read_parquet(_literal(folder / part["name"]), hive_partitioning=False)
        rows += [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
    return rows


def read_rejects(
    places: Places, table: str, file_id: str
) -> Iterator[tuple[bytes, frozenset[str]]]:
    """Each record of a file that lies in quarantine, with its reasons."""
    quarantine = places.silver / "_quarantine"
    if (quarantine / table / f"file_id=f{file_id}").exists():
        for row in read_stored(quarantine, table, file_id):
            yield row["RawRecord"], frozenset(row["Reasons"])


def _file_findings(places: Places, report: RunReport, files: Files) -> Iterator[str]:
    ledgers = {file.path: file for file in report.files}
    figures = oracle_silver.figures(files)
    if ledgers.keys() != figures.keys():
        yield f"the report is about {sorted(ledgers)}, not {sorted(figures)}"
    for found in (file for of_table in files.values() for file in of_table):
        ledger, figure = ledgers[found.path], figures[found.path]
        if not ledger.closes:
            yield f"{found.path}: its ledger does not close"
        expected = {
            "table": found.table,
            "records": found.records,
            "blank_lines": found.blank_lines,
            "repeated_headers": found.repeated_headers,
            "accepted": figure.accepted,
            "rejected": figure.rejected,
            "duplicates": figure.duplicates,
            "conflicting_duplicates": figure.conflicting_duplicates,
        }
        for name, wanted in expected.items():
            if getattr(ledger, name) != wanted:
                yield f"{found.path}: {name} is {getattr(ledger, name)}, not {wanted}"
        reasons = Counter(
            {
                f"{each.cause.column}:{each.cause.reason}": each.cause.records
                for each in report.reasons
                if each.path == found.path and each.cause.action == "rejected"
            }
        )
        wanted_reasons = Counter(reason for _, given in found.rejected for reason in given)
        if reasons != wanted_reasons:
            yield f"{found.path}: reasons are {reasons}, not {wanted_reasons}"


def _judge_gold(places: Places, registry: Registry, state: Mapping[str, list[Row]]) -> list[str]:
    as_of = last_fact_date(state)
    assert as_of is not None
    expected = expected_gold(state, registry.policy, as_of)
    findings = []
    for contract in GOLD_CONTRACTS:
        published = read_table(places.warehouse, GOLD, contract.name)
        rows = [
            {**row, "RuleVersion": registry.policy.rule_version} for row in expected[contract.name]
        ]
        findings += compare_rows(contract.name, _without(published, "BatchID"), rows, contract.key)
    return findings


def _without(rows: Sequence[Row], column: str) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name != column} for row in rows]


def _literal(path: Path) -> str:
    """A path for DuckDB, which takes brackets and stars for patterns."""
    return "".join(f"[{char}]" if char in "[*?" else char for char in str(path))
