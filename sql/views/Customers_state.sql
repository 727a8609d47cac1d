-- One row per customer of the shop, online or in store. From the files that were loaded into
-- customer360_staging.Customers: of the rows with one key the greatest by SourceFile, CustomerID,
-- Name, Email, Address.
-- Rendered by `c360 sql` from the registry and the contracts; do not edit it by hand.
-- To create it: bq query --use_legacy_sql=false < sql/views/Customers_state.sql

-- The view.
CREATE OR REPLACE VIEW `customer360_silver`.`Customers_state` (
  `CustomerID` OPTIONS(description="Number of the customer."),
  `Name` OPTIONS(description="Full name."),
  `Email` OPTIONS(description="E-mail address."),
  `Address` OPTIONS(description="Postal address."),
  `FileID` OPTIONS(description="The silver batch that the row came with."),
  `SourceFile` OPTIONS(description="Path of the source file below the bronze root.")
)
OPTIONS(
  description="One row per customer of the shop, online or in store. From the files that were loaded into customer360_staging.Customers: of the rows with one key the greatest by SourceFile, CustomerID, Name, Email, Address.",
  labels=[('app', 'c360')]
)
AS
SELECT
  CAST(`CustomerID` AS INT64) AS `CustomerID`,
  CAST(`Name` AS STRING) AS `Name`,
  CAST(`Email` AS STRING) AS `Email`,
  CAST(`Address` AS STRING) AS `Address`,
  CAST(`FileID` AS STRING) AS `FileID`,
  CAST(`SourceFile` AS STRING) AS `SourceFile`
FROM (
  SELECT `CustomerID`, `Name`, `Email`, `Address`, `FileID`, `SourceFile`
  FROM (
    SELECT
      `CustomerID`,
      `Name`,
      `Email`,
      `Address`,
      `FileID`,
      `SourceFile`,
      ROW_NUMBER() OVER (
        PARTITION BY `CustomerID`
        ORDER BY
          `SourceFile` DESC NULLS LAST,
          `CustomerID` DESC NULLS LAST,
          `Name` DESC NULLS LAST,
          `Email` DESC NULLS LAST,
          `Address` DESC NULLS LAST
      ) AS `c360_rank`
    FROM `customer360_staging`.`Customers`
  )
  WHERE `c360_rank` = 1
);
