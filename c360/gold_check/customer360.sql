-- The customer profile a second time, from silver. Meaning: docs/gold.md, "Customer360".
-- CustomerSegments stands for its own check query (customer_segments.sql), never for what was
-- published.
WITH counted_words AS (
  SELECT LOWER(TRIM(Word)) AS Word
  FROM UNNEST(CAST(@counted_statuses AS ARRAY<STRING>)) AS Word
),
placed AS (
  SELECT
    'Online' AS Channel,
    sale.CustomerID,
    sale.DateTime,
    sale.Amount,
    COALESCE(LOWER(TRIM(sale.Status)) IN (SELECT Word FROM counted_words), FALSE) AS IsCounted,
    product.Category,
    CAST(NULL AS STRING) AS Location
  FROM customer360_silver.OnlineTransactions AS sale
  LEFT JOIN customer360_silver.Products AS product ON product.ProductID = sale.ProductID
  WHERE DATE(sale.DateTime) <= @as_of
  UNION ALL
  SELECT
    'InStore', sale.CustomerID, sale.DateTime, sale.Amount, TRUE, NULL, store.Location
  FROM customer360_silver.InStoreTransactions AS sale
  LEFT JOIN customer360_silver.Stores AS store ON store.StoreID = sale.StoreID
  WHERE DATE(sale.DateTime) <= @as_of
),
excluded AS (
  SELECT CustomerID, COUNTIF(NOT IsCounted) AS ExcludedOrders
  FROM placed
  GROUP BY CustomerID
),
choices AS (
  SELECT CustomerID, 'Channel' AS Kind, Channel AS Choice, Amount FROM placed WHERE IsCounted
  UNION ALL
  SELECT CustomerID, 'Category', Category, Amount
  FROM placed
  WHERE IsCounted AND Category IS NOT NULL
  UNION ALL
  SELECT CustomerID, 'Location', Location, Amount
  FROM placed
  WHERE IsCounted AND Location IS NOT NULL
),
placed_choices AS (
  SELECT
    CustomerID,
    Kind,
    Choice,
    ROW_NUMBER() OVER (
      PARTITION BY CustomerID, Kind ORDER BY COUNT(*) DESC, SUM(Amount) DESC, Choice ASC
    ) AS Place
  FROM choices
  GROUP BY CustomerID, Kind, Choice
),
favourites AS (
  SELECT
    CustomerID,
    MAX(IF(Kind = 'Channel', Choice, NULL)) AS FavouriteChannel,
    MAX(IF(Kind = 'Category', Choice, NULL)) AS FavouriteCategory,
    MAX(IF(Kind = 'Location', Choice, NULL)) AS FavouriteLocation
  FROM placed_choices
  WHERE Place = 1
  GROUP BY CustomerID
),
interactions AS (
  SELECT
    CustomerID,
    DateTime,
    LOWER(TRIM(ResolutionStatus)) IN (
      SELECT LOWER(TRIM(Word)) FROM UNNEST(CAST(@resolved_statuses AS ARRAY<STRING>)) AS Word
    ) AS IsResolved,
    LOWER(TRIM(ResolutionStatus)) IN (
      SELECT LOWER(TRIM(Word)) FROM UNNEST(CAST(@escalated_statuses AS ARRAY<STRING>)) AS Word
    ) AS IsEscalated,
    LOWER(TRIM(ResolutionStatus)) IN (
      SELECT LOWER(TRIM(Word)) FROM UNNEST(CAST(@pending_statuses AS ARRAY<STRING>)) AS Word
    ) AS IsPending
  FROM customer360_silver.CustomerServiceInteractions
  WHERE DATE(DateTime) <= @as_of
),
service AS (
  SELECT
    CustomerID,
    COUNT(*) AS Interactions,
    COUNTIF(IsResolved) AS ResolvedInteractions,
    COUNTIF(IsEscalated) AS EscalatedInteractions,
    COUNTIF(IsPending) AS PendingInteractions,
    MAX(DateTime) AS LastInteractionAt
  FROM interactions
  GROUP BY CustomerID
),
contacts AS (
  SELECT CustomerID, DateTime FROM placed
  UNION ALL
  SELECT CustomerID, DateTime FROM interactions
  UNION ALL
  SELECT account.CustomerID, entry.DateTime
  FROM customer360_silver.LoyaltyTransactions AS entry
  JOIN customer360_silver.LoyaltyAccounts AS account ON account.LoyaltyID = entry.LoyaltyID
  WHERE DATE(entry.DateTime) <= @as_of
),
contact_span AS (
  SELECT CustomerID, MIN(DateTime) AS FirstContactAt, MAX(DateTime) AS LastContactAt
  FROM contacts
  GROUP BY CustomerID
)
SELECT
  segment.CustomerID,
  customer.Name,
  customer.Email,
  customer.Address,
  segment.OrderCount,
  segment.OnlineOrders,
  segment.InStoreOrders,
  segment.TotalSpend,
  segment.AverageOrderValue,
  segment.FirstOrderDate,
  segment.LastOrderDate,
  segment.RecencyDays,
  segment.LoyaltyTier,
  segment.LoyaltyAccounts,
  segment.LoyaltyPoints,
  segment.LoyaltyLedgerNet,
  segment.SpendTier,
  segment.FrequencyTier,
  segment.Segment,
  COALESCE(excluded.ExcludedOrders, 0) AS ExcludedOrders,
  favourites.FavouriteChannel,
  favourites.FavouriteCategory,
  favourites.FavouriteLocation,
  COALESCE(service.Interactions, 0) AS Interactions,
  COALESCE(service.ResolvedInteractions, 0) AS ResolvedInteractions,
  COALESCE(service.EscalatedInteractions, 0) AS EscalatedInteractions,
  COALESCE(service.PendingInteractions, 0) AS PendingInteractions,
  service.LastInteractionAt,
  contact_span.FirstContactAt,
  contact_span.LastContactAt
FROM customer360_silver.Customers AS customer
JOIN customer360_gold.CustomerSegments AS segment
  ON segment.CustomerID = CAST(customer.CustomerID AS STRING)
LEFT JOIN excluded ON excluded.CustomerID = customer.CustomerID
LEFT JOIN favourites ON favourites.CustomerID = customer.CustomerID
LEFT JOIN service ON service.CustomerID = customer.CustomerID
LEFT JOIN contact_span ON contact_span.CustomerID = customer.CustomerID
