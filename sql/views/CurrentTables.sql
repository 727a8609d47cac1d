-- What the published run did to each table: one row a table.
-- Rendered by `c360 sql` from the registry and the contracts; do not edit it by hand.
-- To create it: bq query --use_legacy_sql=false < sql/views/CurrentTables.sql

-- The view.
CREATE OR REPLACE VIEW `customer360_audit`.`CurrentTables` (
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
  `Message` OPTIONS(description="Why a run failed or was refused, or what to know."),
  `Unaccounted` OPTIONS(
    description="Records that are neither accepted, nor rejected, nor duplicates: 0, or NULL where none are counted."
  )
)
OPTIONS(
  description="What the published run did to each table: one row a table.", labels=[('app', 'c360')]
)
AS
SELECT
  A.`RunID`,
  A.`BatchID`,
  A.`Layer`,
  A.`TableName`,
  A.`Status`,
  A.`FilesRead`,
  A.`FilesReused`,
  A.`RecordsRead`,
  A.`Accepted`,
  A.`Rejected`,
  A.`Duplicates`,
  A.`ConflictingDuplicates`,
  A.`MissingReferences`,
  A.`RowsInserted`,
  A.`RowsUpdated`,
  A.`RowsDeleted`,
  A.`RowsInTable`,
  A.`AmountSum`,
  A.`AsOf`,
  A.`RuleVersion`,
  A.`AppVersion`,
  A.`SparkVersion`,
  A.`StartedAt`,
  A.`FinishedAt`,
  A.`Message`,
  A.`RecordsRead` - A.`Accepted` - A.`Rejected` - A.`Duplicates` AS `Unaccounted`
FROM `customer360_audit`.`LoadAudit` AS A
JOIN `customer360_audit`.`Publication` AS P
ON P.`RunID` = A.`RunID`;
