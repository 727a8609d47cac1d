-- Agent KPIs a second time, from silver. Meaning: docs/gold.md, "AgentKPIs".
WITH resolved_words AS (
  SELECT LOWER(TRIM(Word)) AS Word
  FROM UNNEST(CAST(@resolved_statuses AS ARRAY<STRING>)) AS Word
),
escalated_words AS (
  SELECT LOWER(TRIM(Word)) AS Word
  FROM UNNEST(CAST(@escalated_statuses AS ARRAY<STRING>)) AS Word
),
pending_words AS (
  SELECT LOWER(TRIM(Word)) AS Word
  FROM UNNEST(CAST(@pending_statuses AS ARRAY<STRING>)) AS Word
),
interactions AS (
  SELECT
    COALESCE(CAST(agent.AgentID AS STRING), 'UNKNOWN') AS AgentKey,
    contact.CustomerID,
    contact.DateTime,
    CASE
      WHEN LOWER(TRIM(contact.ResolutionStatus)) IN (SELECT Word FROM resolved_words) THEN 'R'
      WHEN LOWER(TRIM(contact.ResolutionStatus)) IN (SELECT Word FROM escalated_words) THEN 'E'
      WHEN LOWER(TRIM(contact.ResolutionStatus)) IN (SELECT Word FROM pending_words) THEN 'P'
      ELSE 'O'
    END AS Outcome
  FROM customer360_silver.CustomerServiceInteractions AS contact
  LEFT JOIN customer360_silver.Agents AS agent ON agent.AgentID = contact.AgentID
  WHERE DATE(contact.DateTime) <= @as_of
),
counts AS (
  SELECT
    AgentKey,
    COUNT(*) AS TotalInteractions,
    COUNTIF(Outcome = 'R') AS ResolvedCount,
    COUNTIF(Outcome = 'E') AS EscalatedCount,
    COUNTIF(Outcome = 'P') AS PendingCount,
    COUNTIF(Outcome = 'O') AS OtherStatusCount,
    COUNT(DISTINCT CustomerID) AS CustomersServed,
    MIN(DateTime) AS FirstInteraction,
    MAX(DateTime) AS LastInteraction
  FROM interactions
  GROUP BY AgentKey
),
agents AS (
  SELECT CAST(AgentID AS STRING) AS AgentKey, TRUE AS IsKnown, Name, Department, Shift
  FROM customer360_silver.Agents
  UNION ALL
  SELECT AgentKey, FALSE, NULL, NULL, NULL
  FROM counts
  WHERE AgentKey = 'UNKNOWN'
),
measures AS (
  SELECT
    agents.AgentKey,
    agents.Name,
    agents.Department,
    agents.Shift,
    COALESCE(counts.TotalInteractions, 0) AS Total,
    COALESCE(counts.ResolvedCount, 0) AS Resolved,
    COALESCE(counts.EscalatedCount, 0) AS Escalated,
    COALESCE(counts.PendingCount, 0) AS Pending,
    COALESCE(counts.OtherStatusCount, 0) AS Other,
    COALESCE(counts.CustomersServed, 0) AS CustomersServed,
    agents.IsKnown AND COALESCE(counts.TotalInteractions, 0) >= @min_interactions AS MeetsMinimum,
    counts.ResolvedCount / counts.TotalInteractions AS Resolution,
    counts.FirstInteraction,
    counts.LastInteraction
  FROM agents
  LEFT JOIN counts ON counts.AgentKey = agents.AgentKey
),
-- Wilson's interval in double, its terms named as in docs/gold.md.
wilson_terms AS (
  SELECT
    AgentKey,
    Total,
    Z,
    Resolution + Z * Z / (2 * Total) AS WilsonC,
    Z * SQRT((Resolution * (1 - Resolution) + Z * Z / (4 * Total)) / Total) AS WilsonM
  FROM measures
  CROSS JOIN (SELECT CAST(1.959964 AS FLOAT64) AS Z)
  WHERE Total > 0
),
wilson AS (
  SELECT AgentKey, GREATEST(0, (WilsonC - WilsonM) / (1 + Z * Z / Total)) AS LowerBound
  FROM wilson_terms
),
ranked AS (
  SELECT
    AgentKey,
    RANK() OVER (PARTITION BY Department ORDER BY Resolution DESC NULLS LAST) AS RankInDepartment
  FROM measures
  WHERE MeetsMinimum
)
SELECT
  measures.AgentKey AS AgentID,
  measures.Name AS AgentName,
  measures.Department,
  measures.Shift,
  measures.Total AS TotalInteractions,
  measures.Resolved AS ResolvedCount,
  measures.Escalated AS EscalatedCount,
  measures.Pending AS PendingCount,
  measures.Other AS OtherStatusCount,
  measures.CustomersServed,
  -- Rounded HALF_UP in integers; the division by 10000 only sets the decimal point.
  -- The operands of DIV keep parentheses of their own: DuckDB gets it as an infix operator.
  CASE WHEN measures.Total > 0 THEN CAST(
    DIV((20000 * measures.Resolved + measures.Total), (2 * measures.Total)) / 10000
    AS NUMERIC(7, 4)
  ) END AS ResolutionRate,
  CASE WHEN measures.Resolved + measures.Escalated > 0 THEN CAST(
    DIV(
      (20000 * measures.Resolved + measures.Resolved + measures.Escalated),
      (2 * (measures.Resolved + measures.Escalated))
    ) / 10000 AS NUMERIC(7, 4)
  ) END AS ClosedResolutionRate,
  CASE WHEN measures.Total > 0 THEN CAST(
    DIV((20000 * measures.Escalated + measures.Total), (2 * measures.Total)) / 10000
    AS NUMERIC(7, 4)
  ) END AS EscalationRate,
  CASE WHEN measures.Total > 0 THEN CAST(
    DIV((20000 * measures.Pending + measures.Total), (2 * measures.Total)) / 10000
    AS NUMERIC(7, 4)
  ) END AS PendingRate,
  CAST(ROUND(wilson.LowerBound, 4) AS NUMERIC(7, 4)) AS ResolutionRateLow95,
  measures.MeetsMinimum,
  ranked.RankInDepartment,
  measures.FirstInteraction,
  measures.LastInteraction
FROM measures
LEFT JOIN wilson ON wilson.AgentKey = measures.AgentKey
LEFT JOIN ranked ON ranked.AgentKey = measures.AgentKey
