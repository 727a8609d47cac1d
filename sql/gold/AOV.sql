-- Average order value: one row per period, dimension and channel on which at least one order,
-- counted or excluded, falls.
-- Rendered by `c360 sql` from the registry and the contracts; do not edit it by hand.
-- `c360` sends these texts itself. @names are query parameters, RUN_ID is the id of a run.

-- The table.
CREATE TABLE IF NOT EXISTS `customer360_gold`.`AOV` (
  `PeriodGrain` STRING NOT NULL OPTIONS(
    description="ALL (everything up to the as-of date) or MONTH (one calendar month)."
  ),
  `PeriodStart` DATE NOT NULL OPTIONS(
    description="First day of the month; 1900-01-01 where PeriodGrain is ALL."
  ),
  `DimensionType` STRING NOT NULL OPTIONS(
    description="PRODUCT, CATEGORY, LOCATION, CHANNEL or TOTAL. Each type splits all orders once: filter on one type before adding rows up."
  ),
  `DimensionKey` STRING NOT NULL OPTIONS(
    description="ProductID, Category, the store's Location, the channel, or ALL for TOTAL. In-store orders have IN_STORE_UNATTRIBUTED as product and category, online orders ONLINE as location; UNKNOWN stands for a product, category, store or location that is not known."
  ),
  `DimensionName` STRING OPTIONS(
    description="The product's Name for PRODUCT (names repeat: group by DimensionKey), else DimensionKey."
  ),
  `Channel` STRING NOT NULL OPTIONS(description="Online or InStore; All on TOTAL rows only."),
  `OrderCount` INT64 OPTIONS(description="Counted orders; 0 when all were excluded."),
  `GrossAmount` NUMERIC(22,2) OPTIONS(
    description="Sum of the counted orders' Amount, in the policy's currency."
  ),
  `AverageOrderValue` NUMERIC(22,2) OPTIONS(
    description="GrossAmount / OrderCount, rounded half up once; NULL when OrderCount is 0. Do not average this column: divide the sums."
  ),
  `ExcludedOrders` INT64 OPTIONS(
    description="Online orders whose status does not count (or is missing)."
  ),
  `ExcludedAmount` NUMERIC(22,2) OPTIONS(description="Sum of the excluded orders' Amount."),
  `BatchID` STRING NOT NULL OPTIONS(
    description="The publication that wrote the row; the same on every row of every gold table."
  ),
  `RuleVersion` STRING NOT NULL OPTIONS(
    description="Hash of the policy section of the registry that the row was calculated with."
  ),
  PRIMARY KEY (
    `PeriodGrain`, `PeriodStart`, `DimensionType`, `DimensionKey`, `Channel`
  ) NOT ENFORCED
)
OPTIONS(
  description="Average order value: one row per period, dimension and channel on which at least one order, counted or excluded, falls.",
  labels=[('app', 'c360')]
);

-- What a run stages: one row a key.
CREATE TABLE IF NOT EXISTS `customer360_staging`.`AOV__RUN_ID` (
  `PeriodGrain` STRING,
  `PeriodStart` DATE,
  `DimensionType` STRING,
  `DimensionKey` STRING,
  `DimensionName` STRING,
  `Channel` STRING,
  `OrderCount` INT64,
  `GrossAmount` NUMERIC(22,2),
  `AverageOrderValue` NUMERIC(22,2),
  `ExcludedOrders` INT64,
  `ExcludedAmount` NUMERIC(22,2),
  `BatchID` STRING,
  `RuleVersion` STRING
);

-- What is staged is compared with the ledger.
SELECT
  0 AS `Position`,
  COUNT(*) AS `RowCount`,
  ROUND(
    CAST(COALESCE(SUM(ROUND(CAST(`GrossAmount` AS NUMERIC), 9)), 0) AS NUMERIC), 9
  ) AS `ControlSum`,
  [COUNTIF(`PeriodGrain` IS NULL),
  COUNTIF(`PeriodStart` IS NULL),
  COUNTIF(`DimensionType` IS NULL),
  COUNTIF(`DimensionKey` IS NULL),
  COUNTIF(`Channel` IS NULL),
  COUNTIF(`BatchID` IS NULL),
  COUNTIF(`RuleVersion` IS NULL)] AS `Missing`,
  (
    SELECT COUNT(*)
    FROM (
      SELECT `PeriodGrain`, `PeriodStart`, `DimensionType`, `DimensionKey`, `Channel`
      FROM `customer360_staging`.`AOV__RUN_ID`
      GROUP BY `PeriodGrain`, `PeriodStart`, `DimensionType`, `DimensionKey`, `Channel`
      HAVING COUNT(*) > 1
    ) AS D
  ) AS `DuplicateKeys`
FROM `customer360_staging`.`AOV__RUN_ID`;

-- A staged key with two rows stops the run.
SELECT
  `PeriodGrain`,
  `PeriodStart`,
  `DimensionType`,
  `DimensionKey`,
  `Channel`,
  COUNT(*) OVER () AS `DuplicateKeys`
FROM `customer360_staging`.`AOV__RUN_ID`
GROUP BY `PeriodGrain`, `PeriodStart`, `DimensionType`, `DimensionKey`, `Channel`
HAVING COUNT(*) > 1
ORDER BY `PeriodGrain`, `PeriodStart`, `DimensionType`, `DimensionKey`, `Channel`
LIMIT 5;

-- In the transaction: where published rows share a key, remove them.
IF EXISTS (
  SELECT `PeriodGrain`, `PeriodStart`, `DimensionType`, `DimensionKey`, `Channel`
  FROM `customer360_gold`.`AOV`
  GROUP BY `PeriodGrain`, `PeriodStart`, `DimensionType`, `DimensionKey`, `Channel`
  HAVING COUNT(*) > 1
) THEN
  DELETE FROM `customer360_gold`.`AOV` AS T
  WHERE EXISTS (
    SELECT 1
    FROM (
      SELECT `PeriodGrain`, `PeriodStart`, `DimensionType`, `DimensionKey`, `Channel`
      FROM `customer360_gold`.`AOV`
      GROUP BY `PeriodGrain`, `PeriodStart`, `DimensionType`, `DimensionKey`, `Channel`
      HAVING COUNT(*) > 1
    ) AS D
    WHERE
      D.`PeriodGrain` = T.`PeriodGrain`
      AND D.`PeriodStart` = T.`PeriodStart`
      AND D.`DimensionType` = T.`DimensionType`
      AND D.`DimensionKey` = T.`DimensionKey`
      AND D.`Channel` = T.`Channel`
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
  COUNTIF(S.`PeriodGrain` IS NOT NULL AND T.`PeriodGrain` IS NULL),
  COUNTIF(S.`PeriodGrain` IS NOT NULL AND T.`PeriodGrain` IS NOT NULL),
  COUNTIF(S.`PeriodGrain` IS NULL),
  COUNTIF(S.`PeriodGrain` IS NOT NULL),
  ROUND(CAST(@AmountSum AS NUMERIC), 9),
  CAST(@AsOf AS DATE),
  CAST(@RuleVersion AS STRING),
  CAST(@AppVersion AS STRING),
  CAST(@SparkVersion AS STRING),
  CAST(@StartedAt AS TIMESTAMP),
  CAST(@FinishedAt AS TIMESTAMP),
  CAST(@Message AS STRING)
FROM `customer360_gold`.`AOV` AS T
FULL OUTER JOIN `customer360_staging`.`AOV__RUN_ID` AS S
ON
  T.`PeriodGrain` = S.`PeriodGrain`
  AND T.`PeriodStart` = S.`PeriodStart`
  AND T.`DimensionType` = S.`DimensionType`
  AND T.`DimensionKey` = S.`DimensionKey`
  AND T.`Channel` = S.`Channel`;

-- In the transaction: make the table equal to what is staged.
MERGE INTO `customer360_gold`.`AOV` AS T
USING `customer360_staging`.`AOV__RUN_ID` AS S
ON
  T.`PeriodGrain` = S.`PeriodGrain`
  AND T.`PeriodStart` = S.`PeriodStart`
  AND T.`DimensionType` = S.`DimensionType`
  AND T.`DimensionKey` = S.`DimensionKey`
  AND T.`Channel` = S.`Channel`
WHEN MATCHED
THEN UPDATE
SET
  `DimensionName` = S.`DimensionName`,
  `OrderCount` = S.`OrderCount`,
  `GrossAmount` = S.`GrossAmount`,
  `AverageOrderValue` = S.`AverageOrderValue`,
  `ExcludedOrders` = S.`ExcludedOrders`,
  `ExcludedAmount` = S.`ExcludedAmount`,
  `BatchID` = S.`BatchID`,
  `RuleVersion` = S.`RuleVersion`
WHEN NOT MATCHED
THEN INSERT (
  `PeriodGrain`,
  `PeriodStart`,
  `DimensionType`,
  `DimensionKey`,
  `DimensionName`,
  `Channel`,
  `OrderCount`,
  `GrossAmount`,
  `AverageOrderValue`,
  `ExcludedOrders`,
  `ExcludedAmount`,
  `BatchID`,
  `RuleVersion`
)
VALUES (
  S.`PeriodGrain`,
  S.`PeriodStart`,
  S.`DimensionType`,
  S.`DimensionKey`,
  S.`DimensionName`,
  S.`Channel`,
  S.`OrderCount`,
  S.`GrossAmount`,
  S.`AverageOrderValue`,
  S.`ExcludedOrders`,
  S.`ExcludedAmount`,
  S.`BatchID`,
  S.`RuleVersion`
)
WHEN NOT MATCHED BY SOURCE
THEN DELETE;

-- Afterwards: read back, the head beside it.
SELECT 0 AS `Position`, F.`RowCount`, F.`ControlSum`, H.`Epoch`, H.`BatchID`, H.`RunID`
FROM (
  SELECT
    COUNT(*) AS `RowCount`,
    ROUND(
      CAST(COALESCE(SUM(ROUND(CAST(`GrossAmount` AS NUMERIC), 9)), 0) AS NUMERIC), 9
    ) AS `ControlSum`
  FROM `customer360_gold`.`AOV`
) AS F
CROSS JOIN `customer360_audit`.`Publication` AS H;
