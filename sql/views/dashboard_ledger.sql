-- What became of the records of each table in the published run.
-- Rendered by `c360 sql` from dashboards/measures.yaml and the contracts; do not edit it by hand.
-- To create it: bq query --use_legacy_sql=false < sql/views/dashboard_ledger.sql

CREATE OR REPLACE VIEW `customer360_dashboard`.`dashboard_ledger` (
  `RunID` OPTIONS(description="The run that wrote this row."),
  `BatchID` OPTIONS(description="The batch of that run; NULL when it stopped before it had one."),
  `Layer` OPTIONS(description="silver or gold."),
  `TableName` OPTIONS(description="The table, as the registry or the contract names it."),
  `Status` OPTIONS(description="SUCCESS, FAILED (a part outside) or REFUSED (the data)."),
  `FilesRead` OPTIONS(description="Files of the state that this run cleaned."),
  `FilesReused` OPTIONS(description="Files of the state that an earlier run cleaned."),
  `RecordsRead` OPTIONS(description="Records in the files of the state."),
  `Accepted` OPTIONS(description="Records that are rows of the state."),
  `Rejected` OPTIONS(description="Records in quarantine."),
  `Duplicates` OPTIONS(description="Records that lost against a newer one of their key."),
  `ConflictingDuplicates` OPTIONS(description="Duplicates that differ from the row that survived."),
  `MissingReferences` OPTIONS(
    description="References of the state that name no row; rows are kept."
  ),
  `RowsInserted` OPTIONS(description="Rows that the publication added."),
  `RowsUpdated` OPTIONS(description="Rows that the publication rewrote."),
  `RowsDeleted` OPTIONS(description="Rows that the publication removed."),
  `RowsInTable` OPTIONS(description="Rows of the table after the publication."),
  `AmountSum` OPTIONS(description="Sum of the table's control column, if any."),
  `AsOf` OPTIONS(description="The day on which gold stands."),
  `RuleVersion` OPTIONS(description="Hash of the policy that gold was made with."),
  `AppVersion` OPTIONS(description="Version of c360."),
  `SparkVersion` OPTIONS(description="Version of Spark; NULL when none was started."),
  `StartedAt` OPTIONS(description="When the run started."),
  `FinishedAt` OPTIONS(description="When the run wrote its audit."),
  `Message` OPTIONS(description="Why a run failed or was refused, or what to know.")
)
OPTIONS(
  description="What became of the records of each table in the published run.",
  labels=[('app', 'c360')]
)
AS
SELECT
  `RunID`,
  `BatchID`,
  `Layer`,
  `TableName`,
  `Status`,
  `FilesRead`,
  `FilesReused`,
  `RecordsRead`,
  `Accepted`,
  `Rejected`,
  `Duplicates`,
  `ConflictingDuplicates`,
  `MissingReferences`,
  `RowsInserted`,
  `RowsUpdated`,
  `RowsDeleted`,
  `RowsInTable`,
  `AmountSum`,
  `AsOf`,
  `RuleVersion`,
  `AppVersion`,
  `SparkVersion`,
  `StartedAt`,
  `FinishedAt`,
  `Message`
FROM `customer360_audit`.`LoadAudit`
WHERE `RunID` IN (SELECT `RunID` FROM `customer360_audit`.`Publication`);
