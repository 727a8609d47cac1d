"""The comparison of published gold with its second calculation finds every planted difference."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from c360.contracts.gold import GOLD_CONTRACTS, gold_contract
from c360.contracts.model import ColumnContract, TableContract
from c360.errors import OtherRunPublished, OutsideFailure, WrongUse
from c360.registry.specs import Registry
from c360.verify import (
    CELLS_SHOWN,
    HIDDEN,
    TableVerification,
    check_parameters,
    check_text,
    compare_table,
    verify,
)
from c360.warehouse.comparison import value_columns
from c360.warehouse.protocol import Head
from tests.gold_check.silver import AS_OF, HEAD, POLICY, MemoryWarehouse, Silver, dataset

REGISTRY = Registry(tables=(), policy=POLICY)
TABLES = [contract.name for contract in GOLD_CONTRACTS]
CUSTOMERS, ORDERS = 14, 90
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def published() -> Silver:
    """Silver in which every gold column has a value in some row, and gold made from it."""
    silver = Silver()
    for each in range(1, CUSTOMERS + 1):
        silver.add("Customers", CustomerID=each, Name=f"N{each}", Email="e@x", Address="Road 1")
        silver.add("Products", ProductID=each, Name=f"P{each}", Category=f"C{each % 3}")
        silver.add("Stores", StoreID=each, Location=f"L{each % 4}")
        silver.add("Agents", AgentID=each, Name=f"A{each}", Department=f"D{each % 2}", Shift="Day")
        silver.add(
            "LoyaltyAccounts",
            LoyaltyID=each,
            CustomerID=each % 9 or None,
            PointsEarned=10 * each,
            TierLevel=["Gold", "Bronze", None][each % 3],
            JoinDate=f"2024-01-{each:02}",
        )
        silver.add(
            "LoyaltyTransactions", LoyaltyID=each + 2, PointsChange=each, DateTime="2025-01-03"
        )
    for each in range(ORDERS):
        at = f"2025-01-{each % 28 + 1:02} {each % 24:02}:00:00"
        silver.online(
            f"{each + 1}.37",
            at=at,
            status=["Completed", "Pending"][each % 2],
            CustomerID=each % 17,
            ProductID=each % 16,
        )
        silver.in_store(f"{2 * each + 1}.05", at=at, CustomerID=each % 13, StoreID=each % 15)
        silver.contact(
            ["Resolved", "Escalated", "Pending", "Resolved"][each % 4],
            at=at,
            CustomerID=each % 11,
            AgentID=each % 9 + 1 if each else None,
        )
    silver.publish()
    return silver


@pytest.fixture
def planted(published: Silver) -> Iterator[Silver]:
    """The same; what a test changes is undone after it."""
    published.connection.execute("BEGIN TRANSACTION")
    yield published
    published.connection.execute("ROLLBACK")


def found_in(silver: Silver, table: str) -> TableVerification:
    params = check_parameters(POLICY, AS_OF, HEAD)
    return compare_table(MemoryWarehouse(silver.connection), gold_contract(table), params)


def change(
    silver: Silver, contract: TableContract, column: str, value: str, row: int
) -> tuple[str, str]:
    """Sets `column` of the n-th row where it is not NULL; its key as it is shown, and its value."""
    table, key = dataset(contract), " || ', ' || ".join(f"'{k}=' || {k}" for k in contract.key)
    (rowid, shown, old) = silver.connection.execute(
        f"SELECT rowid, {key}, {column} FROM {table} WHERE {column} IS NOT NULL "
        f"ORDER BY rowid LIMIT 1 OFFSET {row}"
    ).fetchone()
    silver.connection.execute(f"UPDATE {table} SET {column} = {value} WHERE rowid = {rowid}")
    return shown, str(old)


def another(column: ColumnContract) -> str:
    """The nearest other value, as a SQL expression over the present one."""
    steps = {
        "string": f"{column.name} || ' '",
        "bigint": f"{column.name} + 1",
        "decimal": f"{column.name} + {Decimal(1).scaleb(-column.type.scale)}",
        "boolean": f"NOT {column.name}",
        "date": f"{column.name} + INTERVAL 1 DAY",
        "timestamp": f"{column.name} + INTERVAL 1 MICROSECOND",
    }
    return steps[column.type.name]


CELLS = [
    pytest.param(contract, column, id=f"{contract.name}.{column.name}")
    for contract in GOLD_CONTRACTS
    for column in value_columns(contract)
]


def test_gold_that_follows_from_silver_agrees_in_every_cell(published: Silver) -> None:
    verification = verify(MemoryWarehouse(published.connection), REGISTRY)
    assert verification.agrees
    assert [each.table for each in verification.tables] == TABLES
    for each in verification.tables:
        (rows,) = published.connection.execute(
            f"SELECT COUNT(*) FROM {dataset(gold_contract(each.table))}"
        ).fetchone()
        assert each.rows == rows > 0
        assert each.cells == rows * len(gold_contract(each.table).columns)
    assert verification.cells == sum(each.cells for each in verification.tables)
    assert (verification.head, verification.as_of) == (HEAD, AS_OF)


@pytest.mark.parametrize(("contract", "column"), CELLS)
def test_a_changed_cell_and_a_cell_that_became_null_are_found(
    planted: Silver, contract: TableContract, column: ColumnContract
) -> None:
    changed, emptied = (
        change(planted, contract, column.name, value, row)
        for row, value in enumerate([another(column), "NULL"])
    )
    found = found_in(planted, contract.name)
    assert (found.differing_cells, found.missing_rows, found.surplus_rows) == (2, 0, 0)
    assert {(each.key, each.column) for each in found.differences} == {
        (changed[0], column.name),
        (emptied[0], column.name),
    }
    texts = {each.key: (each.published, each.computed) for each in found.differences}
    if column.pii:
        assert set(texts.values()) == {(HIDDEN, HIDDEN)}
    else:
        assert texts[emptied[0]] == ("NULL", emptied[1])
        assert texts[changed[0]][1] == changed[1] != texts[changed[0]][0]


def test_a_difference_in_any_table_is_a_disagreement(planted: Silver) -> None:
    for contract in GOLD_CONTRACTS:
        planted.connection.execute(f"DELETE FROM {dataset(contract)} WHERE rowid = 0")
        verification = verify(MemoryWarehouse(planted.connection), REGISTRY)
        assert not verification.agrees
        assert [each.table for each in verification.tables if not each.agrees] == [contract.name]
        planted.connection.execute("ROLLBACK; BEGIN TRANSACTION")


@pytest.mark.parametrize("contract", GOLD_CONTRACTS, ids=TABLES)
def test_a_missing_row_is_found(planted: Silver, contract: TableContract) -> None:
    planted.connection.execute(f"DELETE FROM {dataset(contract)} WHERE rowid = 0")
    found = found_in(planted, contract.name)
    assert (found.missing_rows, found.surplus_rows, found.differing_cells) == (1, 0, 0)
    (difference,) = found.differences
    shown = (difference.column, difference.published, difference.computed)
    assert shown == ("row", "absent", "present")


@pytest.mark.parametrize("contract", GOLD_CONTRACTS, ids=TABLES)
def test_a_doubled_row_is_a_surplus_row(planted: Silver, contract: TableContract) -> None:
    table = dataset(contract)
    planted.connection.execute(f"INSERT INTO {table} SELECT * FROM {table} WHERE rowid = 0")
    found = found_in(planted, contract.name)
    assert (found.missing_rows, found.surplus_rows, found.differing_cells) == (0, 1, 0)
    (difference,) = found.differences
    shown = (difference.column, difference.published, difference.computed)
    assert shown == ("row", "present", "absent")


@pytest.mark.parametrize("contract", GOLD_CONTRACTS, ids=TABLES)
def test_a_row_of_another_key_is_a_surplus_row(planted: Silver, contract: TableContract) -> None:
    table, key = dataset(contract), contract.key[-1]
    other = "99" if contract.column(key).type.name == "bigint" else "'nobody'"
    planted.connection.execute(
        f"INSERT INTO {table} SELECT * REPLACE ({other} AS {key}) FROM {table} WHERE rowid = 0"
    )
    found = found_in(planted, contract.name)
    assert (found.missing_rows, found.surplus_rows, found.differing_cells) == (0, 1, 0)


def test_totals_are_exact_where_the_list_is_cut(planted: Silver) -> None:
    planted.connection.execute(
        "UPDATE customer360_gold.PeakTimes SET HourRank = HourRank + 1, DayName = 'Day'"
    )
    found = found_in(planted, "PeakTimes")
    assert found.differing_cells == 2 * 336
    assert len(found.differences) == CELLS_SHOWN
    assert found.differences[0].key == "Channel=InStore, DayOfWeek=1, HourOfDay=0"


class Listening(MemoryWarehouse):
    """Keeps every answer it gives."""

    def query(self, *arguments):
        answer = super().query(*arguments)
        self.answers = [*getattr(self, "answers", []), answer]
        return answer


def test_personal_data_is_neither_shown_nor_fetched(planted: Silver) -> None:
    planted.connection.execute(
        "UPDATE customer360_gold.Customer360 SET Name = 'Zoe', Email = 'z@z', Address = 'Lane 9'"
    )
    warehouse = Listening(planted.connection)
    (found,) = (t for t in verify(warehouse, REGISTRY).tables if t.table == "Customer360")
    assert found.differing_cells == 3 * CUSTOMERS
    seen = f"{found.differences} {warehouse.answers}"
    assert not [text for text in ("Zoe", "z@z", "Lane", "N1", "e@x", "Road") if text in seen]


def test_differing_rows_that_are_not_shown_are_not_fetched(planted: Silver) -> None:
    planted.connection.execute("UPDATE customer360_gold.PeakTimes SET DayName = 'Day'")
    warehouse = Listening(planted.connection)
    verify(warehouse, REGISTRY)
    assert max(len(answer) for answer in warehouse.answers) == CELLS_SHOWN


def test_silver_that_changed_after_publication_is_found(planted: Silver) -> None:
    planted.connection.execute(
        "UPDATE customer360_silver.InStoreTransactions SET Amount = Amount + 1 WHERE rowid = 0"
    )
    verification = verify(MemoryWarehouse(planted.connection), REGISTRY)
    assert not verification.agrees
    assert {each.table for each in verification.tables if not each.agrees} >= {"AOV", "PeakTimes"}


def test_facts_are_cut_at_the_as_of_date_of_the_audit(published: Silver) -> None:
    warehouse = MemoryWarehouse(published.connection)
    earlier = dt.date(2025, 1, 20)
    warehouse.audit = (dataclasses.replace(warehouse.audit[0], as_of=earlier),)
    verification = verify(warehouse, REGISTRY)
    assert verification.as_of == earlier
    assert not verification.agrees


def test_the_check_texts_are_read_from_a_zip_too(tmp_path: Path) -> None:
    archive = shutil.make_archive(str(tmp_path / "c360"), "zip", ROOT, "c360")
    program = "import c360.verify as v; print(v.__file__); print(v.check_text('AOV'))"
    result = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": archive},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.startswith(archive)
    assert result.stdout.endswith(check_text("AOV") + "\n")


def test_gold_of_no_facts_at_all_agrees() -> None:
    silver = Silver()
    silver.customers(1)
    silver.publish(as_of=None)
    warehouse = MemoryWarehouse(silver.connection)
    warehouse.audit = (dataclasses.replace(warehouse.audit[0], as_of=None),)
    assert verify(warehouse, REGISTRY).agrees


def test_a_warehouse_without_a_publication_is_wrong_use(published: Silver) -> None:
    warehouse = MemoryWarehouse(published.connection, heads=[Head()])
    with pytest.raises(WrongUse, match=r"memory: nothing is published yet.*Next: c360 run"):
        verify(warehouse, REGISTRY)


def test_a_policy_unlike_the_published_one_is_wrong_use(published: Silver) -> None:
    other = Registry(tables=(), policy=dataclasses.replace(POLICY, rule_version="rules-2"))
    with pytest.raises(WrongUse) as caught:
        verify(MemoryWarehouse(published.connection), other)
    for words in ("run-1", "rules-1", "rules-2", "Next:", "c360 run"):
        assert words in str(caught.value)


def test_a_head_without_its_audit_is_a_failure_outside(published: Silver) -> None:
    warehouse = MemoryWarehouse(published.connection)
    warehouse.audit = (dataclasses.replace(warehouse.audit[0], layer="silver"),)
    with pytest.raises(OutsideFailure, match=r"LoadAudit has no gold row of run run-1.*Next:"):
        verify(warehouse, REGISTRY)


def test_a_publication_during_the_comparison_is_noticed(published: Silver) -> None:
    warehouse = MemoryWarehouse(published.connection, heads=[HEAD, Head(2, "batch-2", "run-2")])
    with pytest.raises(OtherRunPublished, match="run-2 published batch batch-2"):
        verify(warehouse, REGISTRY)
