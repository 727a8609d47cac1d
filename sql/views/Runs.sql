-- Every run, the failed and refused ones too: one row a run, with its worst status.
-- Rendered by `c360 sql` from the registry and the contracts; do not edit it by hand.
-- To create it: bq query --use_legacy_sql=false < sql/views/Runs.sql

-- The view.
CREATE OR REPLACE VIEW `customer360_audit`.`Runs` (
  `RunID` OPTIONS(description="The run that wrote this row."),
  `BatchID` OPTIONS(description="The batch of that run; NULL when it stopped before it had one."),
  `Status` OPTIONS(description="SUCCESS, FAILED (a part outside) or REFUSED (the data)."),
  `Tables` OPTIONS(description="Tables that the run reached."),
  `AsOf` OPTIONS(description="The day on which gold stands."),
  `StartedAt` OPTIONS(description="When the run started."),
  `FinishedAt` OPTIONS(description="When the run wrote its audit."),
  `Message` OPTIONS(description="Why a run failed or was refused, or what to know."),
  `IsPublished` OPTIONS(description="Whether its batch is published now.")
)
OPTIONS(
  description="Every run, the failed and refused ones too: one row a run, with its worst status.",
  labels=[('app', 'c360')]
)
AS
SELECT
  A.`RunID`,
  A.`BatchID`,
  A.`Status`,
  A.`Tables`,
  A.`AsOf`,
  A.`StartedAt`,
  A.`FinishedAt`,
  A.`Message`,
  P.`RunID` IS NOT NULL AS `IsPublished`
FROM (
  SELECT
    `RunID` AS `RunID`,
    MAX(`BatchID`) AS `BatchID`,
    MIN(`Status`) AS `Status`,
    COUNT(*) AS `Tables`,
    MAX(`AsOf`) AS `AsOf`,
    MIN(`StartedAt`) AS `StartedAt`,
    MAX(`FinishedAt`) AS `FinishedAt`,
    MAX(`Message`) AS `Message`
  FROM `customer360_audit`.`LoadAudit`
  GROUP BY `RunID`
) AS A
LEFT JOIN `customer360_audit`.`Publication` AS P
ON P.`RunID` = A.`RunID`;
