"""What looks unlike the last publication: rows, sums, and the shares of rejects and of UNKNOWN."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from c360.audit import LoadAuditRow
from c360.ledger import TableLedger
from c360.registry.specs import Registry, TableSpec


def drift_warnings(
    ledgers: Iterable[TableLedger], registry: Registry, published: Mapping[str, LoadAuditRow]
) -> list[str]:
    """The tables that moved further from the published run than their registry calls usual.

    Args:
        ledgers: of the states that are about to be published.
        registry: how far a table may drift.
        published: by table, the silver row that the published run has in the audit.
    """
    return [
        f"{ledger.table}: {said}; nothing is wrong if the business did so, else look at its files"
        for ledger in ledgers
        if ledger.table in published
        for said in _drifts(ledger, registry.table(ledger.table), published[ledger.table])
    ]


def _drifts(now: TableLedger, table: TableSpec, before: LoadAuditRow) -> Iterator[str]:
    rows = before.rows_in_table or 0
    if _change(now.accepted, rows) > _exact(table.max_drift):
        yield f"has {now.accepted} rows, and {rows} are published"
    mean, mean_before = _ratio(now.control_sum, now.accepted), _ratio(before.amount_sum, rows)
    if _change(mean, mean_before) > _exact(table.max_drift):
        on_average = f"{_shown(mean)} a row on average, {_shown(mean_before)} before"
        yield f"{table.control_sum} is {on_average}"
    share, share_before = (
        _ratio(now.rejected, now.records),
        _ratio(before.rejected, before.records_read),
    )
    if _distance(share, share_before) > _exact(table.max_share_drift):
        found = f"{_shown(share, 100)} are rejected, {_shown(share_before, 100)} before"
        yield f"of 100 records {found}"
    share, share_before = (
        _ratio(now.missing_references, now.accepted),
        _ratio(before.missing_references, rows),
    )
    if _distance(share, share_before) > _exact(table.max_share_drift):
        found = f"{_shown(share, 100)} unknown references, {_shown(share_before, 100)} before"
        yield f"100 rows have {found}"


def _ratio(part: Decimal | int | None, whole: int | None) -> Fraction | None:
    return Fraction(part) / whole if part is not None and whole else None


def _distance(now: Fraction | None, before: Fraction | None) -> Fraction:
    return abs(now - before) if now is not None and before is not None else Fraction(0)


def _change(now: Fraction | int | None, before: Fraction | int | None) -> Fraction:
    """The distance in shares of what was before; none from nothing."""
    return abs(Fraction(now - before, 1) / before) if now is not None and before else Fraction(0)


def _exact(share: float) -> Fraction:
    """The share as it is written in the registry."""
    return Fraction(str(share))


def _shown(ratio: Fraction | None, times: int = 1) -> str:
    return f"{float(ratio or 0) * times:,.2f}"
