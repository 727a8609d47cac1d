"""The clean rows of all nine tables, before exports repeat, respell and spoil them."""

from __future__ import annotations

from random import Random

from c360.sample.activity import build_interactions, build_online_orders, build_store_purchases
from c360.sample.dimensions import build_agents, build_customers, build_products, build_stores
from c360.sample.loyalty import build_accounts, build_ledger, with_points
from c360.sample.shapes import Record

_ONLINE_SHARE = 0.6


def build_tables(seed: int, customers: int, orders: int) -> dict[str, list[Record]]:
    """The clean rows by table; each table has its own stream of random numbers."""

    def stream(name: str) -> Random:
        return Random(f"{seed}/{name}")

    people = build_customers(stream("Customers"), customers)
    products = build_products(stream("Products"), 60 + orders // 100)
    stores = build_stores(stream("Stores"), 34 + orders // 500)
    agents = build_agents(stream("Agents"), 40 + orders // 500)
    accounts = build_accounts(stream("LoyaltyAccounts"), people)
    ledger = build_ledger(stream("LoyaltyTransactions"), 4 * customers, accounts)
    online = round(orders * _ONLINE_SHARE)
    in_store = orders - online
    calls = 2 * customers
    return {
        "Customers": people,
        "Products": products,
        "Stores": stores,
        "Agents": agents,
        "OnlineTransactions": build_online_orders(stream("Online"), online, people, products),
        "InStoreTransactions": build_store_purchases(stream("InStore"), in_store, people, stores),
        "CustomerServiceInteractions": build_interactions(stream("Calls"), calls, people, agents),
        "LoyaltyAccounts": with_points(stream("PointsEarned"), accounts, ledger),
        "LoyaltyTransactions": ledger,
    }
