-- One row per purchase in a store. The source has no status, so every row counts.
-- Rendered by `c360 sql` from the registry and the contracts; do not edit it by hand.
-- `c360` sends these texts itself. @names are query parameters, RUN_ID is the id of a run.

-- The table.
CREATE TABLE IF NOT EXISTS `customer360_silver`.`InStoreTransactions` (
  `TransactionID` INT64 NOT NULL OPTIONS(
    description="Number of the purchase. Overlaps with OrderID."
  ),
  `CustomerID` INT64 OPTIONS(
    description="Who bought. Absent or unknown customers are booked on UNKNOWN in gold. Refers to Customers.CustomerID."
  ),
  `StoreID` INT64 OPTIONS(description="Where it was bought. Refers to Stores.StoreID."),
  `DateTime` DATETIME NOT NULL OPTIONS(description="When it was bought, wall clock of the source."),
  `Amount` NUMERIC(12,2) NOT NULL OPTIONS(
    description="What the purchase is worth, in the currency of the policy."
  ),
  `PaymentMethod` STRING OPTIONS(description="How it was paid, for example Cash."),
  `FileID` STRING NOT NULL OPTIONS(description="The silver batch that the row came with."),
  `SourceFile` STRING NOT NULL OPTIONS(
    description="Path of the source file below the bronze root."
  ),
  PRIMARY KEY (`TransactionID`) NOT ENFORCED
)
PARTITION BY DATETIME_TRUNC(`DateTime`, MONTH)
CLUSTER BY `CustomerID`, `StoreID`
OPTIONS(
  description="One row per purchase in a store. The source has no status, so every row counts.",
  labels=[('app', 'c360')]
);

-- What a run stages: one row a key.
CREATE TABLE IF NOT EXISTS `customer360_staging`.`InStoreTransactions__RUN_ID` (
  `TransactionID` INT64,
  `CustomerID` INT64,
  `StoreID` INT64,
  `DateTime` DATETIME,
  `Amount` NUMERIC(12,2),
  `PaymentMethod` STRING,
  `FileID` STRING,
  `SourceFile` STRING
);

-- Files that share keys are staged apart, and one row a key is kept.
INSERT INTO `customer360_staging`.`InStoreTransactions__RUN_ID` (
  `TransactionID`,
  `CustomerID`,
  `StoreID`,
  `DateTime`,
  `Amount`,
  `PaymentMethod`,
  `FileID`,
  `SourceFile`
)
SELECT
  `TransactionID`,
  `CustomerID`,
  `StoreID`,
  `DateTime`,
  `Amount`,
  `PaymentMethod`,
  `FileID`,
  `SourceFile`
FROM (
  SELECT
    `TransactionID`,
    `CustomerID`,
    `StoreID`,
    `DateTime`,
    `Amount`,
    `PaymentMethod`,
    `FileID`,
    `SourceFile`,
    ROW_NUMBER() OVER (
      PARTITION BY `TransactionID`
      ORDER BY
        `DateTime` DESC NULLS LAST,
        `SourceFile` DESC NULLS LAST,
        `TransactionID` DESC NULLS LAST,
        `CustomerID` DESC NULLS LAST,
        `StoreID` DESC NULLS LAST,
        `Amount` DESC NULLS LAST,
        `PaymentMethod` DESC NULLS LAST
    ) AS `c360_rank`
  FROM `customer360_staging`.`InStoreTransactions__RUN_ID__all`
)
WHERE `c360_rank` = 1;

-- What is staged is compared with the ledger.
SELECT
  0 AS `Position`,
  COUNT(*) AS `RowCount`,
  ROUND(CAST(COALESCE(SUM(ROUND(CAST(`Amount` AS NUMERIC), 9)), 0) AS NUMERIC), 9) AS `ControlSum`,
  [COUNTIF(`TransactionID` IS NULL),
  COUNTIF(`DateTime` IS NULL),
  COUNTIF(`Amount` IS NULL),
  COUNTIF(`FileID` IS NULL),
  COUNTIF(`SourceFile` IS NULL)] AS `Missing`,
  (
    SELECT COUNT(*)
    FROM (
      SELECT `TransactionID`
      FROM `customer360_staging`.`InStoreTransactions__RUN_ID`
      GROUP BY `TransactionID`
      HAVING COUNT(*) > 1
    ) AS D
  ) AS `DuplicateKeys`
FROM `customer360_staging`.`InStoreTransactions__RUN_ID`;

-- A staged key with two rows stops the run.
SELECT `TransactionID`, COUNT(*) OVER () AS `DuplicateKeys`
FROM `customer360_staging`.`InStoreTransactions__RUN_ID`
GROUP BY `TransactionID`
HAVING COUNT(*) > 1
ORDER BY `TransactionID`
LIMIT 5;

-- In the transaction: where published rows share a key, remove them.
IF EXISTS (
  SELECT `TransactionID`
  FROM `customer360_silver`.`InStoreTransactions`
  GROUP BY `TransactionID`
  HAVING COUNT(*) > 1
) THEN
  DELETE FROM `customer360_silver`.`InStoreTransactions` AS T
  WHERE EXISTS (
    SELECT 1
    FROM (
      SELECT `TransactionID`
      FROM `customer360_silver`.`InStoreTransactions`
      GROUP BY `TransactionID`
      HAVING COUNT(*) > 1
    ) AS D
    WHERE D.`TransactionID` = T.`TransactionID`
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
  COUNTIF(S.`TransactionID` IS NOT NULL AND T.`TransactionID` IS NULL),
  COUNTIF(
    S.`TransactionID` IS NOT NULL
    AND T.`TransactionID` IS NOT NULL
    AND (
      T.`CustomerID` IS DISTINCT FROM S.`CustomerID`
      OR T.`StoreID` IS DISTINCT FROM S.`StoreID`
      OR T.`DateTime` IS DISTINCT FROM S.`DateTime`
      OR T.`Amount` IS DISTINCT FROM S.`Amount`
      OR T.`PaymentMethod` IS DISTINCT FROM S.`PaymentMethod`
      OR T.`FileID` IS DISTINCT FROM S.`FileID`
      OR T.`SourceFile` IS DISTINCT FROM S.`SourceFile`
    )
  ),
  COUNTIF(S.`TransactionID` IS NULL),
  COUNTIF(S.`TransactionID` IS NOT NULL),
  ROUND(CAST(@AmountSum AS NUMERIC), 9),
  CAST(@AsOf AS DATE),
  CAST(@RuleVersion AS STRING),
  CAST(@AppVersion AS STRING),
  CAST(@SparkVersion AS STRING),
  CAST(@StartedAt AS TIMESTAMP),
  CAST(@FinishedAt AS TIMESTAMP),
  CAST(@Message AS STRING)
FROM `customer360_silver`.`InStoreTransactions` AS T
FULL OUTER JOIN `customer360_staging`.`InStoreTransactions__RUN_ID` AS S
ON T.`TransactionID` = S.`TransactionID`;

-- In the transaction: make the table equal to what is staged.
MERGE INTO `customer360_silver`.`InStoreTransactions` AS T
USING `customer360_staging`.`InStoreTransactions__RUN_ID` AS S
ON T.`TransactionID` = S.`TransactionID`
WHEN MATCHED
  AND (
    T.`CustomerID` IS DISTINCT FROM S.`CustomerID`
    OR T.`StoreID` IS DISTINCT FROM S.`StoreID`
    OR T.`DateTime` IS DISTINCT FROM S.`DateTime`
    OR T.`Amount` IS DISTINCT FROM S.`Amount`
    OR T.`PaymentMethod` IS DISTINCT FROM S.`PaymentMethod`
    OR T.`FileID` IS DISTINCT FROM S.`FileID`
    OR T.`SourceFile` IS DISTINCT FROM S.`SourceFile`
  )
THEN UPDATE
SET
  `CustomerID` = S.`CustomerID`,
  `StoreID` = S.`StoreID`,
  `DateTime` = S.`DateTime`,
  `Amount` = S.`Amount`,
  `PaymentMethod` = S.`PaymentMethod`,
  `FileID` = S.`FileID`,
  `SourceFile` = S.`SourceFile`
WHEN NOT MATCHED
THEN INSERT (
  `TransactionID`,
  `CustomerID`,
  `StoreID`,
  `DateTime`,
  `Amount`,
  `PaymentMethod`,
  `FileID`,
  `SourceFile`
)
VALUES (
  S.`TransactionID`,
  S.`CustomerID`,
  S.`StoreID`,
  S.`DateTime`,
  S.`Amount`,
  S.`PaymentMethod`,
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
  FROM `customer360_silver`.`InStoreTransactions`
) AS F
CROSS JOIN `customer360_audit`.`Publication` AS H;
