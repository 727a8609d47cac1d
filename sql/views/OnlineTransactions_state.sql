-- One row per order of the web shop, whatever became of it. From the files that were loaded into
-- customer360_staging.OnlineTransactions: of the rows with one key the greatest by DateTime,
-- SourceFile, OrderID, CustomerID, ProductID, PaymentMethod, Amount, Status.
-- Rendered by `c360 sql` from the registry and the contracts; do not edit it by hand.
-- To create it: bq query --use_legacy_sql=false < sql/views/OnlineTransactions_state.sql

-- The view.
CREATE OR REPLACE VIEW `customer360_silver`.`OnlineTransactions_state` (
  `OrderID` OPTIONS(description="Number of the order. Overlaps with TransactionID."),
  `CustomerID` OPTIONS(
    description="Who ordered. Absent or unknown customers are booked on UNKNOWN in gold. Refers to Customers.CustomerID."
  ),
  `ProductID` OPTIONS(
    description="What was ordered. There is no quantity in the source. Refers to Products.ProductID."
  ),
  `DateTime` OPTIONS(description="When it was ordered, wall clock of the source."),
  `PaymentMethod` OPTIONS(description="How it was paid, for example Credit Card."),
  `Amount` OPTIONS(description="What the order is worth, in the currency of the policy."),
  `Status` OPTIONS(
    description="What became of the order. The policy says which statuses count as sales."
  ),
  `FileID` OPTIONS(description="The silver batch that the row came with."),
  `SourceFile` OPTIONS(description="Path of the source file below the bronze root.")
)
OPTIONS(
  description="One row per order of the web shop, whatever became of it. From the files that were loaded into customer360_staging.OnlineTransactions: of the rows with one key the greatest by DateTime, SourceFile, OrderID, CustomerID, ProductID, PaymentMethod, Amount, Status.",
  labels=[('app', 'c360')]
)
AS
SELECT
  CAST(`OrderID` AS INT64) AS `OrderID`,
  CAST(`CustomerID` AS INT64) AS `CustomerID`,
  CAST(`ProductID` AS INT64) AS `ProductID`,
  CAST(`DateTime` AS DATETIME) AS `DateTime`,
  CAST(`PaymentMethod` AS STRING) AS `PaymentMethod`,
  ROUND(CAST(`Amount` AS NUMERIC), 2) AS `Amount`,
  CAST(`Status` AS STRING) AS `Status`,
  CAST(`FileID` AS STRING) AS `FileID`,
  CAST(`SourceFile` AS STRING) AS `SourceFile`
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
    FROM `customer360_staging`.`OnlineTransactions`
  )
  WHERE `c360_rank` = 1
);
