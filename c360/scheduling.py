"""What a scheduler asks around a run: its files, its words, its publication, its news.

It works on the JSON of a run's report and on rows of LoadAudit as they are read, and imports
nothing heavier than the registry: a scheduler's machine has no part of the engine.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from c360.contracts.gold import GOLD_CONTRACTS
from c360.errors import DataRefused, WrongUse
from c360.registry.specs import Registry

Row = Mapping[str, Any]
# Exit codes that another try cannot change: the data, the options.
REFUSED = (DataRefused.exit_code, WrongUse.exit_code)
# What is published, and the audit of the run that published it: a row a table.
HEAD_AND_AUDIT = """
SELECT head.BatchID AS HeadBatchID, audit.Layer, audit.TableName, audit.Status, audit.RecordsRead,
  audit.Accepted, audit.Rejected, audit.Duplicates, audit.RowsInTable, audit.AmountSum
FROM customer360_audit.Publication AS head
JOIN customer360_audit.LoadAudit AS audit ON audit.RunID = head.RunID
"""
_SILVER_COLUMNS = ("RecordsRead", "Accepted", "Rejected", "Duplicates")


def source_prefixes(registry: Registry, folder: str) -> list[str]:
    """For each source, the literal start that the names of all its files have, below `folder`.

    One of them is empty but for the folder where a source's patterns start with a wildcard.
    """
    return [
        f"{folder.strip('/')}/{_common_start([_literal(file) for file in table.files])}"
        for table in registry.tables
    ]


def run_words(
    places: Mapping[str, str], report: str, params: Mapping[str, Any], *, only_silver: bool
) -> list[str]:
    """The words of one `c360 run`; those of another try differ in the report's address only.

    Args:
        places: addresses of `registry`, `bronze`, `silver` and `warehouse`.
        report: where the run leaves its report.
        params: `as_of` a day or None, `allow_shrink` a list of tables.
        only_silver: nothing is published.
    """
    told = ["run", *(("--only", "silver") if only_silver else ())]
    for name in ("registry", "bronze", "silver", "warehouse"):
        told += [f"--{name}", places[name]]
    told += ["--report", report, "--log-format", "json"]
    for table in params["allow_shrink"]:
        told += ["--allow-shrink", table]
    if params["as_of"]:
        told += ["--as-of", params["as_of"]]
    return told


def refusal(report: Mapping[str, Any] | None) -> str | None:
    """Why a run ended that need not be tried again; None for any other end, or no report of one."""
    if not report or report["exit_code"] not in REFUSED:
        return None
    return f"c360 exits {report['exit_code']}: {report['message']}"


def published_tables(registry: Registry) -> dict[str, str]:
    """The dataset of every table that a publication carries, by `layer.table`."""
    silver = {f"silver.{name}": f"customer360_silver.{name}" for name in registry.names}
    gold = {f"gold.{each.name}": f"{each.dataset}.{each.name}" for each in GOLD_CONTRACTS}
    return {**silver, **gold}


def publication_problems(
    report: Mapping[str, Any], audit: Sequence[Row], counts: Mapping[str, int]
) -> list[str]:
    """What speaks against this run's batch being published, whole; empty when nothing does.

    Args:
        report: of the run that published, or found its batch published.
        audit: the rows of LoadAudit of the head's run, each with the head's `HeadBatchID`.
        counts: rows in every published table now, by `layer.table`.
    """
    heads = {row["HeadBatchID"] for row in audit}
    if heads != {report["batch_id"]}:
        found = ", ".join(sorted(str(head) for head in heads)) or "none"
        return [
            f"batch {report['batch_id']} should be published and the head is batch {found}; "
            "another run published since, or the audit of the head is gone"
        ]
    rows = {f"{row['Layer']}.{row['TableName']}": row for row in audit}
    problems = [f"{name}: LoadAudit has no row" for name in counts if name not in rows]
    for name, row in sorted(rows.items()):
        problems += [f"{name}: {problem}" for problem in _row_problems(row, counts.get(name))]
    return problems


def publication_text(report: Mapping[str, Any], audit: Iterable[Row]) -> str:
    """The ledger and the gold totals of the batch of this run, for people.

    Args:
        report: of the run that published, or found its batch published.
        audit: the rows of LoadAudit of the run that published the batch.
    """
    lines = [_headline(report), *_totals(report.get("totals")), "", *_ledger(audit)]
    if warnings := report.get("warnings"):
        lines += ["", f"{len(warnings)} warnings:", *(f"  {warning}" for warning in warnings)]
    return "\n".join(lines)


def _literal(pattern: str) -> str:
    """A pattern up to its first wildcard."""
    return re.split(r"[*?]", pattern, maxsplit=1)[0]


def _common_start(texts: Iterable[str]) -> str:
    """The letters that all the texts start with."""
    columns = zip(*texts, strict=False)
    same = itertools.takewhile(lambda letters: len(set(letters)) == 1, columns)
    return "".join(letters[0] for letters in same)


def _row_problems(row: Row, count: int | None) -> list[str]:
    found = []
    if row["Status"] != "SUCCESS":
        found.append(f"its status is {row['Status']}, not SUCCESS")
    if count is not None and row["RowsInTable"] != count:
        found.append(f"has {count:,} rows and LoadAudit says {row['RowsInTable']:,}")
    if row["Layer"] == "silver":
        read, *parts = (row[name] for name in _SILVER_COLUMNS)
        if read != sum(parts):
            found.append(f"{read:,} records are not accepted + rejected + duplicate: {parts}")
    return found


def _headline(report: Mapping[str, Any]) -> str:
    batch, publisher, as_of = report["batch_id"], report["published_by"], report["as_of"]
    if report["status"] == "up_to_date":
        return f"Nothing changed: batch {batch} was published by run {publisher}, as of {as_of}."
    return f"Run {publisher} published batch {batch}, as of {as_of}."


def _totals(totals: Mapping[str, Any] | None) -> list[str]:
    if not totals:
        return []
    return [
        f"Revenue {_money(totals['revenue'])} {totals['currency']} from {totals['orders']:,} "
        f"counted orders, average order value {_money(totals['average_order_value'])}; "
        f"{totals['excluded_orders']:,} orders do not count."
    ]


def _money(text: str | None) -> str:
    return "none" if text is None else f"{Decimal(text):,.2f}"


def _ledger(audit: Iterable[Row]) -> list[str]:
    """A line a table: records of silver, then rows and control sum of each layer."""
    head = f"{'table':<28}{'records':>10}{'accepted':>10}{'rejected':>10}{'duplicate':>10}"
    lines = [f"{head}{'rows':>10}{'control sum':>16}"]
    for row in sorted(audit, key=lambda row: (row["Layer"] != "silver", row["TableName"])):
        cells = [_cell(row[name], 10) for name in (*_SILVER_COLUMNS, "RowsInTable")]
        lines.append(f"{row['TableName']:<28}{''.join(cells)}{_cell(row['AmountSum'], 16)}")
    return lines


def _cell(value: Any, width: int) -> str:
    text = "" if value is None else f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"
    return text.rjust(width)
