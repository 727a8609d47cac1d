-- Why records were rejected or values became NULL. One row per run, file and cause.
-- Rendered by `c360 sql` from the registry and the contracts; do not edit it by hand.
-- `c360` sends these texts itself. @names are query parameters, RUN_ID is the id of a run.

-- The table.
CREATE TABLE IF NOT EXISTS `customer360_audit`.`LoadReasons` (
  `RunID` STRING NOT NULL OPTIONS(description="The run that wrote this row."),
  `BatchID` STRING OPTIONS(
    description="The batch of that run; NULL when it stopped before it had one."
  ),
  `TableName` STRING NOT NULL OPTIONS(
    description="The table, as the registry or the contract names it."
  ),
  `Path` STRING NOT NULL OPTIONS(description="Path of the source file below the bronze root."),
  `ColumnName` STRING NOT NULL OPTIONS(description="The column, or row for the record itself."),
  `Reason` STRING NOT NULL OPTIONS(
    description="What was wrong, in one word of a closed vocabulary."
  ),
  `Action` STRING NOT NULL OPTIONS(description="rejected or nulled."),
  `Records` INT64 NOT NULL OPTIONS(description="Records with this cause."),
  PRIMARY KEY (`RunID`, `TableName`, `Path`, `ColumnName`, `Reason`, `Action`) NOT ENFORCED
)
CLUSTER BY `RunID`
OPTIONS(
  description="Why records were rejected or values became NULL. One row per run, file and cause.",
  labels=[('app', 'c360')]
);

-- In the transaction: a row a cause.
INSERT INTO `customer360_audit`.`LoadReasons` (
  `RunID`, `BatchID`, `TableName`, `Path`, `ColumnName`, `Reason`, `Action`, `Records`
)
SELECT `RunID`, `BatchID`, `TableName`, `Path`, `ColumnName`, `Reason`, `Action`, `Records`
FROM `customer360_staging`.`LoadReasons__RUN_ID__audit`;
