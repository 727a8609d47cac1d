-- One row per product that can be ordered online.
-- Rendered by `c360 sql` from the registry and the contracts; do not edit it by hand.
-- `c360` sends these texts itself. @names are query parameters, RUN_ID is the id of a run.

-- The table.
CREATE TABLE IF NOT EXISTS `customer360_silver`.`Products` (
  `ProductID` INT64 NOT NULL OPTIONS(description="Number of the product."),
  `Name` STRING OPTIONS(description="Name of the product. Names repeat; the number tells apart."),
  `Category` STRING OPTIONS(description="Group of products that AOV is reported by."),
  `Price` NUMERIC(12,2) OPTIONS(
    description="List price. Not what was paid, which is the Amount of an order."
  ),
  `FileID` STRING NOT NULL OPTIONS(description="The silver batch that the row came with."),
  `SourceFile` STRING NOT NULL OPTIONS(
    description="Path of the source file below the bronze root."
  ),
  PRIMARY KEY (`ProductID`) NOT ENFORCED
)
OPTIONS(description="One row per product that can be ordered online.", labels=[('app', 'c360')]);

-- What a run stages: one row a key.
CREATE TABLE IF NOT EXISTS `customer360_staging`.`Products__RUN_ID` (
  `ProductID` INT64,
  `Name` STRING,
  `Category` STRING,
  `Price` NUMERIC(12,2),
  `FileID` STRING,
  `SourceFile` STRING
);

-- Files that share keys are staged apart, and one row a key is kept.
INSERT INTO `customer360_staging`.`Products__RUN_ID` (
  `ProductID`, `Name`, `Category`, `Price`, `FileID`, `SourceFile`
)
SELECT `ProductID`, `Name`, `Category`, `Price`, `FileID`, `SourceFile`
FROM (
  SELECT
    `ProductID`,
    `Name`,
    `Category`,
    `Price`,
    `FileID`,
    `SourceFile`,
    ROW_NUMBER() OVER (
      PARTITION BY `ProductID`
      ORDER BY
        `SourceFile` DESC NULLS LAST,
        `ProductID` DESC NULLS LAST,
        `Name` DESC NULLS LAST,
        `Category` DESC NULLS LAST,
        `Price` DESC NULLS LAST
    ) AS `c360_rank`
  FROM `customer360_staging`.`Products__RUN_ID__all`
)
WHERE `c360_rank` = 1;

-- What is staged is compared with the ledger.
SELECT
  0 AS `Position`,
  COUNT(*) AS `RowCount`,
  ROUND(CAST(COALESCE(SUM(ROUND(CAST(`Price` AS NUMERIC), 9)), 0) AS NUMERIC), 9) AS `ControlSum`,
  [COUNTIF(`ProductID` IS NULL),
  COUNTIF(`FileID` IS NULL),
  COUNTIF(`SourceFile` IS NULL)] AS `Missing`,
  (
    SELECT COUNT(*)
    FROM (
      SELECT `ProductID`
      FROM `customer360_staging`.`Products__RUN_ID`
      GROUP BY `ProductID`
      HAVING COUNT(*) > 1
    ) AS D
  ) AS `DuplicateKeys`
FROM `customer360_staging`.`Products__RUN_ID`;

-- A staged key with two rows stops the run.
SELECT `ProductID`, COUNT(*) OVER () AS `DuplicateKeys`
FROM `customer360_staging`.`Products__RUN_ID`
GROUP BY `ProductID`
HAVING COUNT(*) > 1
ORDER BY `ProductID`
LIMIT 5;

-- In the transaction: where published rows share a key, remove them.
IF EXISTS (
  SELECT `ProductID` FROM `customer360_silver`.`Products` GROUP BY `ProductID` HAVING COUNT(*) > 1
) THEN
  DELETE FROM `customer360_silver`.`Products` AS T
  WHERE EXISTS (
    SELECT 1
    FROM (
      SELECT `ProductID`
      FROM `customer360_silver`.`Products`
      GROUP BY `ProductID`
      HAVING COUNT(*) > 1
    ) AS D
    WHERE D.`ProductID` = T.`ProductID`
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
  COUNTIF(S.`ProductID` IS NOT NULL AND T.`ProductID` IS NULL),
  COUNTIF(
    S.`ProductID` IS NOT NULL
    AND T.`ProductID` IS NOT NULL
    AND (
      T.`Name` IS DISTINCT FROM S.`Name`
      OR T.`Category` IS DISTINCT FROM S.`Category`
      OR T.`Price` IS DISTINCT FROM S.`Price`
      OR T.`FileID` IS DISTINCT FROM S.`FileID`
      OR T.`SourceFile` IS DISTINCT FROM S.`SourceFile`
    )
  ),
  COUNTIF(S.`ProductID` IS NULL),
  COUNTIF(S.`ProductID` IS NOT NULL),
  ROUND(CAST(@AmountSum AS NUMERIC), 9),
  CAST(@AsOf AS DATE),
  CAST(@RuleVersion AS STRING),
  CAST(@AppVersion AS STRING),
  CAST(@SparkVersion AS STRING),
  CAST(@StartedAt AS TIMESTAMP),
  CAST(@FinishedAt AS TIMESTAMP),
  CAST(@Message AS STRING)
FROM `customer360_silver`.`Products` AS T
FULL OUTER JOIN `customer360_staging`.`Products__RUN_ID` AS S
ON T.`ProductID` = S.`ProductID`;

-- In the transaction: make the table equal to what is staged.
MERGE INTO `customer360_silver`.`Products` AS T
USING `customer360_staging`.`Products__RUN_ID` AS S
ON T.`ProductID` = S.`ProductID`
WHEN MATCHED
  AND (
    T.`Name` IS DISTINCT FROM S.`Name`
    OR T.`Category` IS DISTINCT FROM S.`Category`
    OR T.`Price` IS DISTINCT FROM S.`Price`
    OR T.`FileID` IS DISTINCT FROM S.`FileID`
    OR T.`SourceFile` IS DISTINCT FROM S.`SourceFile`
  )
THEN UPDATE
SET
  `Name` = S.`Name`,
  `Category` = S.`Category`,
  `Price` = S.`Price`,
  `FileID` = S.`FileID`,
  `SourceFile` = S.`SourceFile`
WHEN NOT MATCHED
THEN INSERT (`ProductID`, `Name`, `Category`, `Price`, `FileID`, `SourceFile`)
VALUES (S.`ProductID`, S.`Name`, S.`Category`, S.`Price`, S.`FileID`, S.`SourceFile`)
WHEN NOT MATCHED BY SOURCE
THEN DELETE;

-- Afterwards: read back, the head beside it.
SELECT 0 AS `Position`, F.`RowCount`, F.`ControlSum`, H.`Epoch`, H.`BatchID`, H.`RunID`
FROM (
  SELECT
    COUNT(*) AS `RowCount`,
    ROUND(CAST(COALESCE(SUM(ROUND(CAST(`Price` AS NUMERIC), 9)), 0) AS NUMERIC), 9) AS `ControlSum`
  FROM `customer360_silver`.`Products`
) AS F
CROSS JOIN `customer360_audit`.`Publication` AS H;
