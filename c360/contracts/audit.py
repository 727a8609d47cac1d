"""The contracts of the audit: what each run did, file by file, and which run is published."""

from __future__ import annotations

from c360.contracts.model import AUDIT, ColumnContract, TableContract
from c360.datatypes import BIGINT, DATE, INSTANT, STRING, DataType, decimal

# Wide enough for the sum of any column that the audit may sum; GoogleSQL's widest NUMERIC.
CONTROL_SUM = decimal(38, 9)


def _required(name: str, data_type: DataType, description: str) -> ColumnContract:
    return ColumnContract(name, data_type, description, nullable=False)


_RUN_ID = _required("RunID", STRING, "The run that wrote this row.")
_BATCH_ID = ColumnContract(
    "BatchID", STRING, "The batch of that run; NULL when it stopped before it had one."
)
_TABLE_NAME = _required("TableName", STRING, "The table, as the registry or the contract names it.")
_PATH = _required("Path", STRING, "Path of the source file below the bronze root.")

LOAD_AUDIT = TableContract(
    dataset=AUDIT,
    name="LoadAudit",
    description="What each run did. One row per run, layer and table.",
    key=("RunID", "Layer", "TableName"),
    cluster_by=("RunID",),
    columns=(
        _RUN_ID,
        _BATCH_ID,
        _required("Layer", STRING, "silver or gold."),
        _TABLE_NAME,
        _required("Status", STRING, "SUCCESS, FAILED (a part outside) or REFUSED (the data)."),
        ColumnContract("FilesRead", BIGINT, "Files of the state that this run cleaned."),
        ColumnContract("FilesReused", BIGINT, "Files of the state that an earlier run cleaned."),
        ColumnContract("RecordsRead", BIGINT, "Records in the files of the state."),
        ColumnContract("Accepted", BIGINT, "Records that are rows of the state."),
        ColumnContract("Rejected", BIGINT, "Records in quarantine."),
        ColumnContract("Duplicates", BIGINT, "Records that lost against a newer one of their key."),
        ColumnContract(
            "ConflictingDuplicates", BIGINT, "Duplicates that differ from the row that survived."
        ),
        ColumnContract(
            "MissingReferences", BIGINT, "References of the state that name no row; rows are kept."
        ),
        ColumnContract("RowsInserted", BIGINT, "Rows that the publication added."),
        ColumnContract("RowsUpdated", BIGINT, "Rows that the publication rewrote."),
        ColumnContract("RowsDeleted", BIGINT, "Rows that the publication removed."),
        ColumnContract("RowsInTable", BIGINT, "Rows of the table after the publication."),
        ColumnContract("AmountSum", CONTROL_SUM, "Sum of the table's control column, if any."),
        ColumnContract("AsOf", DATE, "The day on which gold stands."),
        ColumnContract("RuleVersion", STRING, "Hash of the policy that gold was made with."),
        ColumnContract("AppVersion", STRING, "Version of c360."),
        ColumnContract("SparkVersion", STRING, "Version of Spark; NULL when none was started."),
        ColumnContract("StartedAt", INSTANT, "When the run started."),
        ColumnContract("FinishedAt", INSTANT, "When the run wrote its audit."),
        ColumnContract("Message", STRING, "Why a run failed or was refused, or what to know."),
    ),
)

LOAD_FILES = TableContract(
    dataset=AUDIT,
    name="LoadFiles",
    description="What became of each source file. One row per run and file.",
    key=("RunID", "TableName", "Path"),
    cluster_by=("RunID",),
    columns=(
        _RUN_ID,
        _BATCH_ID,
        _TABLE_NAME,
        _PATH,
        ColumnContract("FileID", STRING, "The silver batch that the file is cleaned into."),
        ColumnContract("Bytes", BIGINT, "Size of the file."),
        ColumnContract("Crc32c", STRING, "CRC32C of the file, eight lower-case hex digits."),
        ColumnContract("Records", BIGINT, "Records; NULL for a superseded file."),
        ColumnContract("BlankLines", BIGINT, "Lines of white space, which are no records."),
        ColumnContract("RepeatedHeaders", BIGINT, "Header lines inside the file, no records."),
        ColumnContract("Accepted", BIGINT, "Records that are rows of the table's state."),
        ColumnContract("Rejected", BIGINT, "Records in quarantine."),
        ColumnContract("Duplicates", BIGINT, "Records that lost, in this file or across files."),
        _required("Outcome", STRING, "read, reused, superseded or refused."),
        ColumnContract("Reason", STRING, "Why the file was refused or superseded."),
    ),
)

LOAD_REASONS = TableContract(
    dataset=AUDIT,
    name="LoadReasons",
    description="Why records were rejected or values became NULL. One row per run, file and cause.",
    key=("RunID", "TableName", "Path", "ColumnName", "Reason", "Action"),
    cluster_by=("RunID",),
    columns=(
        _RUN_ID,
        _BATCH_ID,
        _TABLE_NAME,
        _PATH,
        _required("ColumnName", STRING, "The column, or row for the record itself."),
        _required("Reason", STRING, "What was wrong, in one word of a closed vocabulary."),
        _required("Action", STRING, "rejected or nulled."),
        _required("Records", BIGINT, "Records with this cause."),
    ),
)

PUBLICATION = TableContract(
    dataset=AUDIT,
    name="Publication",
    description="The head: which batch is published. Always one row.",
    columns=(
        _required("Epoch", BIGINT, "Publications so far; a run publishes only on the one it saw."),
        ColumnContract("BatchID", STRING, "The published batch; NULL before the first."),
        ColumnContract("RunID", STRING, "The run that published it; NULL before the first."),
    ),
)

AUDIT_CONTRACTS = (LOAD_AUDIT, LOAD_FILES, LOAD_REASONS, PUBLICATION)
