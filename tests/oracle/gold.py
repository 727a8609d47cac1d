"""Gold a second time, in plain Python from docs/gold.md; it shares no code with c360."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.oracle import customers_gold, facts, orders_gold
from tests.oracle.agents_gold import agent_kpis
from tests.oracle.facts import UNKNOWN, Silver, key_of, up_to


def expected_gold(silver: Silver, policy: Any, as_of: dt.date) -> dict[str, list[dict[str, Any]]]:
    """Every gold table as rows of typed values, without BatchID and RuleVersion.

    Args:
        silver: clean typed rows of the nine tables.
        policy: the values of the registry's policy section.
        as_of: facts dated after it are left out.
    """
    orders = facts.orders(silver, policy.counted_statuses, as_of)
    interactions = up_to(silver["CustomerServiceInteractions"], as_of)
    holdings = _holdings(silver, orders, facts.ledger(silver, as_of), interactions)
    segments = customers_gold.customer_segments(holdings, policy, as_of)
    return {
        "AOV": orders_gold.aov(orders),
        "CustomerSegments": segments,
        "PeakTimes": orders_gold.peak_times(orders),
        "AgentKPIs": agent_kpis(silver["Agents"], interactions, policy),
        "Customer360": customers_gold.customer360(silver["Customers"], segments, holdings, policy),
    }


def _holdings(
    silver: Silver,
    orders: list[facts.Order],
    ledger: list[facts.LedgerEntry],
    interactions: list[facts.Row],
) -> dict[str, customers_gold.Holdings]:
    known = facts.ids(silver, "Customers", "CustomerID")
    keys = (*map(str, known), UNKNOWN)
    holdings = {key: customers_gold.Holdings([], [], [], []) for key in keys}
    for order in orders:
        holdings[order.customer].orders.append(order)
    for account in silver["LoyaltyAccounts"]:
        holdings[key_of(account["CustomerID"], known)].accounts.append(account)
    for entry in ledger:
        holdings[entry.customer].ledger.append(entry)
    for interaction in interactions:
        holdings[key_of(interaction["CustomerID"], known)].interactions.append(interaction)
    return holdings
