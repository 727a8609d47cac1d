"""The one transaction of a publication, statement by statement; a backend adds begin and commit."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from c360.audit import Layer, LoadAuditRow
from c360.contracts.model import GOLD, SILVER, TableContract
from c360.warehouse import audit_sql, dml
from c360.warehouse.protocol import Publication, StagedTable
from c360.warehouse.sql import Statement, TableRef, published, staged

LAYERS: Mapping[str, Layer] = {SILVER: "silver", GOLD: "gold"}
DATASET_OF: Mapping[str, str] = {layer: dataset for dataset, layer in LAYERS.items()}
EMPTIED = "The registry has no such table any more: emptied."


@dataclass(frozen=True, slots=True)
class PublishedState:
    """What the warehouse already holds that no contract speaks of."""

    retired: Mapping[TableRef, tuple[str, ...]]  # columns that their table's contract lacks
    orphans: Sequence[TableRef] = ()  # tables that were published and have no source any more


def guard(publication: Publication) -> Statement:
    """The first statement: takes the head, or changes nothing when another run was first."""
    return audit_sql.guard(publication.head, publication.batch_id, publication.run_id)


def changes(publication: Publication, state: PublishedState) -> Iterator[Statement]:
    """All that follows the guard: each table with its audit row, then the rest of the audit."""
    yield from table_changes(publication, state)
    yield from audit_sql.insert_rows((), publication.load_files, publication.load_reasons)


def table_changes(publication: Publication, state: PublishedState) -> Iterator[Statement]:
    """Each table with its audit row; a table that has no source any more is emptied."""
    for table in publication.tables:
        retired = state.retired.get(published(table.contract), ())
        yield from _table_changes(publication, table, retired)
    for orphan in state.orphans:
        yield audit_sql.insert_emptied(_emptied_row(publication, orphan), orphan)
        yield Statement("publish.empty", dml.delete_all(orphan))


def delete_doubled(contract: TableContract) -> Statement:
    """Removes published rows that share a key, of which a normal run has none."""
    rows = dml.doubled(contract, published(contract))
    return Statement("publish.delete_doubled", dml.delete_doubled(contract), where_any=rows)


def _table_changes(
    publication: Publication, table: StagedTable, retired: tuple[str, ...]
) -> Iterator[Statement]:
    """The audit row comes before the MERGE: it counts what the MERGE is about to do."""
    contract, source = table.contract, staged(table.contract, publication.run_id)
    yield delete_doubled(contract)
    row = dataclasses.replace(
        audit_row_of(publication.load_audit, contract), amount_sum=expected_sum(table)
    )
    yield audit_sql.insert_load_audit(row, *dml.counted_changes(contract, source, retired))
    yield Statement("publish.merge", dml.merge(contract, source, retired))


def audit_row_of(rows: Sequence[LoadAuditRow], contract: TableContract) -> LoadAuditRow:
    """The row about the table of `contract`; a KeyError is a defect of the caller."""
    layer = LAYERS[contract.dataset]
    found = [row for row in rows if (row.layer, row.table_name) == (layer, contract.name)]
    if len(found) != 1:
        raise KeyError(f"{len(found)} LoadAudit rows for {published(contract)}, expected one")
    return found[0]


def expected_sum(table: StagedTable) -> Decimal | int | None:
    """What the control column sums to: 0 for no rows, None where nothing is summed."""
    return (table.control_sum or 0) if table.contract.control_sum else None


def _emptied_row(publication: Publication, table: TableRef) -> LoadAuditRow:
    template = publication.load_audit[0]
    return LoadAuditRow(
        run_id=publication.run_id,
        batch_id=publication.batch_id,
        layer=LAYERS[table.dataset],
        table_name=table.name,
        status="SUCCESS",
        as_of=template.as_of,
        rule_version=template.rule_version,
        app_version=template.app_version,
        spark_version=template.spark_version,
        started_at=template.started_at,
        finished_at=template.finished_at,
        message=EMPTIED,
    )
