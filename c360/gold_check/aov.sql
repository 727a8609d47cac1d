-- Average order value a second time, from silver. Meaning: docs/gold.md, "AOV".
WITH counted_words AS (
  SELECT LOWER(TRIM(Word)) AS Word
  FROM UNNEST(CAST(@counted_statuses AS ARRAY<STRING>)) AS Word
),
orders AS (
  SELECT
    'Online' AS Channel,
    DATE(sale.DateTime) AS OrderDate,
    sale.Amount,
    COALESCE(LOWER(TRIM(sale.Status)) IN (SELECT Word FROM counted_words), FALSE) AS IsCounted,
    COALESCE(CAST(product.ProductID AS STRING), 'UNKNOWN') AS ProductKey,
    COALESCE(product.Category, 'UNKNOWN') AS CategoryKey,
    'ONLINE' AS LocationKey
  FROM customer360_silver.OnlineTransactions AS sale
  LEFT JOIN customer360_silver.Products AS product ON product.ProductID = sale.ProductID
  WHERE DATE(sale.DateTime) <= @as_of
  UNION ALL
  SELECT
    'InStore',
    DATE(sale.DateTime),
    sale.Amount,
    TRUE,
    'IN_STORE_UNATTRIBUTED',
    'IN_STORE_UNATTRIBUTED',
    COALESCE(store.Location, 'UNKNOWN')
  FROM customer360_silver.InStoreTransactions AS sale
  LEFT JOIN customer360_silver.Stores AS store ON store.StoreID = sale.StoreID
  WHERE DATE(sale.DateTime) <= @as_of
),
dimensioned AS (
  SELECT
    'PRODUCT' AS DimensionType,
    ProductKey AS DimensionKey,
    Channel,
    OrderDate,
    Amount,
    IsCounted
  FROM orders
  UNION ALL
  SELECT 'CATEGORY', CategoryKey, Channel, OrderDate, Amount, IsCounted FROM orders
  UNION ALL
  SELECT 'LOCATION', LocationKey, Channel, OrderDate, Amount, IsCounted FROM orders
  UNION ALL
  SELECT 'CHANNEL', Channel, Channel, OrderDate, Amount, IsCounted FROM orders
  UNION ALL
  SELECT 'TOTAL', 'ALL', 'All', OrderDate, Amount, IsCounted FROM orders
),
dated AS (
  SELECT 'ALL' AS PeriodGrain, DATE '1900-01-01' AS PeriodStart, dimensioned.* FROM dimensioned
  UNION ALL
  SELECT 'MONTH', CAST(DATE_TRUNC(OrderDate, MONTH) AS DATE), dimensioned.* FROM dimensioned
),
totals AS (
  SELECT
    PeriodGrain,
    PeriodStart,
    DimensionType,
    DimensionKey,
    Channel,
    COUNTIF(IsCounted) AS OrderCount,
    SUM(IF(IsCounted, Amount, 0)) AS GrossAmount,
    CAST(SUM(IF(IsCounted, Amount, 0)) * 100 AS INT64) AS GrossCents,
    COUNTIF(NOT IsCounted) AS ExcludedOrders,
    SUM(IF(IsCounted, 0, Amount)) AS ExcludedAmount
  FROM dated
  GROUP BY PeriodGrain, PeriodStart, DimensionType, DimensionKey, Channel
)
SELECT
  totals.PeriodGrain,
  totals.PeriodStart,
  totals.DimensionType,
  totals.DimensionKey,
  -- Only the key of a PRODUCT row can be a ProductID: the join names that row alone.
  COALESCE(product.Name, totals.DimensionKey) AS DimensionName,
  totals.Channel,
  totals.OrderCount,
  CAST(totals.GrossAmount AS NUMERIC(22, 2)) AS GrossAmount,
  -- Rounded HALF_UP in integers, away from 0; the division by 100 only sets the decimal point.
  -- The operands of DIV keep parentheses of their own: DuckDB gets it as an infix operator.
  CASE WHEN totals.OrderCount > 0 THEN CAST(
    SIGN(totals.GrossCents)
    * DIV((2 * ABS(totals.GrossCents) + totals.OrderCount), (2 * totals.OrderCount)) / 100
    AS NUMERIC(22, 2)
  ) END AS AverageOrderValue,
  totals.ExcludedOrders,
  CAST(totals.ExcludedAmount AS NUMERIC(22, 2)) AS ExcludedAmount
FROM totals
LEFT JOIN customer360_silver.Products AS product
  ON totals.DimensionType = 'PRODUCT' AND CAST(product.ProductID AS STRING) = totals.DimensionKey
