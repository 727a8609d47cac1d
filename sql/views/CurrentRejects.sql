-- Why records of the published batch were rejected or values became NULL: one row a table and
-- cause. A record with two causes counts in both.
-- Rendered by `c360 sql` from the registry and the contracts; do not edit it by hand.
-- To create it: bq query --use_legacy_sql=false < sql/views/CurrentRejects.sql

-- The view.
CREATE OR REPLACE VIEW `customer360_audit`.`CurrentRejects` (
  `TableName` OPTIONS(description="The table, as the registry or the contract names it."),
  `ColumnName` OPTIONS(description="The column, or row for the record itself."),
  `Reason` OPTIONS(description="What was wrong, in one word of a closed vocabulary."),
  `Action` OPTIONS(description="rejected or nulled."),
  `Records` OPTIONS(description="Records with this cause."),
  `Files` OPTIONS(description="Files in which the cause was found.")
)
OPTIONS(
  description="Why records of the published batch were rejected or values became NULL: one row a table and cause. A record with two causes counts in both.",
  labels=[('app', 'c360')]
)
AS
SELECT
  A.`TableName`,
  A.`ColumnName`,
  A.`Reason`,
  A.`Action`,
  SUM(A.`Records`) AS `Records`,
  COUNT(DISTINCT A.`Path`) AS `Files`
FROM `customer360_audit`.`LoadReasons` AS A
JOIN `customer360_audit`.`Publication` AS P
ON P.`RunID` = A.`RunID`
GROUP BY A.`TableName`, A.`ColumnName`, A.`Reason`, A.`Action`;
