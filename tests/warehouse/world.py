"""A small warehouse: two silver tables and a gold one, staged from Parquet that DuckDB writes."""

from __future__ import annotations

import datetime as dt
import itertools
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

import duckdb

from c360.audit import LoadAuditRow, LoadFilesRow, LoadReasonsRow
from c360.contracts.model import GOLD, SILVER, ColumnContract, TableContract
from c360.datatypes import BIGINT, STRING, TIMESTAMP, decimal
from c360.warehouse.protocol import Publication, StagedTable, Warehouse

_COUNTER = itertools.count()


def _column(name, data_type, nullable=True):
    return ColumnContract(name, data_type, f"The {name}.", nullable)


def _lineage():
    return (_column("FileID", STRING, False), _column("SourceFile", STRING, False))


ORDERS = TableContract(
    dataset=SILVER,
    name="Orders",
    description="Orders. One row per OrderID.",
    key=("OrderID",),
    newest_first=("DateTime", "SourceFile", "OrderID", "Status", "Amount"),
    control_sum="Amount",
    columns=(
        _column("OrderID", BIGINT, False),
        _column("DateTime", TIMESTAMP),
        _column("Status", STRING),
        _column("Amount", decimal(12, 2)),
        *_lineage(),
    ),
)
STORES = TableContract(
    dataset=SILVER,
    name="Stores",
    description="Stores. One row per StoreID.",
    key=("StoreID",),
    newest_first=("SourceFile", "StoreID", "Location"),
    columns=(_column("StoreID", BIGINT, False), _column("Location", STRING), *_lineage()),
)
TOTALS = TableContract(
    dataset=GOLD,
    name="Totals",
    description="Totals by status and city.",
    key=("Status", "City"),
    control_sum="GrossAmount",
    columns=(
        _column("Status", STRING, False),
        _column("City", STRING, False),
        _column("GrossAmount", decimal(22, 2)),
        _column("BatchID", STRING, False),
    ),
)


def order(order_id, amount="10.00", status="Completed", at="2025-01-01 10:00:00", file="a.csv"):
    when = None if at is None else dt.datetime.fromisoformat(at)
    money = None if amount is None else Decimal(amount)
    return (order_id, when, status, money, f"f-{file}", file)


def store(store_id, location="Oslo", file="s.csv"):
    return (store_id, location, f"f-{file}", file)


def total(status, amount, batch, city="Oslo"):
    return (status, city, Decimal(amount), batch)


@dataclass
class World(ABC):
    """A warehouse and a folder for what it loads; each kind of warehouse has its own world."""

    folder: Path
    warehouse: Warehouse
    type_names: ClassVar[tuple[str, str, str]]  # of a bigint, a string and a decimal, as told

    def address(self, file: Path) -> str:
        """The file as the warehouse is told of it."""
        return str(file)

    @abstractmethod
    def staging_tables(self) -> list:
        """What is staged."""

    @abstractmethod
    def columns(self, table: str) -> list[tuple[str, bool, str]]:
        """Name, nullability and description of the columns of a silver table."""

    @abstractmethod
    def tamper(self, *statements: str) -> None:
        """Change the warehouse behind c360's back."""

    def parquet(self, contract: TableContract, rows: Sequence[tuple], name: str = "part") -> str:
        """One Parquet file with the contract's columns and these rows."""
        file = self.folder / f"{name}-{next(_COUNTER)}.parquet"
        columns = ", ".join(f'"{c.name}" {c.type.duckdb}' for c in contract.columns)
        with duckdb.connect() as connection:
            connection.execute(f"CREATE TABLE t ({columns})")
            if rows:
                marks = ", ".join("?" for _ in contract.columns)
                connection.executemany(f"INSERT INTO t VALUES ({marks})", rows)
            connection.table("t").write_parquet(str(file))
        return self.address(file)

    def staged(self, contract, *files: Sequence[tuple], **ledger) -> StagedTable:
        """These files of rows; the ledger is what they hold, unless told otherwise."""
        paths = tuple(self.parquet(contract, rows, contract.name) for rows in files)
        everything = [row for rows in files for row in rows]
        index = [contract.column_names.index(name) for name in contract.key]
        state = {tuple(row[i] for i in index): row for row in everything}
        total_sum = None
        if contract.control_sum:
            at = contract.column_names.index(contract.control_sum)
            total_sum = sum((row[at] or Decimal(0) for row in state.values()), Decimal(0))
        said = {"staged_rows": len(everything), "rows": len(state), "control_sum": total_sum}
        return StagedTable(contract, paths, **(said | ledger))

    def publication(self, batch, silver, gold, head=None, run=None) -> Publication:
        run = run or f"r20260101T000000-{next(_COUNTER):08x}"
        rows = [(layer, t) for layer, ts in (("silver", silver), ("gold", gold)) for t in ts]
        return Publication(
            head=head or self.warehouse.read_head(),
            run_id=run,
            batch_id=batch,
            silver=tuple(silver),
            gold=tuple(gold),
            load_audit=tuple(self.audit_row(run, batch, layer, t) for layer, t in rows),
            load_files=(
                LoadFilesRow(
                    run_id=run, batch_id=batch, table_name="Orders", path="a.csv", outcome="read",
                    bytes=12, crc32c="00c0ffee", records=3,
                ),
            ),
            load_reasons=(
                LoadReasonsRow(
                    run_id=run, batch_id=batch, table_name="Orders", path="a.csv",
                    column_name="Amount", reason="scale", action="rejected", records=2,
                ),
            ),
        )  # fmt: skip

    def audit_row(self, run, batch, layer, table: StagedTable) -> LoadAuditRow:
        return LoadAuditRow(
            run_id=run, batch_id=batch, layer=layer, table_name=table.contract.name,
            status="SUCCESS", accepted=table.rows, as_of=dt.date(2025, 1, 31),
            started_at=dt.datetime(2025, 2, 1, 12, 30, 0, 123456, tzinfo=dt.UTC),
        )  # fmt: skip

    def batch(self, name, orders, stores=(), totals=(("Completed", "10.00"),), **more):
        """A publication of these rows; gold carries the batch."""
        gold = [total(status, amount, name) for status, amount in totals]
        return self.publication(
            name,
            [self.staged(ORDERS, orders), self.staged(STORES, stores)],
            [self.staged(TOTALS, gold)],
            **more,
        )

    def publish(self, name, orders, stores=(), **more):
        return self.warehouse.publish(self.batch(name, orders, stores, **more))

    def table(self, name, dataset=SILVER):
        """Every row of a table, sorted by its text."""
        rows = self.warehouse.query(f"SELECT * FROM `{dataset}`.`{name}`")
        return sorted((tuple(row.values()) for row in rows), key=repr)

    def contents(self):
        """All that is published, the audit included."""
        names = [(SILVER, "Orders"), (SILVER, "Stores"), (GOLD, "Totals")]
        audit = ["LoadAudit", "LoadFiles", "LoadReasons", "Publication"]
        names += [("customer360_audit", name) for name in audit]
        return {name: self.table(name, dataset) for dataset, name in names}


class Make:
    """The rows and contracts of the small warehouse, by name."""

    orders, stores, totals = ORDERS, STORES, TOTALS
    contracts = (ORDERS, STORES, TOTALS)
    order, store, total = staticmethod(order), staticmethod(store), staticmethod(total)
