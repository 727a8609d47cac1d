-- One row per loyalty account. A customer may have several, of several tiers. From the files that
-- were loaded into customer360_staging.LoyaltyAccounts: of the rows with one key the greatest by
-- SourceFile, LoyaltyID, CustomerID, PointsEarned, TierLevel, JoinDate.
-- Rendered by `c360 sql` from the registry and the contracts; do not edit it by hand.
-- To create it: bq query --use_legacy_sql=false < sql/views/LoyaltyAccounts_state.sql

-- The view.
CREATE OR REPLACE VIEW `customer360_silver`.`LoyaltyAccounts_state` (
  `LoyaltyID` OPTIONS(description="Number of the account."),
  `CustomerID` OPTIONS(description="Whose it is. Refers to Customers.CustomerID."),
  `PointsEarned` OPTIONS(
    description="Points as the account states them. The ledger's sum never agrees with them."
  ),
  `TierLevel` OPTIONS(description="Tier of the account. The policy ranks the tiers."),
  `JoinDate` OPTIONS(description="When the account was opened."),
  `FileID` OPTIONS(description="The silver batch that the row came with."),
  `SourceFile` OPTIONS(description="Path of the source file below the bronze root.")
)
OPTIONS(
  description="One row per loyalty account. A customer may have several, of several tiers. From the files that were loaded into customer360_staging.LoyaltyAccounts: of the rows with one key the greatest by SourceFile, LoyaltyID, CustomerID, PointsEarned, TierLevel, JoinDate.",
  labels=[('app', 'c360')]
)
AS
SELECT
  CAST(`LoyaltyID` AS INT64) AS `LoyaltyID`,
  CAST(`CustomerID` AS INT64) AS `CustomerID`,
  CAST(`PointsEarned` AS INT64) AS `PointsEarned`,
  CAST(`TierLevel` AS STRING) AS `TierLevel`,
  CAST(`JoinDate` AS DATE) AS `JoinDate`,
  CAST(`FileID` AS STRING) AS `FileID`,
  CAST(`SourceFile` AS STRING) AS `SourceFile`
FROM (
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
    FROM `customer360_staging`.`LoyaltyAccounts`
  )
  WHERE `c360_rank` = 1
);
