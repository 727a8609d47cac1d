-- One row per agent of customer service.
-- Rendered by `c360 sql` from the registry and the contracts; do not edit it by hand.
-- `c360` sends these texts itself. @names are query parameters, RUN_ID is the id of a run.

-- The table.
CREATE TABLE IF NOT EXISTS `customer360_silver`.`Agents` (
  `AgentID` INT64 NOT NULL OPTIONS(description="Number of the agent."),
  `Name` STRING OPTIONS(description="Full name of the agent."),
  `Department` STRING OPTIONS(description="Department in which agents are ranked."),
  `Shift` STRING OPTIONS(description="Working hours, for example Morning or Night."),
  `FileID` STRING NOT NULL OPTIONS(description="The silver batch that the row came with."),
  `SourceFile` STRING NOT NULL OPTIONS(
    description="Path of the source file below the bronze root."
  ),
  PRIMARY KEY (`AgentID`) NOT ENFORCED
)
OPTIONS(description="One row per agent of customer service.", labels=[('app', 'c360')]);

-- What a run stages: one row a key.
CREATE TABLE IF NOT EXISTS `customer360_staging`.`Agents__RUN_ID` (
  `AgentID` INT64,
  `Name` STRING,
  `Department` STRING,
  `Shift` STRING,
  `FileID` STRING,
  `SourceFile` STRING
);

-- Files that share keys are staged apart, and one row a key is kept.
INSERT INTO `customer360_staging`.`Agents__RUN_ID` (
  `AgentID`, `Name`, `Department`, `Shift`, `FileID`, `SourceFile`
)
SELECT `AgentID`, `Name`, `Department`, `Shift`, `FileID`, `SourceFile`
FROM (
  SELECT
    `AgentID`,
    `Name`,
    `Department`,
    `Shift`,
    `FileID`,
    `SourceFile`,
    ROW_NUMBER() OVER (
      PARTITION BY `AgentID`
      ORDER BY
        `SourceFile` DESC NULLS LAST,
        `AgentID` DESC NULLS LAST,
        `Name` DESC NULLS LAST,
        `Department` DESC NULLS LAST,
        `Shift` DESC NULLS LAST
    ) AS `c360_rank`
  FROM `customer360_staging`.`Agents__RUN_ID__all`
)
WHERE `c360_rank` = 1;

-- What is staged is compared with the ledger.
SELECT
  0 AS `Position`,
  COUNT(*) AS `RowCount`,
  ROUND(CAST(NULL AS NUMERIC), 9) AS `ControlSum`,
  [COUNTIF(`AgentID` IS NULL),
  COUNTIF(`FileID` IS NULL),
  COUNTIF(`SourceFile` IS NULL)] AS `Missing`,
  (
    SELECT COUNT(*)
    FROM (
      SELECT `AgentID`
      FROM `customer360_staging`.`Agents__RUN_ID`
      GROUP BY `AgentID`
      HAVING COUNT(*) > 1
    ) AS D
  ) AS `DuplicateKeys`
FROM `customer360_staging`.`Agents__RUN_ID`;

-- A staged key with two rows stops the run.
SELECT `AgentID`, COUNT(*) OVER () AS `DuplicateKeys`
FROM `customer360_staging`.`Agents__RUN_ID`
GROUP BY `AgentID`
HAVING COUNT(*) > 1
ORDER BY `AgentID`
LIMIT 5;

-- In the transaction: where published rows share a key, remove them.
IF EXISTS (
  SELECT `AgentID` FROM `customer360_silver`.`Agents` GROUP BY `AgentID` HAVING COUNT(*) > 1
) THEN
  DELETE FROM `customer360_silver`.`Agents` AS T
  WHERE EXISTS (
    SELECT 1
    FROM (
      SELECT `AgentID` FROM `customer360_silver`.`Agents` GROUP BY `AgentID` HAVING COUNT(*) > 1
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
  COUNTIF(
    S.`AgentID` IS NOT NULL
    AND T.`AgentID` IS NOT NULL
    AND (
      T.`Name` IS DISTINCT FROM S.`Name`
      OR T.`Department` IS DISTINCT FROM S.`Department`
      OR T.`Shift` IS DISTINCT FROM S.`Shift`
      OR T.`FileID` IS DISTINCT FROM S.`FileID`
      OR T.`SourceFile` IS DISTINCT FROM S.`SourceFile`
    )
  ),
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
FROM `customer360_silver`.`Agents` AS T
FULL OUTER JOIN `customer360_staging`.`Agents__RUN_ID` AS S
ON T.`AgentID` = S.`AgentID`;

-- In the transaction: make the table equal to what is staged.
MERGE INTO `customer360_silver`.`Agents` AS T
USING `customer360_staging`.`Agents__RUN_ID` AS S
ON T.`AgentID` = S.`AgentID`
WHEN MATCHED
  AND (
    T.`Name` IS DISTINCT FROM S.`Name`
    OR T.`Department` IS DISTINCT FROM S.`Department`
    OR T.`Shift` IS DISTINCT FROM S.`Shift`
    OR T.`FileID` IS DISTINCT FROM S.`FileID`
    OR T.`SourceFile` IS DISTINCT FROM S.`SourceFile`
  )
THEN UPDATE
SET
  `Name` = S.`Name`,
  `Department` = S.`Department`,
  `Shift` = S.`Shift`,
  `FileID` = S.`FileID`,
  `SourceFile` = S.`SourceFile`
WHEN NOT MATCHED
THEN INSERT (`AgentID`, `Name`, `Department`, `Shift`, `FileID`, `SourceFile`)
VALUES (S.`AgentID`, S.`Name`, S.`Department`, S.`Shift`, S.`FileID`, S.`SourceFile`)
WHEN NOT MATCHED BY SOURCE
THEN DELETE;

-- Afterwards: read back, the head beside it.
SELECT 0 AS `Position`, F.`RowCount`, F.`ControlSum`, H.`Epoch`, H.`BatchID`, H.`RunID`
FROM (
  SELECT COUNT(*) AS `RowCount`, ROUND(CAST(NULL AS NUMERIC), 9) AS `ControlSum`
  FROM `customer360_silver`.`Agents`
) AS F
CROSS JOIN `customer360_audit`.`Publication` AS H;
