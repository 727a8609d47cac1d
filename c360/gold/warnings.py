"""What the policy does not settle: each kind of value that a run report should warn about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from c360.contracts.gold.parts import IN_STORE_UNATTRIBUTED, ONLINE_LOCATION, UNKNOWN
from c360.gold.facts import up_to
from c360.gold.statuses import is_listed
from c360.gold.tiers import is_listed_tier
from c360.registry.specs import Policy

MISSING_STATUS = "missing_status"  # no status: the order is excluded
UNLISTED_STATUS = "unlisted_status"  # on none of the policy's lists: the order is excluded
UNLISTED_OUTCOME = "unlisted_outcome"  # likewise: the interaction counts as one of another status
UNLISTED_TIER = "unlisted_tier"  # not in the ranking: rank 0
PSEUDO_KEY = "pseudo_key"  # a source value that gold also uses as a pseudo-key


def policy_warnings(silver: Mapping[str, DataFrame], policy: Policy, as_of: dt.date) -> DataFrame:
    """The warnings. One row per Kind, TableName and ColumnName that has records.

    Returns:
        Kind, TableName, ColumnName string, Records bigint (rows of the table, facts after `as_of`
        left out). The values themselves are not shown: a shifted column may hold personal data.
    """
    online = up_to(silver["OnlineTransactions"], as_of)
    service = up_to(silver["CustomerServiceInteractions"], as_of)
    warnings = [
        _warnings(online, "OnlineTransactions", _on_orders(policy)),
        _warnings(service, "CustomerServiceInteractions", _on_interactions(policy)),
        _warnings(silver["LoyaltyAccounts"], "LoyaltyAccounts", _on_accounts(policy)),
        _warnings(
            silver["Products"], "Products", _on_names("Category", UNKNOWN, IN_STORE_UNATTRIBUTED)
        ),
        _warnings(silver["Stores"], "Stores", _on_names("Location", UNKNOWN, ONLINE_LOCATION)),
    ]
    return reduce(DataFrame.unionByName, warnings).where(F.col("Records") > 0)


def _on_orders(policy: Policy) -> dict[tuple[str, str], Column]:
    status = F.col("Status")
    listed = is_listed(status, (*policy.counted_statuses, *policy.excluded_statuses))
    return {
        (MISSING_STATUS, "Status"): status.isNull(),
        (UNLISTED_STATUS, "Status"): status.isNotNull() & ~listed,
    }


def _on_interactions(policy: Policy) -> dict[tuple[str, str], Column]:
    status, statuses = F.col("ResolutionStatus"), policy.resolution_statuses
    listed = is_listed(status, (*statuses.resolved, *statuses.escalated, *statuses.pending))
    return {(UNLISTED_OUTCOME, "ResolutionStatus"): status.isNotNull() & ~listed}


def _on_accounts(policy: Policy) -> dict[tuple[str, str], Column]:
    tier = F.col("TierLevel")
    return {(UNLISTED_TIER, "TierLevel"): tier.isNotNull() & ~is_listed_tier(tier, policy)}


def _on_names(column: str, *pseudo_keys: str) -> dict[tuple[str, str], Column]:
    return {(PSEUDO_KEY, column): F.col(column).isin(*pseudo_keys)}


def _warnings(
    rows: DataFrame, table: str, conditions: Mapping[tuple[str, str], Column]
) -> DataFrame:
    """One row per condition, all counted in one pass over `rows`."""
    counts = [
        F.struct(
            F.lit(kind).alias("Kind"),
            F.lit(table).alias("TableName"),
            F.lit(column).alias("ColumnName"),
            F.count(F.when(condition, F.lit(1))).alias("Records"),
        )
        for (kind, column), condition in conditions.items()
    ]
    return rows.agg(F.array(*counts).alias("Warnings")).select(F.inline("Warnings"))
