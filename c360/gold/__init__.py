"""Gold: the five tables that analysts read, each a pure function of silver, policy and a date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from pyspark.sql import DataFrame

from c360.contracts.gold.sources import SOURCES, missing_sources
from c360.gold.agent_kpis import build_agent_kpis
from c360.gold.aov import build_aov
from c360.gold.customer360 import build_customer360
from c360.gold.customer_segments import build_customer_segments, segment_customers
from c360.gold.customers import measures_by_customer
from c360.gold.facts import (
    build_interactions,
    build_ledger,
    build_orders,
    future_facts,
    latest_fact_date,
)
from c360.gold.favourites import favourites_by_customer
from c360.gold.gold_run import GoldRun
from c360.gold.peak_times import build_peak_times
from c360.gold.warnings import policy_warnings
from c360.registry.specs import Policy

__all__ = [
    "SOURCES",
    "build_gold",
    "future_facts",
    "latest_fact_date",
    "missing_sources",
    "policy_warnings",
]


Keep = Callable[[DataFrame], DataFrame]


def as_it_is(frame: DataFrame) -> DataFrame:
    """The frame itself: a `keep` that keeps nothing."""
    return frame


def build_gold(
    silver: Mapping[str, DataFrame],
    policy: Policy,
    as_of: dt.date,
    batch_id: str,
    keep: Keep = as_it_is,
) -> dict[str, DataFrame]:
    """Every gold table by name, in the order of the contracts; lazy frames, nothing runs here.

    Args:
        silver: the state of each table of `SOURCES`, one row a key.
        policy: everything that changes a number.
        as_of: facts dated after it are left out.
        batch_id: the publication, written on every row.
        keep: applied to the two frames of one row a customer that several tables use. A caller
            that wants them calculated once hands in one that persists them, and releases them.
    """
    run = GoldRun(policy, as_of, batch_id)
    customers, accounts = silver["Customers"], silver["LoyaltyAccounts"]
    products, stores = silver["Products"], silver["Stores"]
    orders, interactions = build_orders(silver, run), build_interactions(silver, run)
    ledger = build_ledger(silver, run)
    measures = keep(measures_by_customer(customers, orders, accounts, ledger))
    segmented = keep(segment_customers(measures, accounts, run))
    favourites = favourites_by_customer(orders, products, stores)
    return {
        "AOV": build_aov(orders, products, stores, run),
        "CustomerSegments": build_customer_segments(segmented, run),
        "PeakTimes": build_peak_times(orders, run),
        "AgentKPIs": build_agent_kpis(interactions, silver["Agents"], run),
        "Customer360": build_customer360(customers, segmented, favourites, interactions, run),
    }
