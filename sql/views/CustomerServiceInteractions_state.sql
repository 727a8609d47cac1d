-- One row per contact of a customer with customer service. From the files that were loaded into
-- customer360_staging.CustomerServiceInteractions: of the rows with one key the greatest by
-- DateTime, SourceFile, InteractionID, CustomerID, AgentID, IssueType, ResolutionStatus.
-- Rendered by `c360 sql` from the registry and the contracts; do not edit it by hand.
-- To create it: bq query --use_legacy_sql=false < sql/views/CustomerServiceInteractions_state.sql

-- The view.
CREATE OR REPLACE VIEW `customer360_silver`.`CustomerServiceInteractions_state` (
  `InteractionID` OPTIONS(description="Number of the interaction."),
  `CustomerID` OPTIONS(description="Who asked. Refers to Customers.CustomerID."),
  `DateTime` OPTIONS(description="When it took place, wall clock of the source."),
  `AgentID` OPTIONS(description="Who answered. Refers to Agents.AgentID."),
  `IssueType` OPTIONS(description="What it was about, for example Delivery."),
  `ResolutionStatus` OPTIONS(
    description="How it ended. The policy says which words are resolved, escalated or pending."
  ),
  `FileID` OPTIONS(description="The silver batch that the row came with."),
  `SourceFile` OPTIONS(description="Path of the source file below the bronze root.")
)
OPTIONS(
  description="One row per contact of a customer with customer service. From the files that were loaded into customer360_staging.CustomerServiceInteractions: of the rows with one key the greatest by DateTime, SourceFile, InteractionID, CustomerID, AgentID, IssueType, ResolutionStatus.",
  labels=[('app', 'c360')]
)
AS
SELECT
  CAST(`InteractionID` AS INT64) AS `InteractionID`,
  CAST(`CustomerID` AS INT64) AS `CustomerID`,
  CAST(`DateTime` AS DATETIME) AS `DateTime`,
  CAST(`AgentID` AS INT64) AS `AgentID`,
  CAST(`IssueType` AS STRING) AS `IssueType`,
  CAST(`ResolutionStatus` AS STRING) AS `ResolutionStatus`,
  CAST(`FileID` AS STRING) AS `FileID`,
  CAST(`SourceFile` AS STRING) AS `SourceFile`
FROM (
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
    FROM `customer360_staging`.`CustomerServiceInteractions`
  )
  WHERE `c360_rank` = 1
);
