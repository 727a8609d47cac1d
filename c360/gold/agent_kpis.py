"""AgentKPIs: how agents resolve the interactions they take."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.window import Window as W

from c360.contracts.gold.agent_kpis import AGENT_KPIS
from c360.contracts.gold.parts import UNKNOWN
from c360.gold.gold_run import GoldRun, published
from c360.gold.keys import key_or_unknown
from c360.gold.ratios import share, wilson_low
from c360.gold.rollup import Measures, rolled_up, totals, zero_filled

_MEASURES = Measures(
    counts=(
        "TotalInteractions",
        "ResolvedCount",
        "EscalatedCount",
        "PendingCount",
        "OtherStatusCount",
    ),
    firsts=("FirstInteraction",),
    lasts=("LastInteraction",),
)


def build_agent_kpis(interactions: DataFrame, agents: DataFrame, run: GoldRun) -> DataFrame:
    """AgentKPIs. One row per AgentID, and UNKNOWN when interactions name no known agent.

    Args:
        interactions: one row per InteractionID, from `build_interactions`.
        agents: one row per AgentID.
        run: the arguments of this gold.

    Source: docs/gold.md, "AgentKPIs".
    """
    details = agents.select(
        F.col("AgentID").cast("string").alias("AgentID"),
        F.col("Name").alias("AgentName"),
        "Department",
        "Shift",
    )
    by_agent = _interactions_by_agent(interactions, agents)
    return (
        # every agent, and of the other side only UNKNOWN, which no agent is called
        details.join(by_agent, on="AgentID", how="full")
        .select(
            key_or_unknown(F.col("AgentID")).alias("AgentID"),
            "AgentName",
            "Department",
            "Shift",
            *zero_filled(_MEASURES),
            F.coalesce("CustomersServed", F.lit(0)).alias("CustomersServed"),
        )
        .transform(_with_rates)
        .transform(_ranked, run)
        .transform(published, AGENT_KPIS, run)
    )


def _interactions_by_agent(interactions: DataFrame, agents: DataFrame) -> DataFrame:
    """The measures. One row per agent's key that has interactions; UNKNOWN for no known agent.

    Interactions of one agent and customer are one row before agents are looked up, so that the
    join sees no fact.
    """
    by_raw_ids = rolled_up(
        interactions.withColumn("FirstInteraction", F.col("DateTime")).withColumn(
            "LastInteraction", F.col("DateTime")
        ),
        ["AgentID", "CustomerID"],
        _MEASURES,
    )
    known = agents.select("AgentID", F.col("AgentID").cast("string").alias("AgentKey"))
    return (
        by_raw_ids.join(known, on="AgentID", how="left")
        .withColumn("AgentID", key_or_unknown(F.col("AgentKey")))
        .groupBy("AgentID")
        .agg(*totals(_MEASURES), F.count_distinct("CustomerID").alias("CustomersServed"))
    )


def _with_rates(agents: DataFrame) -> DataFrame:
    total, resolved = F.col("TotalInteractions"), F.col("ResolvedCount")
    escalated = F.col("EscalatedCount")
    return agents.select(
        "*",
        share(resolved, total).alias("ResolutionRate"),
        share(resolved, resolved + escalated).alias("ClosedResolutionRate"),
        share(escalated, total).alias("EscalationRate"),
        share(F.col("PendingCount"), total).alias("PendingRate"),
        wilson_low(resolved, total).alias("ResolutionRateLow95"),
    )


def _ranked(agents: DataFrame, run: GoldRun) -> DataFrame:
    meets = (F.col("AgentID") != UNKNOWN) & (
        F.col("TotalInteractions") >= run.policy.min_interactions
    )
    rivals = W.partitionBy("Department", "MeetsMinimum").orderBy(
        F.desc_nulls_last("ResolutionRate")
    )
    return agents.withColumn("MeetsMinimum", meets).withColumn(
        "RankInDepartment", F.when(F.col("MeetsMinimum"), F.rank().over(rivals))
    )
