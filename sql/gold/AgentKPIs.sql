-- Resolution of service interactions: one row per agent, and UNKNOWN when interactions name no
-- known agent. The sources have no resolution time, so there is no duration.
-- Rendered by `c360 sql` from the registry and the contracts; do not edit it by hand.
-- `c360` sends these texts itself. @names are query parameters, RUN_ID is the id of a run.

-- The table.
CREATE TABLE IF NOT EXISTS `customer360_gold`.`AgentKPIs` (
  `AgentID` STRING NOT NULL OPTIONS(
    description="AgentID as text, or UNKNOWN for the interactions that name no known agent."
  ),
  `AgentName` STRING OPTIONS(description="The agent's name; NULL on UNKNOWN."),
  `Department` STRING OPTIONS(
    description="The agent's department; NULL where the source has none."
  ),
  `Shift` STRING OPTIONS(description="The agent's shift; NULL where the source has none."),
  `TotalInteractions` INT64 OPTIONS(description="Interactions taken; 0 when none."),
  `ResolvedCount` INT64 OPTIONS(description="Of those, resolved."),
  `EscalatedCount` INT64 OPTIONS(description="Of those, escalated."),
  `PendingCount` INT64 OPTIONS(description="Of those, pending."),
  `OtherStatusCount` INT64 OPTIONS(description="Of those, with any other status or none."),
  `CustomersServed` INT64 OPTIONS(
    description="Different CustomerIDs among the interactions, known or not; a missing one is not counted."
  ),
  `ResolutionRate` NUMERIC(7,4) OPTIONS(
    description="ResolvedCount / TotalInteractions, a fraction; NULL without interactions."
  ),
  `ClosedResolutionRate` NUMERIC(7,4) OPTIONS(
    description="ResolvedCount / (ResolvedCount + EscalatedCount); NULL when nothing is closed."
  ),
  `EscalationRate` NUMERIC(7,4) OPTIONS(
    description="EscalatedCount / TotalInteractions, a fraction."
  ),
  `PendingRate` NUMERIC(7,4) OPTIONS(description="PendingCount / TotalInteractions, a fraction."),
  `ResolutionRateLow95` NUMERIC(7,4) OPTIONS(
    description="Lower bound of the 95 % Wilson interval of ResolutionRate: low for agents with few interactions, so fit for comparing agents."
  ),
  `MeetsMinimum` BOOL OPTIONS(
    description="True from the policy's min_interactions on; false on UNKNOWN."
  ),
  `RankInDepartment` INT64 OPTIONS(
    description="Rank by unrounded ResolutionRate among the agents of the department that meet the minimum, ties share; NULL for the others. Agents without a department form one group."
  ),
  `FirstInteraction` DATETIME OPTIONS(description="Wall clock of the first interaction, or NULL."),
  `LastInteraction` DATETIME OPTIONS(description="Wall clock of the last interaction, or NULL."),
  `BatchID` STRING NOT NULL OPTIONS(
    description="The publication that wrote the row; the same on every row of every gold table."
  ),
  `RuleVersion` STRING NOT NULL OPTIONS(
    description="Hash of the policy section of the registry that the row was calculated with."
  ),
  PRIMARY KEY (`AgentID`) NOT ENFORCED
)
OPTIONS(
  description="Resolution of service interactions: one row per agent, and UNKNOWN when interactions name no known agent. The sources have no resolution time, so there is no duration.",
  labels=[('app', 'c360')]
);

-- What a run stages: one row a key.
CREATE TABLE IF NOT EXISTS `customer360_staging`.`AgentKPIs__RUN_ID` (
  `AgentID` STRING,
  `AgentName` STRING,
  `Department` STRING,
  `Shift` STRING,
  `TotalInteractions` INT64,
  `ResolvedCount` INT64,
  `EscalatedCount` INT64,
  `PendingCount` INT64,
  `OtherStatusCount` INT64,
  `CustomersServed` INT64,
  `ResolutionRate` NUMERIC(7,4),
  `ClosedResolutionRate` NUMERIC(7,4),
  `EscalationRate` NUMERIC(7,4),
  `PendingRate` NUMERIC(7,4),
  `ResolutionRateLow95` NUMERIC(7,4),
  `MeetsMinimum` BOOL,
  `RankInDepartment` INT64,
  `FirstInteraction` DATETIME,
  `LastInteraction` DATETIME,
  `BatchID` STRING,
  `RuleVersion` STRING
);

-- What is staged is compared with the ledger.
SELECT
  0 AS `Position`,
  COUNT(*) AS `RowCount`,
  ROUND(
    CAST(COALESCE(SUM(ROUND(CAST(`TotalInteractions` AS NUMERIC), 9)), 0) AS NUMERIC), 9
  ) AS `ControlSum`,
  [COUNTIF(`AgentID` IS NULL),
  COUNTIF(`BatchID` IS NULL),
  COUNTIF(`RuleVersion` IS NULL)] AS `Missing`,
  (
    SELECT COUNT(*)
    FROM (
      SELECT `AgentID`
      FROM `customer360_staging`.`AgentKPIs__RUN_ID`
      GROUP BY `AgentID`
      HAVING COUNT(*) > 1
    ) AS D
  ) AS `DuplicateKeys`
FROM `customer360_staging`.`AgentKPIs__RUN_ID`;

-- A staged key with two rows stops the run.
SELECT `AgentID`, COUNT(*) OVER () AS `DuplicateKeys`
FROM `customer360_staging`.`AgentKPIs__RUN_ID`
GROUP BY `AgentID`
HAVING COUNT(*) > 1
ORDER BY `AgentID`
LIMIT 5;

-- In the transaction: where published rows share a key, remove them.
IF EXISTS (
  SELECT `AgentID` FROM `customer360_gold`.`AgentKPIs` GROUP BY `AgentID` HAVING COUNT(*) > 1
) THEN
  DELETE FROM `customer360_gold`.`AgentKPIs` AS T
  WHERE EXISTS (
    SELECT 1
    FROM (
      SELECT `AgentID` FROM `customer360_gold`.`AgentKPIs` GROUP BY `AgentID` HAVING COUNT(*) > 1
    ) AS D
    WHERE D.`AgentID` = T.`AgentID`
  );
END IF;

-- In the transaction: the audit row, with counts of what comes next.
INSERT INTO `customer360_audit`.`LoadAudit` (
  `RunID`,
  `BatchID`,
  `Layer`,
  `TableName`,
  `Status`,
  `FilesRead`,
  `FilesReused`,
  `RecordsRead`,
  `Accepted`,
  `Rejected`,
  `Duplicates`,
  `ConflictingDuplicates`,
  `MissingReferences`,
  `RowsInserted`,
  `RowsUpdated`,
  `RowsDeleted`,
  `RowsInTable`,
  `AmountSum`,
  `AsOf`,
  `RuleVersion`,
  `AppVersion`,
  `SparkVersion`,
  `StartedAt`,
  `FinishedAt`,
  `Message`
)
SELECT
  CAST(@RunID AS STRING),
  CAST(@BatchID AS STRING),
  CAST(@Layer AS STRING),
  CAST(@TableName AS STRING),
  CAST(@Status AS STRING),
  CAST(@FilesRead AS INT64),
  CAST(@FilesReused AS INT64),
  CAST(@RecordsRead AS INT64),
  CAST(@Accepted AS INT64),
  CAST(@Rejected AS INT64),
  CAST(@Duplicates AS INT64),
  CAST(@ConflictingDuplicates AS INT64),
  CAST(@MissingReferences AS INT64),
  COUNTIF(S.`AgentID` IS NOT NULL AND T.`AgentID` IS NULL),
  COUNTIF(S.`AgentID` IS NOT NULL AND T.`AgentID` IS NOT NULL),
  COUNTIF(S.`AgentID` IS NULL),
  COUNTIF(S.`AgentID` IS NOT NULL),
  ROUND(CAST(@AmountSum AS NUMERIC), 9),
  CAST(@AsOf AS DATE),
  CAST(@RuleVersion AS STRING),
  CAST(@AppVersion AS STRING),
  CAST(@SparkVersion AS STRING),
  CAST(@StartedAt AS TIMESTAMP),
  CAST(@FinishedAt AS TIMESTAMP),
  CAST(@Message AS STRING)
FROM `customer360_gold`.`AgentKPIs` AS T
FULL OUTER JOIN `customer360_staging`.`AgentKPIs__RUN_ID` AS S
ON T.`AgentID` = S.`AgentID`;

-- In the transaction: make the table equal to what is staged.
MERGE INTO `customer360_gold`.`AgentKPIs` AS T
USING `customer360_staging`.`AgentKPIs__RUN_ID` AS S
ON T.`AgentID` = S.`AgentID`
WHEN MATCHED
THEN UPDATE
SET
  `AgentName` = S.`AgentName`,
  `Department` = S.`Department`,
  `Shift` = S.`Shift`,
  `TotalInteractions` = S.`TotalInteractions`,
  `ResolvedCount` = S.`ResolvedCount`,
  `EscalatedCount` = S.`EscalatedCount`,
  `PendingCount` = S.`PendingCount`,
  `OtherStatusCount` = S.`OtherStatusCount`,
  `CustomersServed` = S.`CustomersServed`,
  `ResolutionRate` = S.`ResolutionRate`,
  `ClosedResolutionRate` = S.`ClosedResolutionRate`,
  `EscalationRate` = S.`EscalationRate`,
  `PendingRate` = S.`PendingRate`,
  `ResolutionRateLow95` = S.`ResolutionRateLow95`,
  `MeetsMinimum` = S.`MeetsMinimum`,
  `RankInDepartment` = S.`RankInDepartment`,
  `FirstInteraction` = S.`FirstInteraction`,
  `LastInteraction` = S.`LastInteraction`,
  `BatchID` = S.`BatchID`,
  `RuleVersion` = S.`RuleVersion`
WHEN NOT MATCHED
THEN INSERT (
  `AgentID`,
  `AgentName`,
  `Department`,
  `Shift`,
  `TotalInteractions`,
  `ResolvedCount`,
  `EscalatedCount`,
  `PendingCount`,
  `OtherStatusCount`,
  `CustomersServed`,
  `ResolutionRate`,
  `ClosedResolutionRate`,
  `EscalationRate`,
  `PendingRate`,
  `ResolutionRateLow95`,
  `MeetsMinimum`,
  `RankInDepartment`,
  `FirstInteraction`,
  `LastInteraction`,
  `BatchID`,
  `RuleVersion`
)
VALUES (
  S.`AgentID`,
  S.`AgentName`,
  S.`Department`,
  S.`Shift`,
  S.`TotalInteractions`,
  S.`ResolvedCount`,
  S.`EscalatedCount`,
  S.`PendingCount`,
  S.`OtherStatusCount`,
  S.`CustomersServed`,
  S.`ResolutionRate`,
  S.`ClosedResolutionRate`,
  S.`EscalationRate`,
  S.`PendingRate`,
  S.`ResolutionRateLow95`,
  S.`MeetsMinimum`,
  S.`RankInDepartment`,
  S.`FirstInteraction`,
  S.`LastInteraction`,
  S.`BatchID`,
  S.`RuleVersion`
)
WHEN NOT MATCHED BY SOURCE
THEN DELETE;

-- Afterwards: read back, the head beside it.
SELECT 0 AS `Position`, F.`RowCount`, F.`ControlSum`, H.`Epoch`, H.`BatchID`, H.`RunID`
FROM (
  SELECT
    COUNT(*) AS `RowCount`,
    ROUND(
      CAST(COALESCE(SUM(ROUND(CAST(`TotalInteractions` AS NUMERIC), 9)), 0) AS NUMERIC), 9
    ) AS `ControlSum`
  FROM `customer360_gold`.`AgentKPIs`
) AS F
CROSS JOIN `customer360_audit`.`Publication` AS H;
