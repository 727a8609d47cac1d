-- Why records of the published state were rejected or lost a value.
-- Rendered by `c360 sql` from dashboards/measures.yaml and the contracts; do not edit it by hand.
-- To create it: bq query --use_legacy_sql=false < sql/views/dashboard_reasons.sql

CREATE OR REPLACE VIEW `customer360_dashboard`.`dashboard_reasons` (
  `TableName` OPTIONS(description="The table, as the registry or the contract names it."),
  `ColumnName` OPTIONS(description="The column, or row for the record itself."),
  `Reason` OPTIONS(description="What was wrong, in one word of a closed vocabulary."),
  `Action` OPTIONS(description="rejected or nulled."),
  `Files` OPTIONS(description="Files with this cause."),
  `Records` OPTIONS(description="Records with this cause.")
)
OPTIONS(
  description="Why records of the published state were rejected or lost a value.",
  labels=[('app', 'c360')]
)
AS
SELECT
  `TableName`,
  `ColumnName`,
  `Reason`,
  `Action`,
  COUNT(DISTINCT `Path`) AS `Files`,
  SUM(`Records`) AS `Records`
FROM `customer360_audit`.`LoadReasons`
WHERE `RunID` IN (SELECT `RunID` FROM `customer360_audit`.`Publication`)
GROUP BY `TableName`, `ColumnName`, `Reason`, `Action`;
