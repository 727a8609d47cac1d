-- Peak times a second time, from silver. Meaning: docs/gold.md, "PeakTimes".
WITH counted_words AS (
  SELECT LOWER(TRIM(Word)) AS Word
  FROM UNNEST(CAST(@counted_statuses AS ARRAY<STRING>)) AS Word
),
placed AS (
  SELECT
    'Online' AS Channel,
    DateTime,
    Amount,
    COALESCE(LOWER(TRIM(Status)) IN (SELECT Word FROM counted_words), FALSE) AS IsCounted
  FROM customer360_silver.OnlineTransactions
  WHERE DATE(DateTime) <= @as_of
  UNION ALL
  SELECT 'InStore', DateTime, Amount, TRUE
  FROM customer360_silver.InStoreTransactions
  WHERE DATE(DateTime) <= @as_of
),
-- 1900-01-01 was a Monday: days since then give the ISO weekday in every dialect.
hourly AS (
  SELECT
    Channel,
    MOD(DATE_DIFF(DATE(DateTime), DATE '1900-01-01', DAY), 7) + 1 AS DayOfWeek,
    EXTRACT(HOUR FROM DateTime) AS HourOfDay,
    COUNT(*) AS TransactionCount,
    COUNTIF(IsCounted) AS CountedCount,
    SUM(IF(IsCounted, Amount, 0)) AS GrossAmount
  FROM placed
  GROUP BY Channel, DayOfWeek, HourOfDay
),
observed AS (
  SELECT
    MOD(DATE_DIFF(ObservedDate, DATE '1900-01-01', DAY), 7) + 1 AS DayOfWeek,
    COUNT(*) AS ObservedDays
  FROM (SELECT MIN(DATE(DateTime)) AS FirstDate, MAX(DATE(DateTime)) AS LastDate FROM placed)
  CROSS JOIN UNNEST(GENERATE_DATE_ARRAY(FirstDate, LastDate)) AS ObservedDate
  GROUP BY DayOfWeek
),
cells AS (
  SELECT
    Channel,
    DayOfWeek,
    HourOfDay,
    COALESCE(hourly.TransactionCount, 0) AS TransactionCount,
    COALESCE(hourly.CountedCount, 0) AS CountedCount,
    COALESCE(hourly.GrossAmount, 0) AS GrossAmount,
    COALESCE(observed.ObservedDays, 0) AS ObservedDays
  FROM UNNEST(['Online', 'InStore']) AS Channel
  CROSS JOIN UNNEST(GENERATE_ARRAY(1, 7)) AS DayOfWeek
  CROSS JOIN UNNEST(GENERATE_ARRAY(0, 23)) AS HourOfDay
  LEFT JOIN hourly USING (Channel, DayOfWeek, HourOfDay)
  LEFT JOIN observed USING (DayOfWeek)
),
days AS (
  SELECT
    Channel,
    DayOfWeek,
    RANK() OVER (PARTITION BY Channel ORDER BY SUM(TransactionCount) DESC) AS DayRank
  FROM cells
  GROUP BY Channel, DayOfWeek
),
hours AS (
  SELECT
    Channel,
    HourOfDay,
    RANK() OVER (PARTITION BY Channel ORDER BY SUM(TransactionCount) DESC) AS HourRank
  FROM cells
  GROUP BY Channel, HourOfDay
),
ranked AS (
  SELECT
    cells.*,
    RANK() OVER (PARTITION BY Channel ORDER BY TransactionCount DESC) AS CellRank,
    -- Equal fractions divide to the same double, and these small ones never to a false tie.
    RANK() OVER (
      PARTITION BY Channel ORDER BY TransactionCount / NULLIF(ObservedDays, 0) DESC NULLS LAST
    ) AS CellRankPerDay
  FROM cells
)
SELECT
  ranked.Channel,
  ranked.DayOfWeek,
  CASE ranked.DayOfWeek
    WHEN 1 THEN 'Monday'
    WHEN 2 THEN 'Tuesday'
    WHEN 3 THEN 'Wednesday'
    WHEN 4 THEN 'Thursday'
    WHEN 5 THEN 'Friday'
    WHEN 6 THEN 'Saturday'
    WHEN 7 THEN 'Sunday'
  END AS DayName,
  ranked.HourOfDay,
  ranked.TransactionCount,
  ranked.CountedCount,
  CAST(ranked.GrossAmount AS NUMERIC(22, 2)) AS GrossAmount,
  ranked.ObservedDays,
  -- Rounded HALF_UP in integers; the division by 10000 only sets the decimal point.
  -- The operands of DIV keep parentheses of their own: DuckDB gets it as an infix operator.
  CASE WHEN ranked.ObservedDays > 0 THEN CAST(
    DIV((20000 * ranked.TransactionCount + ranked.ObservedDays), (2 * ranked.ObservedDays)) / 10000
    AS NUMERIC(18, 4)
  ) END AS AvgPerDay,
  ranked.CellRank,
  ranked.CellRankPerDay,
  days.DayRank,
  hours.HourRank,
  ranked.CellRank = 1 AND ranked.TransactionCount > 0 AS IsPeak
FROM ranked
JOIN days ON days.Channel = ranked.Channel AND days.DayOfWeek = ranked.DayOfWeek
JOIN hours ON hours.Channel = ranked.Channel AND hours.HourOfDay = ranked.HourOfDay
