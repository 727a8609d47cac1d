-- What each run did. One row per run, layer and table.
-- Rendered by `c360 sql` from the registry and the contracts; do not edit it by hand.
-- `c360` sends these texts itself. @names are query parameters, RUN_ID is the id of a run.

-- The table.
CREATE TABLE IF NOT EXISTS `customer360_audit`.`LoadAudit` (
  `RunID` STRING NOT NULL OPTIONS(description="The run that wrote this row."),
  `BatchID` STRING OPTIONS(
    description="The batch of that run; NULL when it stopped before it had one."
  ),
  `Layer` STRING NOT NULL OPTIONS(description="silver or gold."),
  `TableName` STRING NOT NULL OPTIONS(
    description="The table, as the registry or the contract names it."
  ),
  `Status` STRING NOT NULL OPTIONS(
    description="SUCCESS, FAILED (a part outside) or REFUSED (the data)."
  ),
  `FilesRead` INT64 OPTIONS(description="Files of the state that this run cleaned."),
  `FilesReused` INT64 OPTIONS(description="Files of the state that an earlier run cleaned."),
  `RecordsRead` INT64 OPTIONS(description="Records in the files of the state."),
  `Accepted` INT64 OPTIONS(description="Records that are rows of the state."),
  `Rejected` INT64 OPTIONS(description="Records in quarantine."),
  `Duplicates` INT64 OPTIONS(description="Records that lost against a newer one of their key."),
  `ConflictingDuplicates` INT64 OPTIONS(
    description="Duplicates that differ from the row that survived."
  ),
  `MissingReferences` INT64 OPTIONS(
    description="References of the state that name no row; rows are kept."
  ),
  `RowsInserted` INT64 OPTIONS(description="Rows that the publication added."),
  `RowsUpdated` INT64 OPTIONS(description="Rows that the publication rewrote."),
  `RowsDeleted` INT64 OPTIONS(description="Rows that the publication removed."),
  `RowsInTable` INT64 OPTIONS(description="Rows of the table after the publication."),
  `AmountSum` NUMERIC(38,9) OPTIONS(description="Sum of the table's control column, if any."),
  `AsOf` DATE OPTIONS(description="The day on which gold stands."),
  `RuleVersion` STRING OPTIONS(description="Hash of the policy that gold was made with."),
  `AppVersion` STRING OPTIONS(description="Version of c360."),
  `SparkVersion` STRING OPTIONS(description="Version of Spark; NULL when none was started."),
  `StartedAt` TIMESTAMP OPTIONS(description="When the run started."),
  `FinishedAt` TIMESTAMP OPTIONS(description="When the run wrote its audit."),
  `Message` STRING OPTIONS(description="Why a run failed or was refused, or what to know."),
  PRIMARY KEY (`RunID`, `Layer`, `TableName`) NOT ENFORCED
)
CLUSTER BY `RunID`
OPTIONS(
  description="What each run did. One row per run, layer and table.", labels=[('app', 'c360')]
);

-- A run that failed or was refused.
INSERT INTO `customer360_audit`.`LoadAudit` (
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
)
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
FROM `customer360_staging`.`LoadAudit__RUN_ID__failure`;

-- The rows of one run.
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
WHERE `RunID` = @RunID
ORDER BY `Layer` DESC, `TableName`;

-- The last runs.
SELECT
  `RunID` AS `RunID`,
  MAX(`BatchID`) AS `BatchID`,
  MIN(`Status`) AS `Status`,
  COUNT(*) AS `Tables`,
  MAX(`AsOf`) AS `AsOf`,
  MIN(`StartedAt`) AS `StartedAt`,
  MAX(`FinishedAt`) AS `FinishedAt`,
  MAX(`Message`) AS `Message`
FROM `customer360_audit`.`LoadAudit`
GROUP BY `RunID`
ORDER BY `StartedAt` DESC NULLS LAST, `RunID` DESC
LIMIT @Limit;

-- Every table that was ever published.
SELECT DISTINCT `Layer`, `TableName`
FROM `customer360_audit`.`LoadAudit`
WHERE `Status` = 'SUCCESS'
ORDER BY `Layer`, `TableName`;
