-- The published batch: one row. Figures are sums over the silver tables.
-- Rendered by `c360 sql` from the registry and the contracts; do not edit it by hand.
-- To create it: bq query --use_legacy_sql=false < sql/views/CurrentBatch.sql

-- The view.
CREATE OR REPLACE VIEW `customer360_audit`.`CurrentBatch` (
  `Epoch` OPTIONS(description="Publications so far; a run publishes only on the one it saw."),
  `BatchID` OPTIONS(description="The published batch; NULL before the first."),
  `RunID` OPTIONS(description="The run that published it; NULL before the first."),
  `Tables` OPTIONS(description="Tables that the publication carried."),
  `AsOf` OPTIONS(description="The day on which gold stands."),
  `RuleVersion` OPTIONS(description="Hash of the policy that gold was made with."),
  `AppVersion` OPTIONS(description="Version of c360."),
  `SparkVersion` OPTIONS(description="Version of Spark; NULL when none was started."),
  `StartedAt` OPTIONS(description="When the run started."),
  `FinishedAt` OPTIONS(description="When the run wrote its audit."),
  `RecordsRead` OPTIONS(description="Records in the files of the state."),
  `Accepted` OPTIONS(description="Records that are rows of the state."),
  `Rejected` OPTIONS(description="Records in quarantine."),
  `Duplicates` OPTIONS(description="Records that lost against a newer one of their key.")
)
OPTIONS(
  description="The published batch: one row. Figures are sums over the silver tables.",
  labels=[('app', 'c360')]
)
AS
SELECT
  P.`Epoch`,
  P.`BatchID`,
  P.`RunID`,
  COUNT(A.`TableName`) AS `Tables`,
  MAX(A.`AsOf`) AS `AsOf`,
  MAX(A.`RuleVersion`) AS `RuleVersion`,
  MAX(A.`AppVersion`) AS `AppVersion`,
  MAX(A.`SparkVersion`) AS `SparkVersion`,
  MAX(A.`StartedAt`) AS `StartedAt`,
  MAX(A.`FinishedAt`) AS `FinishedAt`,
  SUM(A.`RecordsRead`) AS `RecordsRead`,
  SUM(A.`Accepted`) AS `Accepted`,
  SUM(A.`Rejected`) AS `Rejected`,
  SUM(A.`Duplicates`) AS `Duplicates`
FROM `customer360_audit`.`Publication` AS P
LEFT JOIN `customer360_audit`.`LoadAudit` AS A
ON A.`RunID` = P.`RunID`
GROUP BY P.`Epoch`, P.`BatchID`, P.`RunID`;
