-- One row per contact of a customer with customer service.
-- Rendered by `c360 sql` from the registry and the contracts; do not edit it by hand.
-- `c360` sends these texts itself. @names are query parameters, RUN_ID is the id of a run.

-- The table.
CREATE TABLE IF NOT EXISTS `customer360_silver`.`CustomerServiceInteractions` (
  `InteractionID` INT64 NOT NULL OPTIONS(description="Number of the interaction."),
  `CustomerID` INT64 OPTIONS(description="Who asked. Refers to Customers.CustomerID."),
  `DateTime` DATETIME NOT NULL OPTIONS(description="When it took place, wall clock of the source."),
  `AgentID` INT64 OPTIONS(description="Who answered. Refers to Agents.AgentID."),
  `IssueType` STRING OPTIONS(description="What it was about, for example Delivery."),
  `ResolutionStatus` STRING OPTIONS(
    description="How it ended. The policy says which words are resolved, escalated or pending."
  ),
  `FileID` STRING NOT NULL OPTIONS(description="The silver batch that the row came with."),
  `SourceFile` STRING NOT NULL OPTIONS(
    description="Path of the source file below the bronze root."
  ),
  PRIMARY KEY (`InteractionID`) NOT ENFORCED
)
PARTITION BY DATETIME_TRUNC(`DateTime`, MONTH)
CLUSTER BY `AgentID`, `CustomerID`
OPTIONS(
  description="One row per contact of a customer with customer service.", labels=[('app', 'c360')]
);

-- What a run stages: one row a key.
CREATE TABLE IF NOT EXISTS `customer360_staging`.`CustomerServiceInteractions__RUN_ID` (
  `InteractionID` INT64,
  `CustomerID` INT64,
  `DateTime` DATETIME,
  `AgentID` INT64,
  `IssueType` STRING,
  `ResolutionStatus` STRING,
  `FileID` STRING,
  `SourceFile` STRING
);

-- Files that share keys are staged apart, and one row a key is kept.
INSERT INTO `customer360_staging`.`CustomerServiceInteractions__RUN_ID` (
  `InteractionID`,
  `CustomerID`,
  `DateTime`,
  `AgentID`,
  `IssueType`,
  `ResolutionStatus`,
  `FileID`,
  `SourceFile`
)
SELECT
  `InteractionID`,
  `CustomerID`,
  `DateTime`,
  `AgentID`,
  `IssueType`,
  `ResolutionStatus`,
  `FileID`,
  `SourceFile`
FROM (
  SELECT
    `InteractionID`,
    `CustomerID`,
    `DateTime`,
    `AgentID`,
    `IssueType`,
    `ResolutionStatus`,
    `FileID`,
    `SourceFile`,
    ROW_NUMBER() OVER (
      PARTITION BY `InteractionID`
      ORDER BY
        `DateTime` DESC NULLS LAST,
        `SourceFile` DESC NULLS LAST,
        `InteractionID` DESC NULLS LAST,
        `CustomerID` DESC NULLS LAST,
        `AgentID` DESC NULLS LAST,
        `IssueType` DESC NULLS LAST,
        `ResolutionStatus` DESC NULLS LAST
    ) AS `c360_rank`
  FROM `customer360_staging`.`CustomerServiceInteractions__RUN_ID__all`
)
WHERE `c360_rank` = 1;

-- What is staged is compared with the ledger.
SELECT
  0 AS `Position`,
  COUNT(*) AS `RowCount`,
  ROUND(CAST(NULL AS NUMERIC), 9) AS `ControlSum`,
  [COUNTIF(`InteractionID` IS NULL),
  COUNTIF(`DateTime` IS NULL),
  COUNTIF(`FileID` IS NULL),
  COUNTIF(`SourceFile` IS NULL)] AS `Missing`,
  (
    SELECT COUNT(*)
    FROM (
      SELECT `InteractionID`
      FROM `customer360_staging`.`CustomerServiceInteractions__RUN_ID`
      GROUP BY `InteractionID`
      HAVING COUNT(*) > 1
    ) AS D
  ) AS `DuplicateKeys`
FROM `customer360_staging`.`CustomerServiceInteractions__RUN_ID`;

-- A staged key with two rows stops the run.
SELECT `InteractionID`, COUNT(*) OVER () AS `DuplicateKeys`
FROM `customer360_staging`.`CustomerServiceInteractions__RUN_ID`
GROUP BY `InteractionID`
HAVING COUNT(*) > 1
ORDER BY `InteractionID`
LIMIT 5;

-- In the transaction: where published rows share a key, remove them.
IF EXISTS (
  SELECT `InteractionID`
  FROM `customer360_silver`.`CustomerServiceInteractions`
  GROUP BY `InteractionID`
  HAVING COUNT(*) > 1
) THEN
  DELETE FROM `customer360_silver`.`CustomerServiceInteractions` AS T
  WHERE EXISTS (
    SELECT 1
    FROM (
      SELECT `InteractionID`
      FROM `customer360_silver`.`CustomerServiceInteractions`
      GROUP BY `InteractionID`
      HAVING COUNT(*) > 1
    ) AS D
    WHERE D.`InteractionID` = T.`InteractionID`
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
  COUNTIF(S.`InteractionID` IS NOT NULL AND T.`InteractionID` IS NULL),
  COUNTIF(
    S.`InteractionID` IS NOT NULL
    AND T.`InteractionID` IS NOT NULL
    AND (
      T.`CustomerID` IS DISTINCT FROM S.`CustomerID`
      OR T.`DateTime` IS DISTINCT FROM S.`DateTime`
      OR T.`AgentID` IS DISTINCT FROM S.`AgentID`
      OR T.`IssueType` IS DISTINCT FROM S.`IssueType`
      OR T.`ResolutionStatus` IS DISTINCT FROM S.`ResolutionStatus`
      OR T.`FileID` IS DISTINCT FROM S.`FileID`
      OR T.`SourceFile` IS DISTINCT FROM S.`SourceFile`
    )
  ),
  COUNTIF(S.`InteractionID` IS NULL),
  COUNTIF(S.`InteractionID` IS NOT NULL),
  ROUND(CAST(@AmountSum AS NUMERIC), 9),
  CAST(@AsOf AS DATE),
  CAST(@RuleVersion AS STRING),
  CAST(@AppVersion AS STRING),
  CAST(@SparkVersion AS STRING),
  CAST(@StartedAt AS TIMESTAMP),
  CAST(@FinishedAt AS TIMESTAMP),
  CAST(@Message AS STRING)
FROM `customer360_silver`.`CustomerServiceInteractions` AS T
FULL OUTER JOIN `customer360_staging`.`CustomerServiceInteractions__RUN_ID` AS S
ON T.`InteractionID` = S.`InteractionID`;

-- In the transaction: make the table equal to what is staged.
MERGE INTO `customer360_silver`.`CustomerServiceInteractions` AS T
USING `customer360_staging`.`CustomerServiceInteractions__RUN_ID` AS S
ON T.`InteractionID` = S.`InteractionID`
WHEN MATCHED
  AND (
    T.`CustomerID` IS DISTINCT FROM S.`CustomerID`
    OR T.`DateTime` IS DISTINCT FROM S.`DateTime`
    OR T.`AgentID` IS DISTINCT FROM S.`AgentID`
    OR T.`IssueType` IS DISTINCT FROM S.`IssueType`
    OR T.`ResolutionStatus` IS DISTINCT FROM S.`ResolutionStatus`
    OR T.`FileID` IS DISTINCT FROM S.`FileID`
    OR T.`SourceFile` IS DISTINCT FROM S.`SourceFile`
  )
THEN UPDATE
SET
  `CustomerID` = S.`CustomerID`,
  `DateTime` = S.`DateTime`,
  `AgentID` = S.`AgentID`,
  `IssueType` = S.`IssueType`,
  `ResolutionStatus` = S.`ResolutionStatus`,
  `FileID` = S.`FileID`,
  `SourceFile` = S.`SourceFile`
WHEN NOT MATCHED
THEN INSERT (
  `InteractionID`,
  `CustomerID`,
  `DateTime`,
  `AgentID`,
  `IssueType`,
  `ResolutionStatus`,
  `FileID`,
  `SourceFile`
)
VALUES (
  S.`InteractionID`,
  S.`CustomerID`,
  S.`DateTime`,
  S.`AgentID`,
  S.`IssueType`,
  S.`ResolutionStatus`,
  S.`FileID`,
  S.`SourceFile`
)
WHEN NOT MATCHED BY SOURCE
THEN DELETE;

-- Afterwards: read back, the head beside it.
SELECT 0 AS `Position`, F.`RowCount`, F.`ControlSum`, H.`Epoch`, H.`BatchID`, H.`RunID`
FROM (
  SELECT COUNT(*) AS `RowCount`, ROUND(CAST(NULL AS NUMERIC), 9) AS `ControlSum`
  FROM `customer360_silver`.`CustomerServiceInteractions`
) AS F
CROSS JOIN `customer360_audit`.`Publication` AS H;
