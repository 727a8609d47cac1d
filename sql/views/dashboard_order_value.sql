-- Orders by month, dimension, key and channel. Each dimension splits all orders once: filter on one
-- DimensionType before adding up.
-- Rendered by `c360 sql` from dashboards/measures.yaml and the contracts; do not edit it by hand.
-- To create it: bq query --use_legacy_sql=false < sql/views/dashboard_order_value.sql

CREATE OR REPLACE VIEW `customer360_dashboard`.`dashboard_order_value` (
  `PeriodGrain` OPTIONS(
    description="ALL (everything up to the as-of date) or MONTH (one calendar month)."
  ),
  `PeriodStart` OPTIONS(description="First day of the month; 1900-01-01 where PeriodGrain is ALL."),
  `DimensionType` OPTIONS(
    description="PRODUCT, CATEGORY, LOCATION, CHANNEL or TOTAL. Each type splits all orders once: filter on one type before adding rows up."
  ),
  `DimensionKey` OPTIONS(
    description="ProductID, Category, the store's Location, the channel, or ALL for TOTAL. In-store orders have IN_STORE_UNATTRIBUTED as product and category, online orders ONLINE as location; UNKNOWN stands for a product, category, store or location that is not known."
  ),
  `DimensionName` OPTIONS(
    description="The product's Name for PRODUCT (names repeat: group by DimensionKey), else DimensionKey."
  ),
  `Channel` OPTIONS(description="Online or InStore; All on TOTAL rows only."),
  `OrderCount` OPTIONS(description="Counted orders; 0 when all were excluded."),
  `GrossAmount` OPTIONS(description="Sum of the counted orders' Amount, in the policy's currency."),
  `AverageOrderValue` OPTIONS(
    description="GrossAmount / OrderCount, rounded half up once; NULL when OrderCount is 0. Do not average this column: divide the sums."
  ),
  `ExcludedOrders` OPTIONS(
    description="Online orders whose status does not count (or is missing)."
  ),
  `ExcludedAmount` OPTIONS(description="Sum of the excluded orders' Amount.")
)
OPTIONS(
  description="Orders by month, dimension, key and channel. Each dimension splits all orders once: filter on one DimensionType before adding up.",
  labels=[('app', 'c360')]
)
AS
SELECT
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
  `ExcludedAmount`
FROM `customer360_gold`.`AOV`
WHERE `PeriodGrain` = 'MONTH';
