-- Orders by channel, weekday and hour.
-- Rendered by `c360 sql` from dashboards/measures.yaml and the contracts; do not edit it by hand.
-- To create it: bq query --use_legacy_sql=false < sql/views/dashboard_peaks.sql

CREATE OR REPLACE VIEW `customer360_dashboard`.`dashboard_peaks` (
  `Channel` OPTIONS(description="Online or InStore."),
  `DayOfWeek` OPTIONS(description="ISO weekday, 1 is Monday."),
  `DayName` OPTIONS(description="The weekday in English."),
  `HourOfDay` OPTIONS(description="Hour 0 to 23 on the wall clock of the source."),
  `TransactionCount` OPTIONS(
    description="All orders placed in the cell, whatever their status: demand."
  ),
  `CountedCount` OPTIONS(description="Of those, the orders that count as sales."),
  `GrossAmount` OPTIONS(description="Sum of the counted orders' Amount; 0.00 when none."),
  `ObservedDays` OPTIONS(
    description="How often the weekday falls between the first and the last transaction date of both channels, both included; 0 without transactions."
  ),
  `AvgPerDay` OPTIONS(
    description="TransactionCount / ObservedDays, rounded half up once; NULL when ObservedDays is 0."
  ),
  `CellRank` OPTIONS(
    description="Rank of the cell in its channel by TransactionCount; 1 is the busiest, ties share."
  ),
  `CellRankPerDay` OPTIONS(
    description="Rank of the cell in its channel by the unrounded average per day; ties share."
  ),
  `DayRank` OPTIONS(description="Rank of the weekday in its channel by all its transactions."),
  `HourRank` OPTIONS(description="Rank of the hour in its channel by all its transactions."),
  `IsPeak` OPTIONS(description="True for the busiest cells of the channel; several may tie.")
)
OPTIONS(description="Orders by channel, weekday and hour.", labels=[('app', 'c360')])
AS
SELECT
  `Channel`,
  `DayOfWeek`,
  `DayName`,
  `HourOfDay`,
  `TransactionCount`,
  `CountedCount`,
  `GrossAmount`,
  `ObservedDays`,
  `AvgPerDay`,
  `CellRank`,
  `CellRankPerDay`,
  `DayRank`,
  `HourRank`,
  `IsPeak`
FROM `customer360_gold`.`PeakTimes`;
