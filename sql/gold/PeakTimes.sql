-- Orders by channel, weekday and hour: always the whole grid of 2 x 7 x 24 = 336 rows, with zeros
-- where nothing happened.
-- Rendered by `c360 sql` from the registry and the contracts; do not edit it by hand.
-- `c360` sends these texts itself. @names are query parameters, RUN_ID is the id of a run.

-- The table.
CREATE TABLE IF NOT EXISTS `customer360_gold`.`PeakTimes` (
  `Channel` STRING NOT NULL OPTIONS(description="Online or InStore."),
  `DayOfWeek` INT64 NOT NULL OPTIONS(description="ISO weekday, 1 is Monday."),
  `DayName` STRING OPTIONS(description="The weekday in English."),
  `HourOfDay` INT64 NOT NULL OPTIONS(description="Hour 0 to 23 on the wall clock of the source."),
  `TransactionCount` INT64 OPTIONS(
    description="All orders placed in the cell, whatever their status: demand."
  ),
  `CountedCount` INT64 OPTIONS(description="Of those, the orders that count as sales."),
  `GrossAmount` NUMERIC(22,2) OPTIONS(
    description="Sum of the counted orders' Amount; 0.00 when none."
  ),
  `ObservedDays` INT64 OPTIONS(
    description="How often the weekday falls between the first and the last transaction date of both channels, both included; 0 without transactions."
  ),
  `AvgPerDay` NUMERIC(18,4) OPTIONS(
    description="TransactionCount / ObservedDays, rounded half up once; NULL when ObservedDays is 0."
  ),
  `CellRank` INT64 OPTIONS(
    description="Rank of the cell in its channel by TransactionCount; 1 is the busiest, ties share."
  ),
  `CellRankPerDay` INT64 OPTIONS(
    description="Rank of the cell in its channel by the unrounded average per day; ties share."
  ),
  `DayRank` INT64 OPTIONS(
    description="Rank of the weekday in its channel by all its transactions."
  ),
  `HourRank` INT64 OPTIONS(description="Rank of the hour in its channel by all its transactions."),
  `IsPeak` BOOL OPTIONS(description="True for the busiest cells of the channel; several may tie."),
  `BatchID` STRING NOT NULL OPTIONS(
    description="The publication that wrote the row; the same on every row of every gold table."
  ),
  `RuleVersion` STRING NOT NULL OPTIONS(
    description="Hash of the policy section of the registry that the row was calculated with."
  ),
  PRIMARY KEY (`Channel`, `DayOfWeek`, `HourOfDay`) NOT ENFORCED
)
OPTIONS(
  description="Orders by channel, weekday and hour: always the whole grid of 2 x 7 x 24 = 336 rows, with zeros where nothing happened.",
  labels=[('app', 'c360')]
);

-- What a run stages: one row a key.
CREATE TABLE IF NOT EXISTS `customer360_staging`.`PeakTimes__RUN_ID` (
  `Channel` STRING,
  `DayOfWeek` INT64,
  `DayName` STRING,
  `HourOfDay` INT64,
  `TransactionCount` INT64,
  `CountedCount` INT64,
  `GrossAmount` NUMERIC(22,2),
  `ObservedDays` INT64,
  `AvgPerDay` NUMERIC(18,4),
  `CellRank` INT64,
  `CellRankPerDay` INT64,
  `DayRank` INT64,
  `HourRank` INT64,
  `IsPeak` BOOL,
  `BatchID` STRING,
  `RuleVersion` STRING
);

-- What is staged is compared with the ledger.
SELECT
  0 AS `Position`,
  COUNT(*) AS `RowCount`,
  ROUND(
    CAST(COALESCE(SUM(ROUND(CAST(`TransactionCount` AS NUMERIC), 9)), 0) AS NUMERIC), 9
  ) AS `ControlSum`,
  [COUNTIF(`Channel` IS NULL),
  COUNTIF(`DayOfWeek` IS NULL),
  COUNTIF(`HourOfDay` IS NULL),
  COUNTIF(`BatchID` IS NULL),
  COUNTIF(`RuleVersion` IS NULL)] AS `Missing`,
  (
    SELECT COUNT(*)
    FROM (
      SELECT `Channel`, `DayOfWeek`, `HourOfDay`
      FROM `customer360_staging`.`PeakTimes__RUN_ID`
      GROUP BY `Channel`, `DayOfWeek`, `HourOfDay`
      HAVING COUNT(*) > 1
    ) AS D
  ) AS `DuplicateKeys`
FROM `customer360_staging`.`PeakTimes__RUN_ID`;

-- A staged key with two rows stops the run.
SELECT `Channel`, `DayOfWeek`, `HourOfDay`, COUNT(*) OVER () AS `DuplicateKeys`
FROM `customer360_staging`.`PeakTimes__RUN_ID`
GROUP BY `Channel`, `DayOfWeek`, `HourOfDay`
HAVING COUNT(*) > 1
ORDER BY `Channel`, `DayOfWeek`, `HourOfDay`
LIMIT 5;

-- In the transaction: where published rows share a key, remove them.
IF EXISTS (
  SELECT `Channel`, `DayOfWeek`, `HourOfDay`
  FROM `customer360_gold`.`PeakTimes`
  GROUP BY `Channel`, `DayOfWeek`, `HourOfDay`
  HAVING COUNT(*) > 1
) THEN
  DELETE FROM `customer360_gold`.`PeakTimes` AS T
  WHERE EXISTS (
    SELECT 1
    FROM (
      SELECT `Channel`, `DayOfWeek`, `HourOfDay`
      FROM `customer360_gold`.`PeakTimes`
      GROUP BY `Channel`, `DayOfWeek`, `HourOfDay`
      HAVING COUNT(*) > 1
    ) AS D
    WHERE
      D.`Channel` = T.`Channel`
      AND D.`DayOfWeek` = T.`DayOfWeek`
      AND D.`HourOfDay` = T.`HourOfDay`
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
  COUNTIF(S.`Channel` IS NOT NULL AND T.`Channel` IS NULL),
  COUNTIF(S.`Channel` IS NOT NULL AND T.`Channel` IS NOT NULL),
  COUNTIF(S.`Channel` IS NULL),
  COUNTIF(S.`Channel` IS NOT NULL),
  ROUND(CAST(@AmountSum AS NUMERIC), 9),
  CAST(@AsOf AS DATE),
  CAST(@RuleVersion AS STRING),
  CAST(@AppVersion AS STRING),
  CAST(@SparkVersion AS STRING),
  CAST(@StartedAt AS TIMESTAMP),
  CAST(@FinishedAt AS TIMESTAMP),
  CAST(@Message AS STRING)
FROM `customer360_gold`.`PeakTimes` AS T
FULL OUTER JOIN `customer360_staging`.`PeakTimes__RUN_ID` AS S
ON T.`Channel` = S.`Channel` AND T.`DayOfWeek` = S.`DayOfWeek` AND T.`HourOfDay` = S.`HourOfDay`;

-- In the transaction: make the table equal to what is staged.
MERGE INTO `customer360_gold`.`PeakTimes` AS T
USING `customer360_staging`.`PeakTimes__RUN_ID` AS S
ON T.`Channel` = S.`Channel` AND T.`DayOfWeek` = S.`DayOfWeek` AND T.`HourOfDay` = S.`HourOfDay`
WHEN MATCHED
THEN UPDATE
SET
  `DayName` = S.`DayName`,
  `TransactionCount` = S.`TransactionCount`,
  `CountedCount` = S.`CountedCount`,
  `GrossAmount` = S.`GrossAmount`,
  `ObservedDays` = S.`ObservedDays`,
  `AvgPerDay` = S.`AvgPerDay`,
  `CellRank` = S.`CellRank`,
  `CellRankPerDay` = S.`CellRankPerDay`,
  `DayRank` = S.`DayRank`,
  `HourRank` = S.`HourRank`,
  `IsPeak` = S.`IsPeak`,
  `BatchID` = S.`BatchID`,
  `RuleVersion` = S.`RuleVersion`
WHEN NOT MATCHED
THEN INSERT (
  `Channel`,
  `DayOfWeek`,
  `DayName`,
  `HourOfDay`,
  `TransactionCount`,
  `CountedCount`,
  `GrossAmount`,
  `ObservedDays`,
  `AvgPerDay`,
  `CellRank`,
  `CellRankPerDay`,
  `DayRank`,
  `HourRank`,
  `IsPeak`,
  `BatchID`,
  `RuleVersion`
)
VALUES (
  S.`Channel`,
  S.`DayOfWeek`,
  S.`DayName`,
  S.`HourOfDay`,
  S.`TransactionCount`,
  S.`CountedCount`,
  S.`GrossAmount`,
  S.`ObservedDays`,
  S.`AvgPerDay`,
  S.`CellRank`,
  S.`CellRankPerDay`,
  S.`DayRank`,
  S.`HourRank`,
  S.`IsPeak`,
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
      CAST(COALESCE(SUM(ROUND(CAST(`TransactionCount` AS NUMERIC), 9)), 0) AS NUMERIC), 9
    ) AS `ControlSum`
  FROM `customer360_gold`.`PeakTimes`
) AS F
CROSS JOIN `customer360_audit`.`Publication` AS H;
