"""Every text over the audit tables: the head and its guard, what is written and read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from c360.audit import AuditRow, LoadAuditRow, LoadFilesRow, LoadReasonsRow, Value, values_of
from c360.contracts.audit import LOAD_AUDIT, LOAD_FILES, LOAD_REASONS, PUBLICATION
from c360.contracts.model import TableContract
from c360.warehouse.protocol import Head
from c360.warehouse.sql import Param, Statement, TableRef, column_list, published, quoted

# Few statements for many files, and far from BigQuery's 10,000 parameters in one query.
ROWS_PER_INSERT = 50

READ_HEAD = (
    f"SELECT {column_list(PUBLICATION.column_names)} FROM {published(PUBLICATION).sql} "
    "ORDER BY `Epoch` DESC"
)
CREATE_HEAD = (
    f"INSERT INTO {published(PUBLICATION).sql} ({column_list(PUBLICATION.column_names)}) "
    "SELECT 0, CAST(NULL AS STRING), CAST(NULL AS STRING) FROM (SELECT 1 AS `One`) "
    f"WHERE NOT EXISTS (SELECT 1 FROM {published(PUBLICATION).sql})"
)
READ_LOAD_AUDIT = (
    f"SELECT {column_list(LOAD_AUDIT.column_names)} FROM {published(LOAD_AUDIT).sql} "
    "WHERE `RunID` = @RunID ORDER BY `Layer` DESC, `TableName`"
)
EVER_PUBLISHED = (
    f"SELECT DISTINCT `Layer`, `TableName` FROM {published(LOAD_AUDIT).sql} "
    "WHERE `Status` = 'SUCCESS' ORDER BY `Layer`, `TableName`"
)
# What is known of a run as a whole. The statuses sort from worst to best: MIN is the run's.
RUN_COLUMNS = {
    "RunID": "`RunID`",
    "BatchID": "MAX(`BatchID`)",
    "Status": "MIN(`Status`)",
    "Tables": "COUNT(*)",
    "AsOf": "MAX(`AsOf`)",
    "StartedAt": "MIN(`StartedAt`)",
    "FinishedAt": "MAX(`FinishedAt`)",
    "Message": "MAX(`Message`)",
}
RECENT_RUNS = (
    f"SELECT {', '.join(f'{text} AS {quoted(name)}' for name, text in RUN_COLUMNS.items())} "
    f"FROM {published(LOAD_AUDIT).sql} GROUP BY `RunID` "
    "ORDER BY `StartedAt` DESC NULLS LAST, `RunID` DESC LIMIT @Limit"
)
# The files of the published run, and of those that published last: clocks may differ.
FILES_OF_LAST_PUBLISHED = (
    f"SELECT DISTINCT `RunID`, `FileID` FROM {published(LOAD_FILES).sql} "
    "WHERE `RunID` = @Head OR `RunID` IN (SELECT r.`RunID` FROM ("
    f"SELECT `RunID`, MAX(`FinishedAt`) AS `Last` FROM {published(LOAD_AUDIT).sql} "
    "WHERE `Status` = 'SUCCESS' GROUP BY `RunID` ORDER BY `Last` DESC, `RunID` DESC LIMIT @Limit"
    ") AS r)"
)


def guard(head: Head, batch_id: str, run_id: str) -> Statement:
    """Takes the head if nobody published since `head` was read; else changes no row."""
    values = (head.epoch, batch_id, run_id)
    return Statement(
        "publish.guard",
        f"UPDATE {published(PUBLICATION).sql} SET `Epoch` = @Epoch + 1, `BatchID` = @BatchID, "
        "`RunID` = @RunID WHERE `Epoch` = @Epoch",
        _params(PUBLICATION, values),
    )


def require_head(head: Head, batch_id: str, run_id: str) -> Statement:
    """Fails unless `guard` took the head: one row, and it is this run's.

    It is a SELECT, for ASSERT is not among the statements that Google's documentation of
    multi-statement transactions has.
    """
    mine = " AND ".join(("`Epoch` = @Epoch + 1", "`BatchID` = @BatchID", "`RunID` = @RunID"))
    return Statement(
        "publish.guard",
        f"SELECT IF(COUNT(*) = 1 AND COUNTIF({mine}) = 1, COUNT(*), "
        "ERROR('another run has published meanwhile')) AS `Heads` "
        f"FROM {published(PUBLICATION).sql}",
        _params(PUBLICATION, (head.epoch, batch_id, run_id)),
    )


def append_staged(contract: TableContract, source: TableRef) -> Statement:
    """Writes finished rows that were staged: any number in one short statement."""
    columns = column_list(contract.column_names)
    return Statement(
        f"publish.{contract.name}",
        f"INSERT INTO {published(contract).sql} ({columns}) SELECT {columns} FROM {source.sql}",
    )


def insert_load_audit(row: LoadAuditRow, counts: dict[str, str], source: str) -> Statement:
    """Writes `row`, its counted columns taken from `counts`: expressions over `source`."""
    given = [p for p in _params(LOAD_AUDIT, values_of(row)) if p.name not in counts]
    selected = counts | {p.name: f"CAST(@{p.name} AS {p.type.bigquery})" for p in given}
    return Statement(
        "publish.LoadAudit",
        f"INSERT INTO {published(LOAD_AUDIT).sql} ({column_list(LOAD_AUDIT.column_names)}) "
        f"SELECT {', '.join(selected[name] for name in LOAD_AUDIT.column_names)} FROM {source}",
        tuple(given),
    )


def insert_emptied(row: LoadAuditRow, table: TableRef) -> Statement:
    """Writes `row` for a table that is about to be emptied; no row where it is empty already."""
    counts = {
        "RowsInserted": "0",
        "RowsUpdated": "0",
        "RowsDeleted": "COUNT(*)",
        "RowsInTable": "0",
    }
    return insert_load_audit(row, counts, f"{table.sql} HAVING COUNT(*) > 0")


def insert_rows(
    load_audit: Sequence[LoadAuditRow],
    load_files: Sequence[LoadFilesRow],
    load_reasons: Sequence[LoadReasonsRow],
) -> Iterator[Statement]:
    """Writes finished rows, many to a statement."""
    given: tuple[tuple[TableContract, Sequence[AuditRow]], ...] = (
        (LOAD_AUDIT, load_audit),
        (LOAD_FILES, load_files),
        (LOAD_REASONS, load_reasons),
    )
    for contract, rows in given:
        for start in range(0, len(rows), ROWS_PER_INSERT):
            yield _insert(contract, rows[start : start + ROWS_PER_INSERT])


def _insert(contract: TableContract, rows: Sequence[AuditRow]) -> Statement:
    numbered = [_params(contract, values_of(row), f"_{n}") for n, row in enumerate(rows)]
    tuples = ", ".join(f"({', '.join(f'@{p.name}' for p in params)})" for params in numbered)
    return Statement(
        f"publish.{contract.name}",
        f"INSERT INTO {published(contract).sql} ({column_list(contract.column_names)}) "
        f"VALUES {tuples}",
        tuple(param for params in numbered for param in params),
    )


def _params(
    contract: TableContract, values: Sequence[Value], suffix: str = ""
) -> tuple[Param, ...]:
    pairs = zip(contract.columns, values, strict=True)
    return tuple(Param(column.name + suffix, column.type, value) for column, value in pairs)
