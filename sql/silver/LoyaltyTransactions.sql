-- One row per entry of the loyalty ledger.
-- Rendered by `c360 sql` from the registry and the contracts; do not edit it by hand.
-- `c360` sends these texts itself. @names are query parameters, RUN_ID is the id of a run.

-- The table.
CREATE TABLE IF NOT EXISTS `customer360_silver`.`LoyaltyTransactions` (
  `RowKey` STRING NOT NULL OPTIONS(
    description="32 hex digits of SHA-256 over the row's columns and its occurrence number in its file."
  ),
  `LoyaltyID` INT64 NOT NULL OPTIONS(
    description="Account that the entry belongs to. Refers to LoyaltyAccounts.LoyaltyID."
  ),
  `DateTime` DATETIME NOT NULL OPTIONS(description="When it was booked, wall clock of the source."),
  `PointsChange` INT64 OPTIONS(description="Points added, or taken away where negative."),
  `Reason` STRING OPTIONS(description="Why, for example Purchase or Redemption."),
  `FileID` STRING NOT NULL OPTIONS(description="The silver batch that the row came with."),
  `SourceFile` STRING NOT NULL OPTIONS(
    description="Path of the source file below the bronze root."
  ),
  PRIMARY KEY (`RowKey`) NOT ENFORCED
)
PARTITION BY DATETIME_TRUNC(`DateTime`, MONTH)
CLUSTER BY `LoyaltyID`
OPTIONS(description="One row per entry of the loyalty ledger.", labels=[('app', 'c360')]);

-- What a run stages: one row a key.
CREATE TABLE IF NOT EXISTS `customer360_staging`.`LoyaltyTransactions__RUN_ID` (
  `RowKey` STRING,
  `LoyaltyID` INT64,
  `DateTime` DATETIME,
  `PointsChange` INT64,
  `Reason` STRING,
  `FileID` STRING,
  `SourceFile` STRING
);

-- Files that share keys are staged apart, and one row a key is kept.
INSERT INTO `customer360_staging`.`LoyaltyTransactions__RUN_ID` (
  `RowKey`, `LoyaltyID`, `DateTime`, `PointsChange`, `Reason`, `FileID`, `SourceFile`
)
SELECT `RowKey`, `LoyaltyID`, `DateTime`, `PointsChange`, `Reason`, `FileID`, `SourceFile`
FROM (
  SELECT
    `RowKey`,
    `LoyaltyID`,
    `DateTime`,
    `PointsChange`,
    `Reason`,
    `FileID`,
    `SourceFile`,
    ROW_NUMBER() OVER (
      PARTITION BY `RowKey`
      ORDER BY
        `SourceFile` DESC NULLS LAST,
        `LoyaltyID` DESC NULLS LAST,
        `DateTime` DESC NULLS LAST,
        `PointsChange` DESC NULLS LAST,
        `Reason` DESC NULLS LAST
    ) AS `c360_rank`
  FROM `customer360_staging`.`LoyaltyTransactions__RUN_ID__all`
)
WHERE `c360_rank` = 1;

-- What is staged is compared with the ledger.
SELECT
  0 AS `Position`,
  COUNT(*) AS `RowCount`,
  ROUND(
    CAST(COALESCE(SUM(ROUND(CAST(`PointsChange` AS NUMERIC), 9)), 0) AS NUMERIC), 9
  ) AS `ControlSum`,
  [COUNTIF(`RowKey` IS NULL),
  COUNTIF(`LoyaltyID` IS NULL),
  COUNTIF(`DateTime` IS NULL),
  COUNTIF(`FileID` IS NULL),
  COUNTIF(`SourceFile` IS NULL)] AS `Missing`,
  (
    SELECT COUNT(*)
    FROM (
      SELECT `RowKey`
      FROM `customer360_staging`.`LoyaltyTransactions__RUN_ID`
      GROUP BY `RowKey`
      HAVING COUNT(*) > 1
    ) AS D
  ) AS `DuplicateKeys`
FROM `customer360_staging`.`LoyaltyTransactions__RUN_ID`;

-- A staged key with two rows stops the run.
SELECT `RowKey`, COUNT(*) OVER () AS `DuplicateKeys`
FROM `customer360_staging`.`LoyaltyTransactions__RUN_ID`
GROUP BY `RowKey`
HAVING COUNT(*) > 1
ORDER BY `RowKey`
LIMIT 5;

-- In the transaction: where published rows share a key, remove them.
IF EXISTS (
  SELECT `RowKey`
  FROM `customer360_silver`.`LoyaltyTransactions`
  GROUP BY `RowKey`
  HAVING COUNT(*) > 1
) THEN
  DELETE FROM `customer360_silver`.`LoyaltyTransactions` AS T
  WHERE EXISTS (
    SELECT 1
    FROM (
      SELECT `RowKey`
      FROM `customer360_silver`.`LoyaltyTransactions`
      GROUP BY `RowKey`
      HAVING COUNT(*) > 1
    ) AS D
    WHERE D.`RowKey` = T.`RowKey`
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
  COUNTIF(S.`RowKey` IS NOT NULL AND T.`RowKey` IS NULL),
  COUNTIF(
    S.`RowKey` IS NOT NULL
    AND T.`RowKey` IS NOT NULL
    AND (
      T.`LoyaltyID` IS DISTINCT FROM S.`LoyaltyID`
      OR T.`DateTime` IS DISTINCT FROM S.`DateTime`
      OR T.`PointsChange` IS DISTINCT FROM S.`PointsChange`
      OR T.`Reason` IS DISTINCT FROM S.`Reason`
      OR T.`FileID` IS DISTINCT FROM S.`FileID`
      OR T.`SourceFile` IS DISTINCT FROM S.`SourceFile`
    )
  ),
  COUNTIF(S.`RowKey` IS NULL),
  COUNTIF(S.`RowKey` IS NOT NULL),
  ROUND(CAST(@AmountSum AS NUMERIC), 9),
  CAST(@AsOf AS DATE),
  CAST(@RuleVersion AS STRING),
  CAST(@AppVersion AS STRING),
  CAST(@SparkVersion AS STRING),
  CAST(@StartedAt AS TIMESTAMP),
  CAST(@FinishedAt AS TIMESTAMP),
  CAST(@Message AS STRING)
FROM `customer360_silver`.`LoyaltyTransactions` AS T
FULL OUTER JOIN `customer360_staging`.`LoyaltyTransactions__RUN_ID` AS S
ON T.`RowKey` = S.`RowKey`;

-- In the transaction: make the table equal to what is staged.
MERGE INTO `customer360_silver`.`LoyaltyTransactions` AS T
USING `customer360_staging`.`LoyaltyTransactions__RUN_ID` AS S
ON T.`RowKey` = S.`RowKey`
WHEN MATCHED
  AND (
    T.`LoyaltyID` IS DISTINCT FROM S.`LoyaltyID`
    OR T.`DateTime` IS DISTINCT FROM S.`DateTime`
    OR T.`PointsChange` IS DISTINCT FROM S.`PointsChange`
    OR T.`Reason` IS DISTINCT FROM S.`Reason`
    OR T.`FileID` IS DISTINCT FROM S.`FileID`
    OR T.`SourceFile` IS DISTINCT FROM S.`SourceFile`
  )
THEN UPDATE
SET
  `LoyaltyID` = S.`LoyaltyID`,
  `DateTime` = S.`DateTime`,
  `PointsChange` = S.`PointsChange`,
  `Reason` = S.`Reason`,
  `FileID` = S.`FileID`,
  `SourceFile` = S.`SourceFile`
WHEN NOT MATCHED
THEN INSERT (`RowKey`, `LoyaltyID`, `DateTime`, `PointsChange`, `Reason`, `FileID`, `SourceFile`)
VALUES (
  S.`RowKey`, S.`LoyaltyID`, S.`DateTime`, S.`PointsChange`, S.`Reason`, S.`FileID`, S.`SourceFile`
)
WHEN NOT MATCHED BY SOURCE
THEN DELETE;

-- Afterwards: read back, the head beside it.
SELECT 0 AS `Position`, F.`RowCount`, F.`ControlSum`, H.`Epoch`, H.`BatchID`, H.`RunID`
FROM (
  SELECT
    COUNT(*) AS `RowCount`,
    ROUND(
      CAST(COALESCE(SUM(ROUND(CAST(`PointsChange` AS NUMERIC), 9)), 0) AS NUMERIC), 9
    ) AS `ControlSum`
  FROM `customer360_silver`.`LoyaltyTransactions`
) AS F
CROSS JOIN `customer360_audit`.`Publication` AS H;
