-- One row per physical store. From the files that were loaded into customer360_staging.Stores: of
-- the rows with one key the greatest by SourceFile, StoreID, Location, Manager, OpenHours.
-- Rendered by `c360 sql` from the registry and the contracts; do not edit it by hand.
-- To create it: bq query --use_legacy_sql=false < sql/views/Stores_state.sql

-- The view.
CREATE OR REPLACE VIEW `customer360_silver`.`Stores_state` (
  `StoreID` OPTIONS(description="Number of the store."),
  `Location` OPTIONS(description="Place of the store. Several stores may share one."),
  `Manager` OPTIONS(description="Full name of the store's manager."),
  `OpenHours` OPTIONS(description="Opening hours as free text, for example 9am-9pm."),
  `FileID` OPTIONS(description="The silver batch that the row came with."),
  `SourceFile` OPTIONS(description="Path of the source file below the bronze root.")
)
OPTIONS(
  description="One row per physical store. From the files that were loaded into customer360_staging.Stores: of the rows with one key the greatest by SourceFile, StoreID, Location, Manager, OpenHours.",
  labels=[('app', 'c360')]
)
AS
SELECT
  CAST(`StoreID` AS INT64) AS `StoreID`,
  CAST(`Location` AS STRING) AS `Location`,
  CAST(`Manager` AS STRING) AS `Manager`,
  CAST(`OpenHours` AS STRING) AS `OpenHours`,
  CAST(`FileID` AS STRING) AS `FileID`,
  CAST(`SourceFile` AS STRING) AS `SourceFile`
FROM (
  SELECT `StoreID`, `Location`, `Manager`, `OpenHours`, `FileID`, `SourceFile`
  FROM (
    SELECT
      `StoreID`,
      `Location`,
      `Manager`,
      `OpenHours`,
      `FileID`,
      `SourceFile`,
      ROW_NUMBER() OVER (
        PARTITION BY `StoreID`
        ORDER BY
          `SourceFile` DESC NULLS LAST,
          `StoreID` DESC NULLS LAST,
          `Location` DESC NULLS LAST,
          `Manager` DESC NULLS LAST,
          `OpenHours` DESC NULLS LAST
      ) AS `c360_rank`
    FROM `customer360_staging`.`Stores`
  )
  WHERE `c360_rank` = 1
);
