-- The head: which batch is published. Always one row.
-- Rendered by `c360 sql` from the registry and the contracts; do not edit it by hand.
-- `c360` sends these texts itself. @names are query parameters, RUN_ID is the id of a run.

-- The table.
CREATE TABLE IF NOT EXISTS `customer360_audit`.`Publication` (
  `Epoch` INT64 NOT NULL OPTIONS(
    description="Publications so far; a run publishes only on the one it saw."
  ),
  `BatchID` STRING OPTIONS(description="The published batch; NULL before the first."),
  `RunID` STRING OPTIONS(description="The run that published it; NULL before the first.")
)
OPTIONS(description="The head: which batch is published. Always one row.", labels=[('app', 'c360')])
AS
SELECT 0 AS `Epoch`, CAST(NULL AS STRING) AS `BatchID`, CAST(NULL AS STRING) AS `RunID`;

-- What is published: read before bronze is listed.
SELECT `Epoch`, `BatchID`, `RunID` FROM `customer360_audit`.`Publication` ORDER BY `Epoch` DESC;

-- First in the transaction: take the head, if it is still as it was read.
UPDATE `customer360_audit`.`Publication`
SET `Epoch` = @Epoch + 1, `BatchID` = @BatchID, `RunID` = @RunID
WHERE `Epoch` = @Epoch;

-- Then: end here unless this run took it.
SELECT IF(
  COUNT(*) = 1 AND COUNTIF(`Epoch` = @Epoch + 1 AND `BatchID` = @BatchID AND `RunID` = @RunID) = 1,
  COUNT(*),
  ERROR('another run has published meanwhile')
) AS `Heads`
FROM `customer360_audit`.`Publication`;
