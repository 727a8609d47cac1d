-- Spend, frequency, loyalty and segment: one row per customer, and UNKNOWN when an order, account
-- or ledger entry belongs to no known customer.
-- Rendered by `c360 sql` from the registry and the contracts; do not edit it by hand.
-- `c360` sends these texts itself. @names are query parameters, RUN_ID is the id of a run.

-- The table.
CREATE TABLE IF NOT EXISTS `customer360_gold`.`CustomerSegments` (
  `CustomerID` STRING NOT NULL OPTIONS(
    description="CustomerID as text, or UNKNOWN for all orders, accounts and ledger entries that belong to no known customer."
  ),
  `OrderCount` INT64 OPTIONS(description="Counted orders of both channels; 0 when none."),
  `OnlineOrders` INT64 OPTIONS(description="Counted online orders."),
  `InStoreOrders` INT64 OPTIONS(description="In-store orders (every one counts)."),
  `TotalSpend` NUMERIC(22,2) OPTIONS(
    description="Sum of the counted orders' Amount; 0.00 when there are none."
  ),
  `AverageOrderValue` NUMERIC(22,2) OPTIONS(
    description="TotalSpend / OrderCount, rounded half up once; NULL without a counted order."
  ),
  `FirstOrderDate` DATE OPTIONS(description="Date of the first counted order, or NULL."),
  `LastOrderDate` DATE OPTIONS(description="Date of the last counted order, or NULL."),
  `RecencyDays` INT64 OPTIONS(
    description="Days from LastOrderDate to the as-of date; NULL without a counted order and for UNKNOWN."
  ),
  `LoyaltyTier` STRING OPTIONS(
    description="Tier of the account with the highest configured rank (ties: latest JoinDate, then lowest LoyaltyID), in the configured spelling; None without an account, Unknown when that account has no tier."
  ),
  `LoyaltyAccounts` INT64 OPTIONS(description="Loyalty accounts, whatever their JoinDate."),
  `LoyaltyPoints` INT64 OPTIONS(description="Sum of PointsEarned over the accounts; 0 when none."),
  `LoyaltyLedgerNet` INT64 OPTIONS(
    description="Sum of PointsChange over the ledger of the accounts; 0 when none. It is another source than LoyaltyPoints and need not agree with it."
  ),
  `SpendTier` STRING OPTIONS(
    description="High from the 90th percentile of buyers' TotalSpend, Medium from the 50th, Low below, None without a counted order."
  ),
  `FrequencyTier` STRING OPTIONS(
    description="Frequent from the policy's frequent_from orders, Repeat from 2, One-Time for 1, None for 0."
  ),
  `Segment` STRING OPTIONS(
    description="First that fits: No Purchases, High-Value Customer, One-Time Buyer, Loyalty Champion, Regular Customer; Unknown on the row UNKNOWN."
  ),
  `SpendThreshold` NUMERIC(22,4) OPTIONS(
    description="The spend from which a buyer is a High-Value Customer, exact; the same on every row."
  ),
  `BatchID` STRING NOT NULL OPTIONS(
    description="The publication that wrote the row; the same on every row of every gold table."
  ),
  `RuleVersion` STRING NOT NULL OPTIONS(
    description="Hash of the policy section of the registry that the row was calculated with."
  ),
  PRIMARY KEY (`CustomerID`) NOT ENFORCED
)
OPTIONS(
  description="Spend, frequency, loyalty and segment: one row per customer, and UNKNOWN when an order, account or ledger entry belongs to no known customer.",
  labels=[('app', 'c360')]
);

-- What a run stages: one row a key.
CREATE TABLE IF NOT EXISTS `customer360_staging`.`CustomerSegments__RUN_ID` (
  `CustomerID` STRING,
  `OrderCount` INT64,
  `OnlineOrders` INT64,
  `InStoreOrders` INT64,
  `TotalSpend` NUMERIC(22,2),
  `AverageOrderValue` NUMERIC(22,2),
  `FirstOrderDate` DATE,
  `LastOrderDate` DATE,
  `RecencyDays` INT64,
  `LoyaltyTier` STRING,
  `LoyaltyAccounts` INT64,
  `LoyaltyPoints` INT64,
  `LoyaltyLedgerNet` INT64,
  `SpendTier` STRING,
  `FrequencyTier` STRING,
  `Segment` STRING,
  `SpendThreshold` NUMERIC(22,4),
  `BatchID` STRING,
  `RuleVersion` STRING
);

-- What is staged is compared with the ledger.
SELECT
  0 AS `Position`,
  COUNT(*) AS `RowCount`,
  ROUND(
    CAST(COALESCE(SUM(ROUND(CAST(`TotalSpend` AS NUMERIC), 9)), 0) AS NUMERIC), 9
  ) AS `ControlSum`,
  [COUNTIF(`CustomerID` IS NULL),
  COUNTIF(`BatchID` IS NULL),
  COUNTIF(`RuleVersion` IS NULL)] AS `Missing`,
  (
    SELECT COUNT(*)
    FROM (
      SELECT `CustomerID`
      FROM `customer360_staging`.`CustomerSegments__RUN_ID`
      GROUP BY `CustomerID`
      HAVING COUNT(*) > 1
    ) AS D
  ) AS `DuplicateKeys`
FROM `customer360_staging`.`CustomerSegments__RUN_ID`;

-- A staged key with two rows stops the run.
SELECT `CustomerID`, COUNT(*) OVER () AS `DuplicateKeys`
FROM `customer360_staging`.`CustomerSegments__RUN_ID`
GROUP BY `CustomerID`
HAVING COUNT(*) > 1
ORDER BY `CustomerID`
LIMIT 5;

-- In the transaction: where published rows share a key, remove them.
IF EXISTS (
  SELECT `CustomerID`
  FROM `customer360_gold`.`CustomerSegments`
  GROUP BY `CustomerID`
  HAVING COUNT(*) > 1
) THEN
  DELETE FROM `customer360_gold`.`CustomerSegments` AS T
  WHERE EXISTS (
    SELECT 1
    FROM (
      SELECT `CustomerID`
      FROM `customer360_gold`.`CustomerSegments`
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
  COUNTIF(S.`CustomerID` IS NOT NULL AND T.`CustomerID` IS NOT NULL),
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
FROM `customer360_gold`.`CustomerSegments` AS T
FULL OUTER JOIN `customer360_staging`.`CustomerSegments__RUN_ID` AS S
ON T.`CustomerID` = S.`CustomerID`;

-- In the transaction: make the table equal to what is staged.
MERGE INTO `customer360_gold`.`CustomerSegments` AS T
USING `customer360_staging`.`CustomerSegments__RUN_ID` AS S
ON T.`CustomerID` = S.`CustomerID`
WHEN MATCHED
THEN UPDATE
SET
  `OrderCount` = S.`OrderCount`,
  `OnlineOrders` = S.`OnlineOrders`,
  `InStoreOrders` = S.`InStoreOrders`,
  `TotalSpend` = S.`TotalSpend`,
  `AverageOrderValue` = S.`AverageOrderValue`,
  `FirstOrderDate` = S.`FirstOrderDate`,
  `LastOrderDate` = S.`LastOrderDate`,
  `RecencyDays` = S.`RecencyDays`,
  `LoyaltyTier` = S.`LoyaltyTier`,
  `LoyaltyAccounts` = S.`LoyaltyAccounts`,
  `LoyaltyPoints` = S.`LoyaltyPoints`,
  `LoyaltyLedgerNet` = S.`LoyaltyLedgerNet`,
  `SpendTier` = S.`SpendTier`,
  `FrequencyTier` = S.`FrequencyTier`,
  `Segment` = S.`Segment`,
  `SpendThreshold` = S.`SpendThreshold`,
  `BatchID` = S.`BatchID`,
  `RuleVersion` = S.`RuleVersion`
WHEN NOT MATCHED
THEN INSERT (
  `CustomerID`,
  `OrderCount`,
  `OnlineOrders`,
  `InStoreOrders`,
  `TotalSpend`,
  `AverageOrderValue`,
  `FirstOrderDate`,
  `LastOrderDate`,
  `RecencyDays`,
  `LoyaltyTier`,
  `LoyaltyAccounts`,
  `LoyaltyPoints`,
  `LoyaltyLedgerNet`,
  `SpendTier`,
  `FrequencyTier`,
  `Segment`,
  `SpendThreshold`,
  `BatchID`,
  `RuleVersion`
)
VALUES (
  S.`CustomerID`,
  S.`OrderCount`,
  S.`OnlineOrders`,
  S.`InStoreOrders`,
  S.`TotalSpend`,
  S.`AverageOrderValue`,
  S.`FirstOrderDate`,
  S.`LastOrderDate`,
  S.`RecencyDays`,
  S.`LoyaltyTier`,
  S.`LoyaltyAccounts`,
  S.`LoyaltyPoints`,
  S.`LoyaltyLedgerNet`,
  S.`SpendTier`,
  S.`FrequencyTier`,
  S.`Segment`,
  S.`SpendThreshold`,
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
      CAST(COALESCE(SUM(ROUND(CAST(`TotalSpend` AS NUMERIC), 9)), 0) AS NUMERIC), 9
    ) AS `ControlSum`
  FROM `customer360_gold`.`CustomerSegments`
) AS F
CROSS JOIN `customer360_audit`.`Publication` AS H;
