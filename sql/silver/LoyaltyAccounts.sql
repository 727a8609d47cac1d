-- One row per loyalty account. A customer may have several, of several tiers.
-- Rendered by `c360 sql` from the registry and the contracts; do not edit it by hand.
-- `c360` sends these texts itself. @names are query parameters, RUN_ID is the id of a run.

-- The table.
CREATE TABLE IF NOT EXISTS `customer360_silver`.`LoyaltyAccounts` (
  `LoyaltyID` INT64 NOT NULL OPTIONS(description="Number of the account."),
  `CustomerID` INT64 OPTIONS(description="Whose it is. Refers to Customers.CustomerID."),
  `PointsEarned` INT64 OPTIONS(
    description="Points as the account states them. The ledger's sum never agrees with them."
  ),
  `TierLevel` STRING OPTIONS(description="Tier of the account. The policy ranks the tiers."),
  `JoinDate` DATE OPTIONS(description="When the account was opened."),
  `FileID` STRING NOT NULL OPTIONS(description="The silver batch that the row came with."),
  `SourceFile` STRING NOT NULL OPTIONS(
    description="Path of the source file below the bronze root."
  ),
  PRIMARY KEY (`LoyaltyID`) NOT ENFORCED
)
OPTIONS(
  description="One row per loyalty account. A customer may have several, of several tiers.",
  labels=[('app', 'c360')]
);

-- What a run stages: one row a key.
CREATE TABLE IF NOT EXISTS `customer360_staging`.`LoyaltyAccounts__RUN_ID` (
  `LoyaltyID` INT64,
  `CustomerID` INT64,
  `PointsEarned` INT64,
  `TierLevel` STRING,
  `JoinDate` DATE,
  `FileID` STRING,
  `SourceFile` STRING
);

-- Files that share keys are staged apart, and one row a key is kept.
INSERT INTO `customer360_staging`.`LoyaltyAccounts__RUN_ID` (
  `LoyaltyID`, `CustomerID`, `PointsEarned`, `TierLevel`, `JoinDate`, `FileID`, `SourceFile`
)
SELECT `LoyaltyID`, `CustomerID`, `PointsEarned`, `TierLevel`, `JoinDate`, `FileID`, `SourceFile`
FROM (
  SELECT
    `LoyaltyID`,
    `CustomerID`,
    `PointsEarned`,
    `TierLevel`,
    `JoinDate`,
    `FileID`,
    `SourceFile`,
    ROW_NUMBER() OVER (
      PARTITION BY `LoyaltyID`
      ORDER BY
        `SourceFile` DESC NULLS LAST,
        `LoyaltyID` DESC NULLS LAST,
        `CustomerID` DESC NULLS LAST,
        `PointsEarned` DESC NULLS LAST,
        `TierLevel` DESC NULLS LAST,
        `JoinDate` DESC NULLS LAST
    ) AS `c360_rank`
  FROM `customer360_staging`.`LoyaltyAccounts__RUN_ID__all`
)
WHERE `c360_rank` = 1;

-- What is staged is compared with the ledger.
SELECT
  0 AS `Position`,
  COUNT(*) AS `RowCount`,
  ROUND(
    CAST(COALESCE(SUM(ROUND(CAST(`PointsEarned` AS NUMERIC), 9)), 0) AS NUMERIC), 9
  ) AS `ControlSum`,
  [COUNTIF(`LoyaltyID` IS NULL),
  COUNTIF(`FileID` IS NULL),
  COUNTIF(`SourceFile` IS NULL)] AS `Missing`,
  (
    SELECT COUNT(*)
    FROM (
      SELECT `LoyaltyID`
      FROM `customer360_staging`.`LoyaltyAccounts__RUN_ID`
      GROUP BY `LoyaltyID`
      HAVING COUNT(*) > 1
    ) AS D
  ) AS `DuplicateKeys`
FROM `customer360_staging`.`LoyaltyAccounts__RUN_ID`;

-- A staged key with two rows stops the run.
SELECT `LoyaltyID`, COUNT(*) OVER () AS `DuplicateKeys`
FROM `customer360_staging`.`LoyaltyAccounts__RUN_ID`
GROUP BY `LoyaltyID`
HAVING COUNT(*) > 1
ORDER BY `LoyaltyID`
LIMIT 5;

-- In the transaction: where published rows share a key, remove them.
IF EXISTS (
  SELECT `LoyaltyID`
  FROM `customer360_silver`.`LoyaltyAccounts`
  GROUP BY `LoyaltyID`
  HAVING COUNT(*) > 1
) THEN
  DELETE FROM `customer360_silver`.`LoyaltyAccounts` AS T
  WHERE EXISTS (
    SELECT 1
    FROM (
      SELECT `LoyaltyID`
      FROM `customer360_silver`.`LoyaltyAccounts`
      GROUP BY `LoyaltyID`
      HAVING COUNT(*) > 1
    ) AS D
    WHERE D.`LoyaltyID` = T.`LoyaltyID`
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
  COUNTIF(S.`LoyaltyID` IS NOT NULL AND T.`LoyaltyID` IS NULL),
  COUNTIF(
    S.`LoyaltyID` IS NOT NULL
    AND T.`LoyaltyID` IS NOT NULL
    AND (
      T.`CustomerID` IS DISTINCT FROM S.`CustomerID`
      OR T.`PointsEarned` IS DISTINCT FROM S.`PointsEarned`
      OR T.`TierLevel` IS DISTINCT FROM S.`TierLevel`
      OR T.`JoinDate` IS DISTINCT FROM S.`JoinDate`
      OR T.`FileID` IS DISTINCT FROM S.`FileID`
      OR T.`SourceFile` IS DISTINCT FROM S.`SourceFile`
    )
  ),
  COUNTIF(S.`LoyaltyID` IS NULL),
  COUNTIF(S.`LoyaltyID` IS NOT NULL),
  ROUND(CAST(@AmountSum AS NUMERIC), 9),
  CAST(@AsOf AS DATE),
  CAST(@RuleVersion AS STRING),
  CAST(@AppVersion AS STRING),
  CAST(@SparkVersion AS STRING),
  CAST(@StartedAt AS TIMESTAMP),
  CAST(@FinishedAt AS TIMESTAMP),
  CAST(@Message AS STRING)
FROM `customer360_silver`.`LoyaltyAccounts` AS T
FULL OUTER JOIN `customer360_staging`.`LoyaltyAccounts__RUN_ID` AS S
ON T.`LoyaltyID` = S.`LoyaltyID`;

-- In the transaction: make the table equal to what is staged.
MERGE INTO `customer360_silver`.`LoyaltyAccounts` AS T
USING `customer360_staging`.`LoyaltyAccounts__RUN_ID` AS S
ON T.`LoyaltyID` = S.`LoyaltyID`
WHEN MATCHED
  AND (
    T.`CustomerID` IS DISTINCT FROM S.`CustomerID`
    OR T.`PointsEarned` IS DISTINCT FROM S.`PointsEarned`
    OR T.`TierLevel` IS DISTINCT FROM S.`TierLevel`
    OR T.`JoinDate` IS DISTINCT FROM S.`JoinDate`
    OR T.`FileID` IS DISTINCT FROM S.`FileID`
    OR T.`SourceFile` IS DISTINCT FROM S.`SourceFile`
  )
THEN UPDATE
SET
  `CustomerID` = S.`CustomerID`,
  `PointsEarned` = S.`PointsEarned`,
  `TierLevel` = S.`TierLevel`,
  `JoinDate` = S.`JoinDate`,
  `FileID` = S.`FileID`,
  `SourceFile` = S.`SourceFile`
WHEN NOT MATCHED
THEN INSERT (
  `LoyaltyID`, `CustomerID`, `PointsEarned`, `TierLevel`, `JoinDate`, `FileID`, `SourceFile`
)
VALUES (
  S.`LoyaltyID`,
  S.`CustomerID`,
  S.`PointsEarned`,
  S.`TierLevel`,
  S.`JoinDate`,
  S.`FileID`,
  S.`SourceFile`
)
WHEN NOT MATCHED BY SOURCE
THEN DELETE;

-- Afterwards: read back, the head beside it.
SELECT 0 AS `Position`, F.`RowCount`, F.`ControlSum`, H.`Epoch`, H.`BatchID`, H.`RunID`
FROM (
  SELECT
    COUNT(*) AS `RowCount`,
    ROUND(
      CAST(COALESCE(SUM(ROUND(CAST(`PointsEarned` AS NUMERIC), 9)), 0) AS NUMERIC), 9
    ) AS `ControlSum`
  FROM `customer360_silver`.`LoyaltyAccounts`
) AS F
CROSS JOIN `customer360_audit`.`Publication` AS H;
