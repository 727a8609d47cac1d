"""What customers do: online orders, purchases in stores, calls to the service desk."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from c360.sample.dimensions import LOCATIONS, money
from c360.sample.draws import draw
from c360.sample.moments import draw_moments, draw_months
from c360.sample.shapes import Record

FIRST_ORDER = 10001  # of both channels: their numbers overlap, as in real exports
FIRST_INTERACTION = 70001
_PAYMENTS = ("Credit Card", "Debit Card", "Gift Card", "PayPal")
_TILL_PAYMENTS = ("Cash", "Credit Card", "Debit Card")
_STATUSES = (
    *(("Completed", 58), ("Pending", 12), ("Failed", 8), ("Cancelled", 6), ("Refunded", 5)),
    *(
        ("Returned", 5),
        ("completed", 2),
        ("COMPLETED", 1),
        ("refunded", 1),
        ("Unknown", 1),
        ("", 1),
    ),
)
_ISSUES = ("Delivery", "Login", "Payment", "Product Question", "Refund", "")
_OUTCOMES = (
    ("Resolved", 60),
    ("Escalated", 18),
    ("Pending", 16),
    ("resolved", 3),
    ("Reopened", 2),
    ("", 1),
)
_BUYERS = 0.86  # of the customers; the others never order
_BUSY_AGENTS = 0.7  # of the agents; the others have no interaction
_STRANGER, _NOBODY = 0.012, 0.012  # references to nobody known, and to nobody at all


def build_online_orders(
    rng: Random, count: int, customers: Sequence[Record], products: Sequence[Record]
) -> list[Record]:
    """One row per online order, oldest first."""
    who, weights = buyers(rng, customers)
    rows = []
    for at, moment in enumerate(draw_moments(rng, draw_months(rng, count), "online")):
        # the first products sell best
        product = products[min(int(rng.expovariate(4) * len(products)), len(products) - 1)]
        rows.append(
            {
                "OrderID": str(FIRST_ORDER + at),
                "CustomerID": _reference(rng, rng.choices(who, weights)[0]),
                "ProductID": _reference(rng, product["ProductID"]),
                "DateTime": moment,
                "PaymentMethod": rng.choice((*_PAYMENTS, *_PAYMENTS, "")),
                "Amount": _online_amount(rng, product["Price"]),
                "Status": draw(rng, _STATUSES),
            }
        )
    return rows


def build_store_purchases(
    rng: Random, count: int, customers: Sequence[Record], stores: Sequence[Record]
) -> list[Record]:
    """One row per purchase in a store, oldest first. Locations grow or shrink over the year."""
    who, weights = buyers(rng, customers)
    trend = {place: rng.uniform(-0.8, 2.5) for place in LOCATIONS}
    level = {place: rng.uniform(20, 90) for place in LOCATIONS}
    rows = []
    for at, moment in enumerate(draw_moments(rng, draw_months(rng, count), "store")):
        year_done = int(moment[5:7]) / 12
        pull = [1 + trend.get(store["Location"], 0.0) * year_done for store in stores]
        store = rng.choices(stores, pull)[0]
        typical = level.get(store["Location"], 40.0) * (1 + trend.get(store["Location"], 0.0) / 4)
        rows.append(
            {
                "TransactionID": str(FIRST_ORDER + at),
                "CustomerID": _reference(rng, rng.choices(who, weights)[0]),
                "StoreID": _reference(rng, store["StoreID"]),
                "DateTime": moment,
                "Amount": money(1 + int(100 * rng.lognormvariate(0, 0.7) * typical)),
                "PaymentMethod": rng.choice(_TILL_PAYMENTS),
            }
        )
    return rows


def build_interactions(
    rng: Random, count: int, customers: Sequence[Record], agents: Sequence[Record]
) -> list[Record]:
    """One row per call to the service desk, oldest first. Agents differ in what they resolve."""
    busy = agents[: max(1, int(len(agents) * _BUSY_AGENTS))]
    skill = {agent["AgentID"]: rng.uniform(0.4, 2.5) for agent in busy}
    rows = []
    for at, moment in enumerate(draw_moments(rng, draw_months(rng, count), "office")):
        agent = rng.choice(busy)["AgentID"]
        resolved, *others = _OUTCOMES
        odds = (("Resolved", resolved[1] * skill[agent]), *others)
        rows.append(
            {
                "InteractionID": str(FIRST_INTERACTION + at),
                "CustomerID": _reference(rng, rng.choice(customers)["CustomerID"]),
                "DateTime": moment,
                "AgentID": _reference(rng, agent),
                "IssueType": rng.choice(_ISSUES),
                "ResolutionStatus": draw(rng, odds),
            }
        )
    return rows


def buyers(rng: Random, customers: Sequence[Record]) -> tuple[list[str], list[float]]:
    """The ids of the customers who buy, and how much each weighs: few buy often."""
    count = max(1, int(len(customers) * _BUYERS))
    return (
        [customer["CustomerID"] for customer in customers[:count]],
        [rng.paretovariate(2) for _ in range(count)],
    )


def _online_amount(rng: Random, price: str) -> str:
    """What was paid: some pieces, some discount; never the list price itself."""
    cents = int(float(price or "30") * 100)
    paid = int(cents * rng.choice((1, 1, 1, 2, 3)) * rng.uniform(0.7, 1.1)) + 1
    return money(paid + 1 if paid == cents else paid)


def _reference(rng: Random, known: str) -> str:
    chance = rng.random()
    if chance < _NOBODY:
        return ""
    return str(int(known) + 900_000) if chance < _NOBODY + _STRANGER else known
