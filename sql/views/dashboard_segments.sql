-- Customers and their spend by segment, loyalty tier, spend tier and frequency tier.
-- Rendered by `c360 sql` from dashboards/measures.yaml and the contracts; do not edit it by hand.
-- To create it: bq query --use_legacy_sql=false < sql/views/dashboard_segments.sql

CREATE OR REPLACE VIEW `customer360_dashboard`.`dashboard_segments` (
  `Segment` OPTIONS(
    description="First that fits: No Purchases, High-Value Customer, One-Time Buyer, Loyalty Champion, Regular Customer; Unknown on the row UNKNOWN."
  ),
  `LoyaltyTier` OPTIONS(
    description="Tier of the account with the highest configured rank (ties: latest JoinDate, then lowest LoyaltyID), in the configured spelling; None without an account, Unknown when that account has no tier."
  ),
  `SpendTier` OPTIONS(
    description="High from the 90th percentile of buyers' TotalSpend, Medium from the 50th, Low below, None without a counted order."
  ),
  `FrequencyTier` OPTIONS(
    description="Frequent from the policy's frequent_from orders, Repeat from 2, One-Time for 1, None for 0."
  ),
  `Customers` OPTIONS(description="Customers of the customer list, whether or not they bought."),
  `Buyers` OPTIONS(description="Known customers with at least one counted order."),
  `TotalSpend` OPTIONS(description="Sum of the counted orders' Amount; 0.00 when there are none."),
  `OrderCount` OPTIONS(description="Counted orders of both channels; 0 when none."),
  `LoyaltyPoints` OPTIONS(description="Sum of PointsEarned over the accounts; 0 when none."),
  `SpendThreshold` OPTIONS(
    description="The spend from which a buyer is a High-Value Customer, exact; the same on every row."
  )
)
OPTIONS(
  description="Customers and their spend by segment, loyalty tier, spend tier and frequency tier.",
  labels=[('app', 'c360')]
)
AS
SELECT
  `Segment`,
  `LoyaltyTier`,
  `SpendTier`,
  `FrequencyTier`,
  COUNTIF(`CustomerID` NOT IN ('UNKNOWN')) AS `Customers`,
  COUNTIF(`SpendTier` NOT IN ('None')) AS `Buyers`,
  SUM(`TotalSpend`) AS `TotalSpend`,
  SUM(`OrderCount`) AS `OrderCount`,
  SUM(`LoyaltyPoints`) AS `LoyaltyPoints`,
  MAX(`SpendThreshold`) AS `SpendThreshold`
FROM `customer360_gold`.`CustomerSegments`
GROUP BY `Segment`, `LoyaltyTier`, `SpendTier`, `FrequencyTier`;
