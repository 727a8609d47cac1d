"""What a run shows when it ends: the ledger, the checks, the gold totals and what to do next."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from c360.cli.display import displayed_lines
from c360.cli.show import console, shown, table
from c360.report import RunReport

_HEADLINES = {
    "published": "published batch {batch_id}",
    "up_to_date": "batch {batch_id} is already published (by run {published_by}); nothing to do",
    "silver": "silver is up to date; nothing was published, as asked",
    "planned": "this is the plan; nothing was changed, as asked",
    "refused": "refused; nothing was published",
    "failed": "failed",
}


def show_run(report: RunReport) -> None:
    """Print a run's report on standard output."""
    out = console()
    if report.status == "planned":
        out.print(_plan(report))
    if report.tables:
        out.print(_ledger(report))
    if report.checks:
        out.print(_checks(report))
    if report.published:
        out.print(_published(report))
    _totals(out, report)
    if report.message:
        out.print(f"\n{displayed_lines(report.message)}", markup=False, soft_wrap=True)
    headline = _HEADLINES[report.status].format(
        batch_id=report.batch_id, published_by=report.published_by
    )
    as_of = f", as of {report.as_of}" if report.as_of else ""
    warned = f"; {len(report.warnings)} warnings" if report.warnings else ""
    out.print(f"\nrun {report.run_id}: {headline}{as_of}{warned}", markup=False, soft_wrap=True)
    for step in report.next_steps:
        out.print(f"  next: {step}", markup=False, soft_wrap=True)


def _plan(report: RunReport) -> Table:
    columns = ("file", "table", "bytes", "outcome", "reason")
    rows = [(file.path, file.table, file.bytes, file.outcome, file.reason) for file in report.files]
    return table("Plan", columns, rows)


def _ledger(report: RunReport) -> Table:
    columns = (
        "table", "files", "new", "records", "accepted", "rejected", "duplicate", "unknown refs",
    )  # fmt: skip
    rows = [
        (
            ledger.table,
            ledger.files_read + ledger.files_reused,
            ledger.files_read,
            ledger.records,
            ledger.accepted,
            ledger.rejected,
            ledger.duplicates,
            ledger.missing_references,
        )
        for ledger in report.tables
    ]
    sums = [sum(int(row[index]) for row in rows) for index in range(1, len(columns))]
    return table(
        "Ledger: records = accepted + rejected + duplicate", columns, [*rows, ("all", *sums)]
    )


def _checks(report: RunReport) -> Table:
    title = "Checks, made on what was written before anything was published"
    rows = [(check.name, "holds", check.meaning) for check in report.checks]
    return table(title, ("check", "", "meaning"), rows)


def _published(report: RunReport) -> Table:
    columns = ("table", "rows", "inserted", "updated", "deleted", "control sum", "of")
    rows = [
        (
            each.table,
            each.rows,
            each.inserted,
            each.updated,
            each.deleted,
            each.control_sum,
            each.control_column or "",
        )
        for each in report.published
    ]
    return table("Published in one transaction, and read back", columns, rows)


def _totals(out: Console, report: RunReport) -> None:
    totals = report.totals
    if totals is None:
        return
    average = shown(totals.average_order_value) or "none"
    out.print(
        f"revenue {shown(totals.revenue)} {totals.currency} from {shown(totals.orders)} counted "
        f"orders, average order value {average} {totals.currency}; "
        f"{shown(totals.excluded_orders)} orders do not count",
        markup=False,
        soft_wrap=True,
    )
