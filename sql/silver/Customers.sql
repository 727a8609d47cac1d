-- One row per customer of the shop, online or in store.
-- Rendered by `c360 sql` from the registry and the contracts; do not edit it by hand.
-- `c360` sends these texts itself. @names are query parameters, RUN_ID is the id of a run.

-- The table.
CREATE TABLE IF NOT EXISTS `customer360_silver`.`Customers` (
  `CustomerID` INT64 NOT NULL OPTIONS(description="Number of the customer."),
  `Name` STRING OPTIONS(description="Full name."),
  `Email` STRING OPTIONS(description="E-mail address."),
  `Address` STRING OPTIONS(description="Postal address."),
  `FileID` STRING NOT NULL OPTIONS(description="The silver batch that the row came with."),
  `SourceFile` STRING NOT NULL OPTIONS(
    description="Path of the source file below the bronze root."
  ),
  PRIMARY KEY (`CustomerID`) NOT ENFORCED
)
OPTIONS(
  description="One row per customer of the shop, online or in store.", labels=[('app', 'c360')]
);

-- What a run stages: one row a key.
CREATE TABLE IF NOT EXISTS `customer360_staging`.`Customers__RUN_ID` (
  `CustomerID` INT64,
  `Name` STRING,
  `Email` STRING,
  `Address` STRING,
  `FileID` STRING,
  `SourceFile` STRING
);

-- Files that share keys are staged apart, and one row a key is kept.
INSERT INTO `customer360_staging`.`Customers__RUN_ID` (
  `CustomerID`, `Name`, `Email`, `Address`, `FileID`, `SourceFile`
)
SELECT `CustomerID`, `Name`, `Email`, `Address`, `FileID`, `SourceFile`
FROM (
  SELECT
    `CustomerID`,
    `Name`,
    `Email`,
    `Address`,
    `FileID`,
    `SourceFile`,
    ROW_NUMBER() OVER (
      PARTITION BY `CustomerID`
      ORDER BY
        `SourceFile` DESC NULLS LAST,
        `CustomerID` DESC NULLS LAST,
        `Name` DESC NULLS LAST,
        `Email` DESC NULLS LAST,
        `Address` DESC NULLS LAST
    ) AS `c360_rank`
  FROM `customer360_staging`.`Customers__RUN_ID__all`
)
WHERE `c360_rank` = 1;

-- What is staged is compared with the ledger.
SELECT
  0 AS `Position`,
  COUNT(*) AS `RowCount`,
  ROUND(CAST(NULL AS NUMERIC), 9) AS `ControlSum`,
  [COUNTIF(`CustomerID` IS NULL),
  COUNTIF(`FileID` IS NULL),
  COUNTIF(`SourceFile` IS NULL)] AS `Missing`,
  (
    SELECT COUNT(*)
    FROM (
      SELECT `CustomerID`
      FROM `customer360_staging`.`Customers__RUN_ID`
      GROUP BY `CustomerID`
      HAVING COUNT(*) > 1
    ) AS D
  ) AS `DuplicateKeys`
FROM `customer360_staging`.`Customers__RUN_ID`;

-- A staged key with two rows stops the run.
SELECT `CustomerID`, COUNT(*) OVER () AS `DuplicateKeys`
FROM `customer360_staging`.`Customers__RUN_ID`
GROUP BY `CustomerID`
HAVING COUNT(*) > 1
ORDER BY `CustomerID`
LIMIT 5;

-- In the transaction: where published rows share a key, remove them.
IF EXISTS (
  SELECT `CustomerID`
  FROM `customer360_silver`.`Customers`
  GROUP BY `CustomerID`
  HAVING COUNT(*) > 1
) THEN
  DELETE FROM `customer360_silver`.`Customers` AS T
  WHERE EXISTS (
    SELECT 1
    FROM (
      SELECT `CustomerID`
      FROM `customer360_silver`.`Customers`
      GROUP BY `CustomerID`
      HAVING COUNT(*) > 1
    ) AS D
    WHERE D.`CustomerID` = T.`CustomerID`
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
  COUNTIF(S.`CustomerID` IS NOT NULL AND T.`CustomerID` IS NULL),
  COUNTIF(
    S.`CustomerID` IS NOT NULL
    AND T.`CustomerID` IS NOT NULL
    AND (
      T.`Name` IS DISTINCT FROM S.`Name`
      OR T.`Email` IS DISTINCT FROM S.`Email`
      OR T.`Address` IS DISTINCT FROM S.`Address`
      OR T.`FileID` IS DISTINCT FROM S.`FileID`
      OR T.`SourceFile` IS DISTINCT FROM S.`SourceFile`
    )
  ),
  COUNTIF(S.`CustomerID` IS NULL),
  COUNTIF(S.`CustomerID` IS NOT NULL),
  ROUND(CAST(@AmountSum AS NUMERIC), 9),
  CAST(@AsOf AS DATE),
  CAST(@RuleVersion AS STRING),
  CAST(@AppVersion AS STRING),
  CAST(@SparkVersion AS STRING),
  CAST(@StartedAt AS TIMESTAMP),
  CAST(@FinishedAt AS TIMESTAMP),
  CAST(@Message AS STRING)
FROM `customer360_silver`.`Customers` AS T
FULL OUTER JOIN `customer360_staging`.`Customers__RUN_ID` AS S
ON T.`CustomerID` = S.`CustomerID`;

-- In the transaction: make the table equal to what is staged.
MERGE INTO `customer360_silver`.`Customers` AS T
USING `customer360_staging`.`Customers__RUN_ID` AS S
ON T.`CustomerID` = S.`CustomerID`
WHEN MATCHED
  AND (
    T.`Name` IS DISTINCT FROM S.`Name`
    OR T.`Email` IS DISTINCT FROM S.`Email`
    OR T.`Address` IS DISTINCT FROM S.`Address`
    OR T.`FileID` IS DISTINCT FROM S.`FileID`
    OR T.`SourceFile` IS DISTINCT FROM S.`SourceFile`
  )
THEN UPDATE
SET
  `Name` = S.`Name`,
  `Email` = S.`Email`,
  `Address` = S.`Address`,
  `FileID` = S.`FileID`,
  `SourceFile` = S.`SourceFile`
WHEN NOT MATCHED
THEN INSERT (`CustomerID`, `Name`, `Email`, `Address`, `FileID`, `SourceFile`)
VALUES (S.`CustomerID`, S.`Name`, S.`Email`, S.`Address`, S.`FileID`, S.`SourceFile`)
WHEN NOT MATCHED BY SOURCE
THEN DELETE;

-- Afterwards: read back, the head beside it.
SELECT 0 AS `Position`, F.`RowCount`, F.`ControlSum`, H.`Epoch`, H.`BatchID`, H.`RunID`
FROM (
  SELECT COUNT(*) AS `RowCount`, ROUND(CAST(NULL AS NUMERIC), 9) AS `ControlSum`
  FROM `customer360_silver`.`Customers`
) AS F
CROSS JOIN `customer360_audit`.`Publication` AS H;
