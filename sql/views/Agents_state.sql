-- One row per agent of customer service. From the files that were loaded into
-- customer360_staging.Agents: of the rows with one key the greatest by SourceFile, AgentID, Name,
-- Department, Shift.
-- Rendered by `c360 sql` from the registry and the contracts; do not edit it by hand.
-- To create it: bq query --use_legacy_sql=false < sql/views/Agents_state.sql

-- The view.
CREATE OR REPLACE VIEW `customer360_silver`.`Agents_state` (
  `AgentID` OPTIONS(description="Number of the agent."),
  `Name` OPTIONS(description="Full name of the agent."),
  `Department` OPTIONS(description="Department in which agents are ranked."),
  `Shift` OPTIONS(description="Working hours, for example Morning or Night."),
  `FileID` OPTIONS(description="The silver batch that the row came with."),
  `SourceFile` OPTIONS(description="Path of the source file below the bronze root.")
)
OPTIONS(
  description="One row per agent of customer service. From the files that were loaded into customer360_staging.Agents: of the rows with one key the greatest by SourceFile, AgentID, Name, Department, Shift.",
  labels=[('app', 'c360')]
)
AS
SELECT
  CAST(`AgentID` AS INT64) AS `AgentID`,
  CAST(`Name` AS STRING) AS `Name`,
  CAST(`Department` AS STRING) AS `Department`,
  CAST(`Shift` AS STRING) AS `Shift`,
  CAST(`FileID` AS STRING) AS `FileID`,
  CAST(`SourceFile` AS STRING) AS `SourceFile`
FROM (
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
    FROM `customer360_staging`.`Agents`
  )
  WHERE `c360_rank` = 1
);
