-- Interactions by agent, with both ends of the 95 % Wilson interval. Agents by number: their names
-- are personal data.
-- Rendered by `c360 sql` from dashboards/measures.yaml and the contracts; do not edit it by hand.
-- To create it: bq query --use_legacy_sql=false < sql/views/dashboard_agents.sql

CREATE OR REPLACE VIEW `customer360_dashboard`.`dashboard_agents` (
  `AgentID` OPTIONS(
    description="AgentID as text, or UNKNOWN for the interactions that name no known agent."
  ),
  `Department` OPTIONS(description="The agent's department; NULL where the source has none."),
  `Shift` OPTIONS(description="The agent's shift; NULL where the source has none."),
  `TotalInteractions` OPTIONS(description="Interactions taken; 0 when none."),
  `ResolvedCount` OPTIONS(description="Of those, resolved."),
  `EscalatedCount` OPTIONS(description="Of those, escalated."),
  `PendingCount` OPTIONS(description="Of those, pending."),
  `OtherStatusCount` OPTIONS(description="Of those, with any other status or none."),
  `CustomersServed` OPTIONS(
    description="Different CustomerIDs among the interactions, known or not; a missing one is not counted."
  ),
  `ResolutionRate` OPTIONS(
    description="ResolvedCount / TotalInteractions, a fraction; NULL without interactions."
  ),
  `ClosedResolutionRate` OPTIONS(
    description="ResolvedCount / (ResolvedCount + EscalatedCount); NULL when nothing is closed."
  ),
  `EscalationRate` OPTIONS(description="EscalatedCount / TotalInteractions, a fraction."),
  `PendingRate` OPTIONS(description="PendingCount / TotalInteractions, a fraction."),
  `ResolutionRateLow95` OPTIONS(
    description="Lower bound of the 95 % Wilson interval of ResolutionRate: low for agents with few interactions, so fit for comparing agents."
  ),
  `MeetsMinimum` OPTIONS(
    description="True from the policy's min_interactions on; false on UNKNOWN."
  ),
  `RankInDepartment` OPTIONS(
    description="Rank by unrounded ResolutionRate among the agents of the department that meet the minimum, ties share; NULL for the others. Agents without a department form one group."
  ),
  `FirstInteraction` OPTIONS(description="Wall clock of the first interaction, or NULL."),
  `LastInteraction` OPTIONS(description="Wall clock of the last interaction, or NULL."),
  `ResolutionRateHigh95` OPTIONS(
    description="Upper bound of the 95 % Wilson interval of ResolutionRate."
  )
)
OPTIONS(
  description="Interactions by agent, with both ends of the 95 % Wilson interval. Agents by number: their names are personal data.",
  labels=[('app', 'c360')]
)
AS
SELECT
  `AgentID`,
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
  CASE WHEN `TotalInteractions` > 0 THEN ROUND(
    LEAST(
      1.0,
      (
        `ResolvedCount` / `TotalInteractions`
        + 3.841458881296 / (2 * `TotalInteractions`)
        + 1.959964 * SQRT(
          (
            `ResolvedCount` / `TotalInteractions` * (1 - `ResolvedCount` / `TotalInteractions`)
            + 3.841458881296 / (4 * `TotalInteractions`)
          ) / `TotalInteractions`
        )
      ) / (1 + 3.841458881296 / `TotalInteractions`)
    ),
    4
  ) END AS `ResolutionRateHigh95`
FROM `customer360_gold`.`AgentKPIs`;
