"""Published warehouses, made without Spark: gold is what the second calculation has."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from c360.contracts.audit import LOAD_AUDIT, LOAD_FILES, LOAD_REASONS, PUBLICATION
from c360.contracts.gold import GOLD_CONTRACTS
from c360.contracts.gold.sources import SOURCES
from c360.contracts.model import TableContract
from c360.registry.read import read_registry
from c360.registry.specs import Policy
from c360.warehouse.duckdb import DuckDBWarehouse
from c360.warehouse.duckdb_tables import ensure_tables
from tests.oracle.facts import last_fact_date
from tests.oracle.gold import expected_gold
from tests.support.oracle_silver import figures, read_bronze, state

ROOT = Path(__file__).resolve().parents[2]
POLICY = read_registry(ROOT / "conf/tables.yaml").policy
BATCH, RUN = "b" * 16, "r20251231T235959-00000000"
STARTED = dt.datetime(2025, 12, 31, 23, 50, tzinfo=dt.UTC)
FINISHED = dt.datetime(2025, 12, 31, 23, 59, 59, tzinfo=dt.UTC)
Row = Mapping[str, Any]


@dataclass
class World:
    """What is to be published; every part can be replaced before it is written."""

    silver: dict[str, list[Row]] = field(default_factory=dict)
    policy: Policy = POLICY
    as_of: dt.date | None = None
    load_audit: list[Row] = field(default_factory=list)  # silver rows of the published run
    load_files: list[Row] = field(default_factory=list)
    load_reasons: list[Row] = field(default_factory=list)
    later_runs: list[Row] = field(default_factory=list)
    batch: str = BATCH
    meddling: tuple[str, ...] = ()  # statements of somebody who changes what was published

    def write(self, path: Path) -> DuckDBWarehouse:
        """A DuckDB file with gold and the audit of this world."""
        silver = full_rows(self.silver)
        as_of = self.as_of or last_fact_date(silver) or dt.date(2025, 12, 31)
        gold = expected_gold(silver, self.policy, as_of)
        stamp = {"BatchID": self.batch, "RuleVersion": self.policy.rule_version}
        run = {"RunID": RUN, "BatchID": BATCH}
        whole = run | {"Status": "SUCCESS", "AsOf": as_of, "RuleVersion": stamp["RuleVersion"]}
        whole |= {"StartedAt": STARTED, "FinishedAt": FINISHED}
        with duckdb.connect(str(path)) as connection:
            ensure_tables(connection, GOLD_CONTRACTS)
            for contract in GOLD_CONTRACTS:
                insert(connection, contract, [row | stamp for row in gold[contract.name]])
            audit = [whole | {"Layer": "silver"} | row for row in self.load_audit]
            audit += [
                whole | {"Layer": "gold", "TableName": name, "RowsInTable": len(rows)}
                for name, rows in gold.items()
            ]
            insert(connection, LOAD_AUDIT, [*audit, *self.later_runs])
            insert(connection, LOAD_FILES, [run | row for row in self.load_files])
            insert(connection, LOAD_REASONS, [run | row for row in self.load_reasons])
            connection.execute("DELETE FROM customer360_audit.Publication")
            insert(connection, PUBLICATION, [run | {"Epoch": 1}])
            for statement in self.meddling:
                connection.execute(statement)
        return DuckDBWarehouse(path, lock_timeout=5)


def insert(
    connection: duckdb.DuckDBPyConnection, contract: TableContract, rows: Iterable[Row]
) -> None:
    """Adds rows, NULL where one names no value; through JSON, for thousands of rows at once."""
    names = contract.column_names
    found = [[_text(row.get(name)) for name in names] for row in rows]
    cells = ", ".join(
        f"CAST(json_extract_string(r.value, '$[{place}]') AS {column.type.duckdb})"
        for place, column in enumerate(contract.columns)
    )
    connection.execute(
        f"INSERT INTO {contract.dataset}.{contract.name} SELECT {cells} FROM json_each(?) AS r",
        [json.dumps(found)],
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def full_rows(silver: Mapping[str, Sequence[Row]]) -> dict[str, list[Row]]:
    """The rows of every source, with None for the columns that a row does not name."""
    return {
        source.table: [
            {name: row.get(name) for name, _ in source.columns}
            for row in silver.get(source.table, ())
        ]
        for source in SOURCES
    }


def sample() -> World:
    """The sample that `make run` publishes, with the audit of its files."""
    bronze = read_bronze(ROOT / "sample_data/raw")
    found, silver = figures(bronze), state(bronze)
    world = World(silver)
    for table, files in bronze.items():
        counts = [found[file.path] for file in files]
        world.load_audit.append(
            {
                "TableName": table,
                "FilesRead": len(files),
                "FilesReused": 0,
                "RecordsRead": sum(each.records for each in counts),
                "Accepted": sum(each.accepted for each in counts),
                "Rejected": sum(each.rejected for each in counts),
                "Duplicates": sum(each.duplicates for each in counts),
                "ConflictingDuplicates": sum(each.conflicting_duplicates for each in counts),
                "MissingReferences": 0,
                "RowsInTable": len(silver[table]),
            }
        )
        world.load_files += [_file(table, file.path, found[file.path]) for file in files]
        world.load_reasons += [row for file in files for row in _reasons(table, file)]
    return world


def _file(table: str, path: str, figure: Any) -> Row:
    return {
        "TableName": table,
        "Path": path,
        "Bytes": 1,
        "Records": figure.records,
        "Accepted": figure.accepted,
        "Rejected": figure.rejected,
        "Duplicates": figure.duplicates,
        "Outcome": "read",
    }


def _reasons(table: str, file: Any) -> list[Row]:
    counted = Counter(reason for _, reasons in file.rejected for reason in reasons)
    rows = []
    for reason, records in counted.items():
        column, _, word = reason.partition(":")
        cause = {"ColumnName": column, "Reason": word, "Action": "rejected", "Records": records}
        rows.append({"TableName": table, "Path": file.path, **cause})
    return rows


def at(text: str) -> dt.datetime:
    """A wall clock, for example `2025-03-01 17:00`."""
    return dt.datetime.fromisoformat(text)


def in_store(number: int, when: str, amount: str, store: int = 1, customer: int = 1) -> Row:
    """One in-store order."""
    return {
        "TransactionID": number,
        "CustomerID": customer,
        "StoreID": store,
        "DateTime": at(when),
        "Amount": Decimal(amount),
    }


def online(number: int, when: str, amount: str, product: int = 1, customer: int = 1) -> Row:
    """One online order that counts."""
    return {
        "OrderID": number,
        "CustomerID": customer,
        "ProductID": product,
        "DateTime": at(when),
        "Amount": Decimal(amount),
        "Status": "Completed",
    }


def interaction(number: int, agent: int, status: str = "Resolved") -> Row:
    """One service interaction."""
    return {
        "InteractionID": number,
        "CustomerID": 1,
        "AgentID": agent,
        "DateTime": at("2025-03-01 10:00"),
        "ResolutionStatus": status,
    }


def single_month() -> World:
    """One store, one customer and one agent in the first week of March 2025."""
    orders = [in_store(n, f"2025-03-{n:02} 17:00", f"{n}.50") for n in range(1, 8)]
    people = {
        "Customers": [{"CustomerID": 1, "Name": "Ann"}],
        "Stores": [{"StoreID": 1, "Location": "Oslo"}],
        "Agents": [{"AgentID": 1, "Name": "Bo", "Department": "Sales", "Shift": "Day"}],
    }
    service = [interaction(n, 1) for n in range(4)]
    counts = {"RecordsRead": 7, "Accepted": 7, "Rejected": 0, "Duplicates": 0, "RowsInTable": 7}
    return World(
        {**people, "InStoreTransactions": orders, "CustomerServiceInteractions": service},
        load_audit=[{"TableName": "InStoreTransactions", "MissingReferences": 0, **counts}],
    )


def refused(message: str) -> Row:
    """The audit of a run after the published one, which was refused."""
    later = {"RunID": "r20260101T000000-00000001", "Layer": "silver", "TableName": "Customers"}
    later |= {"Status": "REFUSED", "Message": message}
    return later | {"StartedAt": STARTED.replace(year=2026), "FinishedAt": FINISHED.replace(2026)}
