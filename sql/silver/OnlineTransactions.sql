-- One row per order of the web shop, whatever became of it.
-- Rendered by `c360 sql` from the registry and the contracts; do not edit it by hand.
-- `c360` sends these texts itself. @names are query parameters, RUN_ID is the id of a run.

-- The table.
CREATE TABLE IF NOT EXISTS `customer360_silver`.`OnlineTransactions` (
  `OrderID` INT64 NOT NULL OPTIONS(description="Number of the order. Overlaps with TransactionID."),
  `CustomerID` INT64 OPTIONS(
    description="Who ordered. Absent or unknown customers are booked on UNKNOWN in gold. Refers to Customers.CustomerID."
  ),
  `ProductID` INT64 OPTIONS(
    description="What was ordered. There is no quantity in the source. Refers to Products.ProductID."
  ),
  `DateTime` DATETIME NOT NULL OPTIONS(
    description="When it was ordered, wall clock of the source."
  ),
  `PaymentMethod` STRING OPTIONS(description="How it was paid, for example Credit Card."),
  `Amount` NUMERIC(12,2) NOT NULL OPTIONS(
    description="What the order is worth, in the currency of the policy."
  ),
  `Status` STRING OPTIONS(
    description="What became of the order. The policy says which statuses count as sales."
  ),
  `FileID` STRING NOT NULL OPTIONS(description="The silver batch that the row came with."),
  `SourceFile` STRING NOT NULL OPTIONS(
    description="Path of the source file below the bronze root."
  ),
  PRIMARY KEY (`OrderID`) NOT ENFORCED
)
PARTITION BY DATETIME_TRUNC(`DateTime`, MONTH)
CLUSTER BY `CustomerID`, `ProductID`
OPTIONS(
  description="One row per order of the web shop, whatever became of it.", labels=[('app', 'c360')]
);

-- What a run stages: one row a key.
CREATE TABLE IF NOT EXISTS `customer360_staging`.`OnlineTransactions__RUN_ID` (
  `OrderID` INT64,
  `CustomerID` INT64,
  `ProductID` INT64,
  `DateTime` DATETIME,
  `PaymentMethod` STRING,
  `Amount` NUMERIC(12,2),
  `Status` STRING,
  `FileID` STRING,
  `SourceFile` STRING
);

-- Files that share keys are staged apart, and one row a key is kept.
INSERT INTO `customer360_staging`.`OnlineTransactions__RUN_ID` (
  `OrderID`,
  `CustomerID`,
  `ProductID`,
  `DateTime`,
  `PaymentMethod`,
  `Amount`,
  `Status`,
  `FileID`,
  `SourceFile`
)
SELECT
  `OrderID`,
  `CustomerID`,
  `ProductID`,
  `DateTime`,
  `PaymentMethod`,
  `Amount`,
  `Status`,
  `FileID`,
  `SourceFile`
FROM (
  SELECT
    `OrderID`,
    `CustomerID`,
    `ProductID`,
    `DateTime`,
    `PaymentMethod`,
    `Amount`,
    `Status`,
    `FileID`,
    `SourceFile`,
    ROW_NUMBER() OVER (
      PARTITION BY `OrderID`
      ORDER BY
        `DateTime` DESC NULLS LAST,
        `SourceFile` DESC NULLS LAST,
        `OrderID` DESC NULLS LAST,
        `CustomerID` DESC NULLS LAST,
        `ProductID` DESC NULLS LAST,
        `PaymentMethod` DESC NULLS LAST,
        `Amount` DESC NULLS LAST,
        `Status` DESC NULLS LAST
    ) AS `c360_rank`
  FROM `customer360_staging`.`OnlineTransactions__RUN_ID__all`
)
WHERE `c360_rank` = 1;

-- What is staged is compared with the ledger.
SELECT
  0 AS `Position`,
  COUNT(*) AS `RowCount`,
  ROUND(CAST(COALESCE(SUM(ROUND(CAST(`Amount` AS NUMERIC), 9)), 0) AS NUMERIC), 9) AS `ControlSum`,
  [COUNTIF(`OrderID` IS NULL),
  COUNTIF(`DateTime` IS NULL),
  COUNTIF(`Amount` IS NULL),
  COUNTIF(`FileID` IS NULL),
  COUNTIF(`SourceFile` IS NULL)] AS `Missing`,
  (
    SELECT COUNT(*)
    FROM (
      SELECT `OrderID`
      FROM `customer360_staging`.`OnlineTransactions__RUN_ID`
      GROUP BY `OrderID`
      HAVING COUNT(*) > 1
    ) AS D
  ) AS `DuplicateKeys`
FROM `customer360_staging`.`OnlineTransactions__RUN_ID`;

-- A staged key with two rows stops the run.
SELECT `OrderID`, COUNT(*) OVER () AS `DuplicateKeys`
FROM `customer360_staging`.`OnlineTransactions__RUN_ID`
GROUP BY `OrderID`
HAVING COUNT(*) > 1
ORDER BY `OrderID`
LIMIT 5;

-- In the transaction: where published rows share a key, remove them.
IF EXISTS (
  SELECT `OrderID`
  FROM `customer360_silver`.`OnlineTransactions`
  GROUP BY `OrderID`
  HAVING COUNT(*) > 1
) THEN
  DELETE FROM `customer360_silver`.`OnlineTransactions` AS T
  WHERE EXISTS (
    SELECT 1
    FROM (
      SELECT `OrderID`
      FROM `customer360_silver`.`OnlineTransactions`
      GROUP BY `OrderID`
      HAVING COUNT(*) > 1
    ) AS D
    WHERE D.`OrderID` = T.`OrderID`
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
  COUNTIF(S.`OrderID` IS NOT NULL AND T.`OrderID` IS NULL),
  COUNTIF(
    S.`OrderID` IS NOT NULL
    AND T.`OrderID` IS NOT NULL
    AND (
      T.`CustomerID` IS DISTINCT FROM S.`CustomerID`
      OR T.`ProductID` IS DISTINCT FROM S.`ProductID`
      OR T.`DateTime` IS DISTINCT FROM S.`DateTime`
      OR T.`PaymentMethod` IS DISTINCT FROM S.`PaymentMethod`
      OR T.`Amount` IS DISTINCT FROM S.`Amount`
      OR T.`Status` IS DISTINCT FROM S.`Status`
      OR T.`FileID` IS DISTINCT FROM S.`FileID`
      OR T.`SourceFile` IS DISTINCT FROM S.`SourceFile`
    )
  ),
  COUNTIF(S.`OrderID` IS NULL),
  COUNTIF(S.`OrderID` IS NOT NULL),
  ROUND(CAST(@AmountSum AS NUMERIC), 9),
  CAST(@AsOf AS DATE),
  CAST(@RuleVersion AS STRING),
  CAST(@AppVersion AS STRING),
  CAST(@SparkVersion AS STRING),
  CAST(@StartedAt AS TIMESTAMP),
  CAST(@FinishedAt AS TIMESTAMP),
  CAST(@Message AS STRING)
FROM `customer360_silver`.`OnlineTransactions` AS T
FULL OUTER JOIN `customer360_staging`.`OnlineTransactions__RUN_ID` AS S
ON T.`OrderID` = S.`OrderID`;

-- In the transaction: make the table equal to what is staged.
MERGE INTO `customer360_silver`.`OnlineTransactions` AS T
USING `customer360_staging`.`OnlineTransactions__RUN_ID` AS S
ON T.`OrderID` = S.`OrderID`
WHEN MATCHED
  AND (
    T.`CustomerID` IS DISTINCT FROM S.`CustomerID`
    OR T.`ProductID` IS DISTINCT FROM S.`ProductID`
    OR T.`DateTime` IS DISTINCT FROM S.`DateTime`
    OR T.`PaymentMethod` IS DISTINCT FROM S.`PaymentMethod`
    OR T.`Amount` IS DISTINCT FROM S.`Amount`
    OR T.`Status` IS DISTINCT FROM S.`Status`
    OR T.`FileID` IS DISTINCT FROM S.`FileID`
    OR T.`SourceFile` IS DISTINCT FROM S.`SourceFile`
  )
THEN UPDATE
SET
  `CustomerID` = S.`CustomerID`,
  `ProductID` = S.`ProductID`,
  `DateTime` = S.`DateTime`,
  `PaymentMethod` = S.`PaymentMethod`,
  `Amount` = S.`Amount`,
  `Status` = S.`Status`,
  `FileID` = S.`FileID`,
  `SourceFile` = S.`SourceFile`
WHEN NOT MATCHED
THEN INSERT (
  `OrderID`,
  `CustomerID`,
  `ProductID`,
  `DateTime`,
  `PaymentMethod`,
  `Amount`,
  `Status`,
  `FileID`,
  `SourceFile`
)
VALUES (
  S.`OrderID`,
  S.`CustomerID`,
  S.`ProductID`,
  S.`DateTime`,
  S.`PaymentMethod`,
  S.`Amount`,
  S.`Status`,
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
    ROUND(CAST(COALESCE(SUM(ROUND(CAST(`Amount` AS NUMERIC), 9)), 0) AS NUMERIC), 9) AS `ControlSum`
  FROM `customer360_silver`.`OnlineTransactions`
) AS F
CROSS JOIN `customer360_audit`.`Publication` AS H;
