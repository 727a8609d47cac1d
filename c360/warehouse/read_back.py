"""Compares what is published with the audit of the run that published it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from c360.audit import LoadAuditRow
from c360.contracts.model import TableContract
from c360.warehouse.figures import Figures, differences
from c360.warehouse.protocol import Head, ReadBack
from c360.warehouse.sql import TableRef, published
from c360.warehouse.transaction import LAYERS


def compared(
    head: Head,
    audit: Iterable[LoadAuditRow],
    found: Mapping[TableRef, Figures],
    contracts: Sequence[TableContract],
) -> ReadBack:
    """The head, and a sentence for each table that is not as the audit has it.

    Args:
        head: what is published.
        audit: the rows of the head's run.
        found: the figures of each published table that there is.
        contracts: the tables that are compared.
    """
    said: list[str] = []
    rows = {(row.layer, row.table_name): row for row in audit if row.status == "SUCCESS"}
    for contract in contracts:
        table, row = published(contract), rows.get((LAYERS[contract.dataset], contract.name))
        if row is None or table not in found:
            said.append(f"{table}: {'no table' if row else 'no audit row of the published run'}")
            continue
        source = f"the audit of run {head.run_id}"
        expected = Figures(row.rows_in_table, row.amount_sum)
        said += differences(table, source, expected, found[table], contract.control_sum)
    return ReadBack(head, tuple(said))
