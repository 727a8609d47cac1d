-- One row per physical store.
-- Rendered by `c360 sql` from the registry and the contracts; do not edit it by hand.
-- `c360` sends these texts itself. @names are query parameters, RUN_ID is the id of a run.

-- The table.
CREATE TABLE IF NOT EXISTS `customer360_silver`.`Stores` (
  `StoreID` INT64 NOT NULL OPTIONS(description="Number of the store."),
  `Location` STRING OPTIONS(description="Place of the store. Several stores may share one."),
  `Manager` STRING OPTIONS(description="Full name of the store's manager."),
  `OpenHours` STRING OPTIONS(description="Opening hours as free text, for example 9am-9pm."),
  `FileID` STRING NOT NULL OPTIONS(description="The silver batch that the row came with."),
  `SourceFile` STRING NOT NULL OPTIONS(
    description="Path of the source file below the bronze root."
  ),
  PRIMARY KEY (`StoreID`) NOT ENFORCED
)
OPTIONS(description="One row per physical store.", labels=[('app', 'c360')]);

-- What a run stages: one row a key.
CREATE TABLE IF NOT EXISTS `customer360_staging`.`Stores__RUN_ID` (
  `StoreID` INT64,
  `Location` STRING,
  `Manager` STRING,
  `OpenHours` STRING,
  `FileID` STRING,
  `SourceFile` STRING
);

-- Files that share keys are staged apart, and one row a key is kept.
INSERT INTO `customer360_staging`.`Stores__RUN_ID` (
  `StoreID`, `Location`, `Manager`, `OpenHours`, `FileID`, `SourceFile`
)
SELECT `StoreID`, `Location`, `Manager`, `OpenHours`, `FileID`, `SourceFile`
FROM (
  SELECT
    `StoreID`,
    `Location`,
    `Manager`,
    `OpenHours`,
    `FileID`,
    `SourceFile`,
    ROW_NUMBER() OVER (
      PARTITION BY `StoreID`
      ORDER BY
        `SourceFile` DESC NULLS LAST,
        `StoreID` DESC NULLS LAST,
        `Location` DESC NULLS LAST,
        `Manager` DESC NULLS LAST,
        `OpenHours` DESC NULLS LAST
    ) AS `c360_rank`
  FROM `customer360_staging`.`Stores__RUN_ID__all`
)
WHERE `c360_rank` = 1;

-- What is staged is compared with the ledger.
SELECT
  0 AS `Position`,
  COUNT(*) AS `RowCount`,
  ROUND(CAST(NULL AS NUMERIC), 9) AS `ControlSum`,
  [COUNTIF(`StoreID` IS NULL),
  COUNTIF(`FileID` IS NULL),
  COUNTIF(`SourceFile` IS NULL)] AS `Missing`,
  (
    SELECT COUNT(*)
    FROM (
      SELECT `StoreID`
      FROM `customer360_staging`.`Stores__RUN_ID`
      GROUP BY `StoreID`
      HAVING COUNT(*) > 1
    ) AS D
  ) AS `DuplicateKeys`
FROM `customer360_staging`.`Stores__RUN_ID`;

-- A staged key with two rows stops the run.
SELECT `StoreID`, COUNT(*) OVER () AS `DuplicateKeys`
FROM `customer360_staging`.`Stores__RUN_ID`
GROUP BY `StoreID`
HAVING COUNT(*) > 1
ORDER BY `StoreID`
LIMIT 5;

-- In the transaction: where published rows share a key, remove them.
IF EXISTS (
  SELECT `StoreID` FROM `customer360_silver`.`Stores` GROUP BY `StoreID` HAVING COUNT(*) > 1
) THEN
  DELETE FROM `customer360_silver`.`Stores` AS T
  WHERE EXISTS (
    SELECT 1
    FROM (
      SELECT `StoreID` FROM `customer360_silver`.`Stores` GROUP BY `StoreID` HAVING COUNT(*) > 1
    ) AS D
    WHERE D.`StoreID` = T.`StoreID`
  );
END IF;

-- In the transaction: the audit row, with counts of what comes next.
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
  CAST(@RunID AS STRING),
  CAST(@BatchID AS STRING),
  CAST(@Layer AS STRING),
  CAST(@TableName AS STRING),
  CAST(@Status AS STRING),
  CAST(@FilesRead AS INT64),
  CAST(@FilesReused AS INT64),
  CAST(@RecordsRead AS INT64),
  CAST(@Accepted AS INT64),
  CAST(@Rejected AS INT64),
  CAST(@Duplicates AS INT64),
  CAST(@ConflictingDuplicates AS INT64),
  CAST(@MissingReferences AS INT64),
  COUNTIF(S.`StoreID` IS NOT NULL AND T.`StoreID` IS NULL),
  COUNTIF(
    S.`StoreID` IS NOT NULL
    AND T.`StoreID` IS NOT NULL
    AND (
      T.`Location` IS DISTINCT FROM S.`Location`
      OR T.`Manager` IS DISTINCT FROM S.`Manager`
      OR T.`OpenHours` IS DISTINCT FROM S.`OpenHours`
      OR T.`FileID` IS DISTINCT FROM S.`FileID`
      OR T.`SourceFile` IS DISTINCT FROM S.`SourceFile`
    )
  ),
  COUNTIF(S.`StoreID` IS NULL),
  COUNTIF(S.`StoreID` IS NOT NULL),
  ROUND(CAST(@AmountSum AS NUMERIC), 9),
  CAST(@AsOf AS DATE),
  CAST(@RuleVersion AS STRING),
  CAST(@AppVersion AS STRING),
  CAST(@SparkVersion AS STRING),
  CAST(@StartedAt AS TIMESTAMP),
  CAST(@FinishedAt AS TIMESTAMP),
  CAST(@Message AS STRING)
FROM `customer360_silver`.`Stores` AS T
FULL OUTER JOIN `customer360_staging`.`Stores__RUN_ID` AS S
ON T.`StoreID` = S.`StoreID`;

-- In the transaction: make the table equal to what is staged.
MERGE INTO `customer360_silver`.`Stores` AS T
USING `customer360_staging`.`Stores__RUN_ID` AS S
ON T.`StoreID` = S.`StoreID`
WHEN MATCHED
  AND (
    T.`Location` IS DISTINCT FROM S.`Location`
    OR T.`Manager` IS DISTINCT FROM S.`Manager`
    OR T.`OpenHours` IS DISTINCT FROM S.`OpenHours`
    OR T.`FileID` IS DISTINCT FROM S.`FileID`
    OR T.`SourceFile` IS DISTINCT FROM S.`SourceFile`
  )
THEN UPDATE
SET
  `Location` = S.`Location`,
  `Manager` = S.`Manager`,
  `OpenHours` = S.`OpenHours`,
  `FileID` = S.`FileID`,
  `SourceFile` = S.`SourceFile`
WHEN NOT MATCHED
THEN INSERT (`StoreID`, `Location`, `Manager`, `OpenHours`, `FileID`, `SourceFile`)
VALUES (S.`StoreID`, S.`Location`, S.`Manager`, S.`OpenHours`, S.`FileID`, S.`SourceFile`)
WHEN NOT MATCHED BY SOURCE
THEN DELETE;

-- Afterwards: read back, the head beside it.
SELECT 0 AS `Position`, F.`RowCount`, F.`ControlSum`, H.`Epoch`, H.`BatchID`, H.`RunID`
FROM (
  SELECT COUNT(*) AS `RowCount`, ROUND(CAST(NULL AS NUMERIC), 9) AS `ControlSum`
  FROM `customer360_silver`.`Stores`
) AS F
CROSS JOIN `customer360_audit`.`Publication` AS H;
