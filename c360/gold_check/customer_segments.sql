-- Customer segments a second time, from silver. Meaning: docs/gold.md, "CustomerSegments".
WITH counted_words AS (
  SELECT LOWER(TRIM(Word)) AS Word
  FROM UNNEST(CAST(@counted_statuses AS ARRAY<STRING>)) AS Word
),
champion_words AS (
  SELECT LOWER(TRIM(Word)) AS Word
  FROM UNNEST(CAST(@champion_tiers AS ARRAY<STRING>)) AS Word
),
tier_lists AS (
  SELECT
    CAST(@tier_names AS ARRAY<STRING>) AS Names, CAST(@tier_ranks AS ARRAY<INT64>) AS Ranks
),
tiers AS (
  SELECT
    LOWER(TRIM(Names[ORDINAL(Place)])) AS Word,
    Names[ORDINAL(Place)] AS Shown,
    Ranks[ORDINAL(Place)] AS TierRank
  FROM tier_lists
  CROSS JOIN UNNEST(GENERATE_ARRAY(1, ARRAY_LENGTH(Names))) AS Place
),
customers AS (
  SELECT CustomerID, CAST(CustomerID AS STRING) AS KnownKey
  FROM customer360_silver.Customers
),
placed AS (
  SELECT
    'Online' AS Channel,
    CustomerID,
    DATE(DateTime) AS OrderDate,
    Amount,
    COALESCE(LOWER(TRIM(Status)) IN (SELECT Word FROM counted_words), FALSE) AS IsCounted
  FROM customer360_silver.OnlineTransactions
  WHERE DATE(DateTime) <= @as_of
  UNION ALL
  SELECT 'InStore', CustomerID, DATE(DateTime), Amount, TRUE
  FROM customer360_silver.InStoreTransactions
  WHERE DATE(DateTime) <= @as_of
),
spend AS (
  SELECT
    COALESCE(customers.KnownKey, 'UNKNOWN') AS CustomerKey,
    COUNTIF(placed.IsCounted) AS OrderCount,
    COUNTIF(placed.IsCounted AND placed.Channel = 'Online') AS OnlineOrders,
    COUNTIF(placed.IsCounted AND placed.Channel = 'InStore') AS InStoreOrders,
    SUM(IF(placed.IsCounted, placed.Amount, 0)) AS TotalSpend,
    CAST(SUM(IF(placed.IsCounted, placed.Amount, 0)) * 100 AS INT64) AS SpendCents,
    MIN(IF(placed.IsCounted, placed.OrderDate, NULL)) AS FirstOrderDate,
    MAX(IF(placed.IsCounted, placed.OrderDate, NULL)) AS LastOrderDate
  FROM placed
  LEFT JOIN customers ON customers.CustomerID = placed.CustomerID
  GROUP BY CustomerKey
),
buyers AS (
  SELECT
    SpendCents,
    ROW_NUMBER() OVER (ORDER BY SpendCents) - 1 AS Place,
    COUNT(*) OVER () - 1 AS LastPlace
  FROM spend
  WHERE CustomerKey <> 'UNKNOWN' AND OrderCount > 0
),
-- Linear interpolation between closest ranks, in whole tenths of a cent: no rounding anywhere.
percentiles AS (
  SELECT
    COUNT(*) AS Buyers,
    SUM(CASE Place
      WHEN DIV((9 * LastPlace), 10) THEN (10 - MOD(9 * LastPlace, 10)) * SpendCents
      WHEN DIV((9 * LastPlace), 10) + 1 THEN MOD(9 * LastPlace, 10) * SpendCents
    END) AS P90Mills,
    SUM(CASE Place
      WHEN DIV((5 * LastPlace), 10) THEN (10 - MOD(5 * LastPlace, 10)) * SpendCents
      WHEN DIV((5 * LastPlace), 10) + 1 THEN MOD(5 * LastPlace, 10) * SpendCents
    END) AS P50Mills
  FROM buyers
),
thresholds AS (
  SELECT
    IF(
      Buyers >= @min_buyers, P90Mills, CAST(CAST(@high_spend AS NUMERIC(22, 2)) * 1000 AS INT64)
    ) AS HighMills,
    IF(
      Buyers >= @min_buyers, P50Mills, CAST(CAST(@medium_spend AS NUMERIC(22, 2)) * 1000 AS INT64)
    ) AS MediumMills
  FROM percentiles
),
accounts AS (
  SELECT
    account.LoyaltyID,
    COALESCE(customers.KnownKey, 'UNKNOWN') AS OwnerKey,
    account.PointsEarned,
    COALESCE(tiers.Shown, account.TierLevel, 'Unknown') AS Tier,
    ROW_NUMBER() OVER (
      PARTITION BY customers.KnownKey
      ORDER BY
        COALESCE(tiers.TierRank, 0) DESC, account.JoinDate DESC NULLS LAST, account.LoyaltyID ASC
    ) AS Place
  FROM customer360_silver.LoyaltyAccounts AS account
  LEFT JOIN customers ON customers.CustomerID = account.CustomerID
  LEFT JOIN tiers ON tiers.Word = LOWER(TRIM(account.TierLevel))
),
loyalty AS (
  SELECT
    OwnerKey AS CustomerKey,
    COUNT(*) AS LoyaltyAccounts,
    SUM(COALESCE(PointsEarned, 0)) AS LoyaltyPoints,
    MAX(IF(Place = 1, Tier, NULL)) AS LoyaltyTier
  FROM accounts
  GROUP BY OwnerKey
),
ledger AS (
  SELECT
    COALESCE(accounts.OwnerKey, 'UNKNOWN') AS CustomerKey,
    SUM(COALESCE(entry.PointsChange, 0)) AS LoyaltyLedgerNet
  FROM customer360_silver.LoyaltyTransactions AS entry
  LEFT JOIN accounts ON accounts.LoyaltyID = entry.LoyaltyID
  WHERE DATE(entry.DateTime) <= @as_of
  GROUP BY CustomerKey
),
-- Every key of a fact is a known customer or UNKNOWN, so the union adds UNKNOWN at most.
segment_keys AS (
  SELECT KnownKey AS CustomerKey FROM customers
  UNION DISTINCT
  SELECT CustomerKey FROM spend
  UNION DISTINCT
  SELECT CustomerKey FROM loyalty
  UNION DISTINCT
  SELECT CustomerKey FROM ledger
),
measures AS (
  SELECT
    segment_keys.CustomerKey AS CustomerID,
    segment_keys.CustomerKey <> 'UNKNOWN' AS IsKnown,
    COALESCE(spend.OrderCount, 0) AS OrderCount,
    COALESCE(spend.OnlineOrders, 0) AS OnlineOrders,
    COALESCE(spend.InStoreOrders, 0) AS InStoreOrders,
    COALESCE(spend.TotalSpend, 0) AS TotalSpend,
    COALESCE(spend.SpendCents, 0) AS SpendCents,
    spend.FirstOrderDate,
    spend.LastOrderDate,
    CASE
      WHEN segment_keys.CustomerKey = 'UNKNOWN' THEN 'None'
      ELSE COALESCE(loyalty.LoyaltyTier, 'None')
    END AS LoyaltyTier,
    COALESCE(loyalty.LoyaltyAccounts, 0) AS LoyaltyAccounts,
    COALESCE(loyalty.LoyaltyPoints, 0) AS LoyaltyPoints,
    COALESCE(ledger.LoyaltyLedgerNet, 0) AS LoyaltyLedgerNet,
    thresholds.HighMills,
    thresholds.MediumMills
  FROM segment_keys
  CROSS JOIN thresholds
  LEFT JOIN spend ON spend.CustomerKey = segment_keys.CustomerKey
  LEFT JOIN loyalty ON loyalty.CustomerKey = segment_keys.CustomerKey
  LEFT JOIN ledger ON ledger.CustomerKey = segment_keys.CustomerKey
)
SELECT
  CustomerID,
  OrderCount,
  OnlineOrders,
  InStoreOrders,
  CAST(TotalSpend AS NUMERIC(22, 2)) AS TotalSpend,
  -- Rounded HALF_UP in integers, away from 0; a division by a power of ten only sets the decimal point.
  -- The operands of DIV keep parentheses of their own: DuckDB gets it as an infix operator.
  CASE WHEN OrderCount > 0 THEN CAST(
    SIGN(SpendCents) * DIV((2 * ABS(SpendCents) + OrderCount), (2 * OrderCount)) / 100
    AS NUMERIC(22, 2)
  ) END AS AverageOrderValue,
  FirstOrderDate,
  LastOrderDate,
  IF(IsKnown, DATE_DIFF(@as_of, LastOrderDate, DAY), NULL) AS RecencyDays,
  LoyaltyTier,
  LoyaltyAccounts,
  LoyaltyPoints,
  LoyaltyLedgerNet,
  CASE
    WHEN NOT IsKnown OR OrderCount = 0 THEN 'None'
    WHEN 10 * SpendCents >= HighMills THEN 'High'
    WHEN 10 * SpendCents >= MediumMills THEN 'Medium'
    ELSE 'Low'
  END AS SpendTier,
  CASE
    WHEN NOT IsKnown OR OrderCount = 0 THEN 'None'
    WHEN OrderCount >= @frequent_from THEN 'Frequent'
    WHEN OrderCount >= 2 THEN 'Repeat'
    ELSE 'One-Time'
  END AS FrequencyTier,
  CASE
    WHEN NOT IsKnown THEN 'Unknown'
    WHEN OrderCount = 0 THEN 'No Purchases'
    WHEN 10 * SpendCents >= HighMills THEN 'High-Value Customer'
    WHEN OrderCount = 1 THEN 'One-Time Buyer'
    WHEN LOWER(TRIM(LoyaltyTier)) IN (SELECT Word FROM champion_words) THEN 'Loyalty Champion'
    ELSE 'Regular Customer'
  END AS Segment,
  CAST(HighMills / 1000 AS NUMERIC(22, 4)) AS SpendThreshold
FROM measures
