-- One row per product that can be ordered online. From the files that were loaded into
-- customer360_staging.Products: of the rows with one key the greatest by SourceFile, ProductID,
-- Name, Category, Price.
-- Rendered by `c360 sql` from the registry and the contracts; do not edit it by hand.
-- To create it: bq query --use_legacy_sql=false < sql/views/Products_state.sql

-- The view.
CREATE OR REPLACE VIEW `customer360_silver`.`Products_state` (
  `ProductID` OPTIONS(description="Number of the product."),
  `Name` OPTIONS(description="Name of the product. Names repeat; the number tells apart."),
  `Category` OPTIONS(description="Group of products that AOV is reported by."),
  `Price` OPTIONS(description="List price. Not what was paid, which is the Amount of an order."),
  `FileID` OPTIONS(description="The silver batch that the row came with."),
  `SourceFile` OPTIONS(description="Path of the source file below the bronze root.")
)
OPTIONS(
  description="One row per product that can be ordered online. From the files that were loaded into customer360_staging.Products: of the rows with one key the greatest by SourceFile, ProductID, Name, Category, Price.",
  labels=[('app', 'c360')]
)
AS
SELECT
  CAST(`ProductID` AS INT64) AS `ProductID`,
  CAST(`Name` AS STRING) AS `Name`,
  CAST(`Category` AS STRING) AS `Category`,
  ROUND(CAST(`Price` AS NUMERIC), 2) AS `Price`,
  CAST(`FileID` AS STRING) AS `FileID`,
  CAST(`SourceFile` AS STRING) AS `SourceFile`
FROM (
  SELECT `ProductID`, `Name`, `Category`, `Price`, `FileID`, `SourceFile`
  FROM (
    SELECT
      `ProductID`,
      `Name`,
      `Category`,
      `Price`,
      `FileID`,
      `SourceFile`,
      ROW_NUMBER() OVER (
        PARTITION BY `ProductID`
        ORDER BY
          `SourceFile` DESC NULLS LAST,
          `ProductID` DESC NULLS LAST,
          `Name` DESC NULLS LAST,
          `Category` DESC NULLS LAST,
          `Price` DESC NULLS LAST
      ) AS `c360_rank`
    FROM `customer360_staging`.`Products`
  )
  WHERE `c360_rank` = 1
);
