-- One row per purchase in a store. The source has no status, so every row counts. From the files
-- that were loaded into customer360_staging.InStoreTransactions: of the rows with one key the
-- greatest by DateTime, SourceFile, TransactionID, CustomerID, StoreID, Amount, PaymentMethod.
-- Rendered by `c360 sql` from the registry and the contracts; do not edit it by hand.
-- To create it: bq query --use_legacy_sql=false < sql/views/InStoreTransactions_state.sql

-- The view.
CREATE OR REPLACE VIEW `customer360_silver`.`InStoreTransactions_state` (
  `TransactionID` OPTIONS(description="Number of the purchase. Overlaps with OrderID."),
  `CustomerID` OPTIONS(
    description="Who bought. Absent or unknown customers are booked on UNKNOWN in gold. Refers to Customers.CustomerID."
  ),
  `StoreID` OPTIONS(description="Where it was bought. Refers to Stores.StoreID."),
  `DateTime` OPTIONS(description="When it was bought, wall clock of the source."),
  `Amount` OPTIONS(description="What the purchase is worth, in the currency of the policy."),
  `PaymentMethod` OPTIONS(description="How it was paid, for example Cash."),
  `FileID` OPTIONS(description="The silver batch that the row came with."),
  `SourceFile` OPTIONS(description="Path of the source file below the bronze root.")
)
OPTIONS(
  description="One row per purchase in a store. The source has no status, so every row counts. From the files that were loaded into customer360_staging.InStoreTransactions: of the rows with one key the greatest by DateTime, SourceFile, TransactionID, CustomerID, StoreID, Amount, PaymentMethod.",
  labels=[('app', 'c360')]
)
AS
SELECT
  CAST(`TransactionID` AS INT64) AS `TransactionID`,
  CAST(`CustomerID` AS INT64) AS `CustomerID`,
  CAST(`StoreID` AS INT64) AS `StoreID`,
  CAST(`DateTime` AS DATETIME) AS `DateTime`,
  ROUND(CAST(`Amount` AS NUMERIC), 2) AS `Amount`,
  CAST(`PaymentMethod` AS STRING) AS `PaymentMethod`,
  CAST(`FileID` AS STRING) AS `FileID`,
  CAST(`SourceFile` AS STRING) AS `SourceFile`
FROM (
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
    FROM `customer360_staging`.`InStoreTransactions`
  )
  WHERE `c360_rank` = 1
);
