"""The checks that every run makes on written gold before anything is published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

from pyspark.sql import DataFrame

from c360.checks.offenders import OFFENDER_COLUMNS, first_offenders
from c360.checks.rows import (
    check_agents,
    check_customers,
    check_keys,
    check_peak_grid,
    check_stamps,
)
from c360.checks.sums import check_aov_dimensions, check_sums
from c360.registry.specs import Policy

__all__ = ["CHECKS", "OFFENDER_COLUMNS", "Check", "check_gold", "first_offenders"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold; `name` is the CheckName of its offenders."""

    name: str
    meaning: str


CHECKS: tuple[Check, ...] = (
    Check(
        "aov_dimensions",
        "In each period of AOV the sums over products, categories, locations and channels equal "
        "the total.",
    ),
    Check("aov_months", "The months of AOV add up to the whole."),
    Check("aov_total", "The total of AOV is that of the orders, counted and excluded apart."),
    Check("spend", "TotalSpend and OrderCount of CustomerSegments add up to the counted orders."),
    Check(
        "loyalty_points",
        "LoyaltyPoints and LoyaltyAccounts of CustomerSegments add up to the loyalty accounts.",
    ),
    Check("loyalty_ledger", "LoyaltyLedgerNet of CustomerSegments adds up to the loyalty ledger."),
    Check("customer360_agrees", "Customer360 shows the measures of CustomerSegments."),
    Check("customers_complete", "Every customer is in CustomerSegments and in Customer360."),
    Check("transactions", "The cells of PeakTimes add up to the transactions."),
    Check("peak_grid", "PeakTimes has its 336 cells."),
    Check("interactions", "AgentKPIs adds up to the interactions, in total and over statuses."),
    Check("agents_complete", "Every agent is in AgentKPIs."),
    Check("keys", "Every key of gold is unique and not NULL."),
    Check("one_batch", "Every row of gold carries the same BatchID and the policy's RuleVersion."),
)


def check_gold(
    silver: Mapping[str, DataFrame],
    gold: Mapping[str, DataFrame],
    policy: Policy,
    as_of: dt.date,
) -> DataFrame:
    """Everything that is wrong with gold. One row per offender; no row when every check passes.

    Facts dated after `as_of` are left out. Collect it through `first_offenders`: one broken join
    can make as many offenders as there are customers.

    Returns:
        CheckName, TableName, Offender (a key or a measure, never a name), Found, Expected string.
    """
    segments, profiles = gold["CustomerSegments"], gold["Customer360"]
    return reduce(
        DataFrame.unionByName,
        [
            check_aov_dimensions(gold["AOV"]),
            check_sums(silver, gold, policy, as_of),
            check_customers(silver["Customers"], segments, profiles),
            check_agents(silver["Agents"], gold["AgentKPIs"]),
            check_peak_grid(gold["PeakTimes"]),
            check_stamps(gold, policy),
            check_keys(gold),
        ],
    )
