"""Publishes the state of silver with the gold made of it, and reads back what is published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from c360.auditing import file_rows, reason_rows, success_rows
from c360.contracts.gold import GOLD_CONTRACTS
from c360.contracts.gold.aov import AOV
from c360.contracts.model import TableContract
from c360.contracts.silver import silver_contract
from c360.decimals import in_scale
from c360.errors import OtherRunPublished, OutsideFailure, listed
from c360.gold_store import GoldTable
from c360.journal import Journal
from c360.registry.specs import Registry
from c360.report import PublishedTable, Totals
from c360.silver.state import TableState, state_uris
from c360.silver.workspace import Workspace
from c360.warehouse.protocol import Head, Publication, Published, StagedTable, Warehouse
from c360.warehouse.sql import greatest

_TOTALS = """
SELECT OrderCount, GrossAmount, AverageOrderValue, ExcludedOrders
FROM customer360_gold.AOV WHERE PeriodGrain = 'ALL' AND DimensionType = 'TOTAL'
"""


def published_contracts(registry: Registry) -> tuple[TableContract, ...]:
    """Every table that a publication carries: silver in the registry's order, then gold."""
    return (*(silver_contract(table) for table in registry.tables), *GOLD_CONTRACTS)


def is_published(warehouse: Warehouse, registry: Registry, head: Head, batch_id: str) -> bool:
    """True where this batch is the published one and its tables are as its run left them."""
    if head.batch_id != batch_id:
        return False
    found = warehouse.read_back(published_contracts(registry))
    return found.head == head and not found.differences


def require_read_back(warehouse: Warehouse, outcome: Published, registry: Registry) -> None:
    """Read the published tables and compare them with the audit of their run.

    Raises:
        OtherRunPublished: another run published another batch since.
        OutsideFailure: what is read back differs from the audit of the published run.
    """
    found = warehouse.read_back(published_contracts(registry))
    if found.head.batch_id != outcome.head.batch_id:
        raise OtherRunPublished(
            f"{warehouse.name}: run {found.head.run_id} published batch {found.head.batch_id} "
            "right after this run; run again to publish what is in bronze now"
        )
    if found.differences:
        raise OutsideFailure(
            listed(
                f"{warehouse.name}: what was published does not read back; run again to repair it",
                found.differences,
            )
        )


def describe_publication(
    work: Workspace,
    journal: Journal,
    head: Head,
    states: Mapping[str, TableState],
    gold: Mapping[str, GoldTable],
) -> Publication:
    """Everything that the run publishes, with its audit."""
    stamp, finished_at = journal.stamp, dt.datetime.now(dt.UTC)
    return Publication(
        head=head,
        run_id=journal.run_id,
        batch_id=stamp.batch_id or "",
        silver=tuple(_stage_silver(work, journal, state) for state in states.values()),
        gold=tuple(_stage_gold(table) for table in gold.values()),
        load_audit=success_rows(stamp, journal.tables, gold, finished_at, journal.notes),
        load_files=file_rows(stamp, journal.files),
        load_reasons=reason_rows(stamp, journal.batches),
    )


def published_tables(outcome: Published, registry: Registry) -> tuple[PublishedTable, ...]:
    """What the publication did to each table, as its audit has it."""
    contracts = {contract.name: contract for contract in published_contracts(registry)}
    return tuple(
        PublishedTable(
            layer=row.layer,
            table=row.table_name,
            rows=row.rows_in_table or 0,
            inserted=row.rows_inserted or 0,
            updated=row.rows_updated or 0,
            deleted=row.rows_deleted or 0,
            control_column=_control_column(contracts.get(row.table_name)),
            control_sum=_in_its_scale(row.amount_sum, contracts.get(row.table_name)),
        )
        for row in outcome.load_audit
    )


def read_totals(warehouse: Warehouse, currency: str) -> Totals | None:
    """The published totals over all periods; None where no order was ever placed."""
    for row in warehouse.query(_TOTALS):
        return Totals(
            orders=row["OrderCount"],
            revenue=_scaled(row["GrossAmount"], "GrossAmount"),
            average_order_value=(
                None
                if row["AverageOrderValue"] is None
                else _scaled(row["AverageOrderValue"], "AverageOrderValue")
            ),
            excluded_orders=row["ExcludedOrders"],
            currency=currency,
        )
    return None


def read_newest(warehouse: Warehouse, registry: Registry) -> dict[str, dt.date | None]:
    """By table, the greatest published `newest_by`, of the tables that say how old they may be."""
    newest: dict[str, dt.date | None] = {}
    for table in registry.tables:
        if table.newest_by and table.max_age:
            (row,) = warehouse.query(greatest(silver_contract(table), table.newest_by, "Newest"))
            newest[table.name] = row["Newest"]
    return newest


def _control_column(contract: TableContract | None) -> str | None:
    return contract.control_sum if contract else None


def _scaled(amount: Decimal, column: str) -> Decimal:
    """An amount of AOV with all its digits: BigQuery's client drops zeros at the end."""
    return in_scale(amount, AOV.column(column).type.scale)


def _in_its_scale(total: Decimal | int | None, contract: TableContract | None) -> Decimal | None:
    """A control sum as the audit has it, in the scale of the column that was summed."""
    if total is None or contract is None or contract.control_sum is None:
        return None
    return in_scale(total, contract.column(contract.control_sum).type.scale)


def _stage_silver(work: Workspace, journal: Journal, state: TableState) -> StagedTable:
    batches = [batch for batch in journal.batches.values() if batch.table == state.table.name]
    return StagedTable(
        contract=silver_contract(state.table),
        parquet_files=state_uris(work.silver, batches),
        staged_rows=sum(batch.counts.accepted for batch in batches),
        rows=state.figures.rows,
        control_sum=state.figures.control_sum,
    )


def _stage_gold(table: GoldTable) -> StagedTable:
    return StagedTable(table.contract, table.uris, table.rows, table.rows, table.control_sum)
