-- One row per entry of the loyalty ledger. From the files that were loaded into
-- customer360_staging.LoyaltyTransactions: of the rows with one key the greatest by SourceFile,
-- LoyaltyID, DateTime, PointsChange, Reason.
-- Rendered by `c360 sql` from the registry and the contracts; do not edit it by hand.
-- To create it: bq query --use_legacy_sql=false < sql/views/LoyaltyTransactions_state.sql

-- The view.
CREATE OR REPLACE VIEW `customer360_silver`.`LoyaltyTransactions_state` (
  `RowKey` OPTIONS(
    description="32 hex digits of SHA-256 over the row's columns and its occurrence number in its file."
  ),
  `LoyaltyID` OPTIONS(
    description="Account that the entry belongs to. Refers to LoyaltyAccounts.LoyaltyID."
  ),
  `DateTime` OPTIONS(description="When it was booked, wall clock of the source."),
  `PointsChange` OPTIONS(description="Points added, or taken away where negative."),
  `Reason` OPTIONS(description="Why, for example Purchase or Redemption."),
  `FileID` OPTIONS(description="The silver batch that the row came with."),
  `SourceFile` OPTIONS(description="Path of the source file below the bronze root.")
)
OPTIONS(
  description="One row per entry of the loyalty ledger. From the files that were loaded into customer360_staging.LoyaltyTransactions: of the rows with one key the greatest by SourceFile, LoyaltyID, DateTime, PointsChange, Reason.",
  labels=[('app', 'c360')]
)
AS
SELECT
  CAST(`RowKey` AS STRING) AS `RowKey`,
  CAST(`LoyaltyID` AS INT64) AS `LoyaltyID`,
  CAST(`DateTime` AS DATETIME) AS `DateTime`,
  CAST(`PointsChange` AS INT64) AS `PointsChange`,
  CAST(`Reason` AS STRING) AS `Reason`,
  CAST(`FileID` AS STRING) AS `FileID`,
  CAST(`SourceFile` AS STRING) AS `SourceFile`
FROM (
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
    FROM `customer360_staging`.`LoyaltyTransactions`
  )
  WHERE `c360_rank` = 1
);
