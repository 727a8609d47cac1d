"""The registry that c360 comes with: the nine sources, their keys and what is declared of them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from c360.registry.specs import Registry
from tests.registry.texts import OWN, parsed

# Table: columns in source order (`*` required, `_` personal data, type where not obvious).
NINE_SOURCES = {
    "Customers": "CustomerID* Name_ Email_ Address_",
    "Products": "ProductID* Name Category Price:decimal(12,2)",
    "Stores": "StoreID* Location Manager_ OpenHours",
    "Agents": "AgentID* Name_ Department Shift",
    "OnlineTransactions": (
        "OrderID* CustomerID:bigint ProductID:bigint DateTime*:timestamp PaymentMethod "
        "Amount*:decimal(12,2) Status"
    ),
    "InStoreTransactions": (
        "TransactionID* CustomerID:bigint StoreID:bigint DateTime*:timestamp "
        "Amount*:decimal(12,2) PaymentMethod"
    ),
    "CustomerServiceInteractions": (
        "InteractionID* CustomerID:bigint DateTime*:timestamp AgentID:bigint IssueType "
        "ResolutionStatus"
    ),
    "LoyaltyAccounts": (
        "LoyaltyID* CustomerID:bigint PointsEarned:bigint TierLevel JoinDate:date"
    ),
    "LoyaltyTransactions": (
        "LoyaltyID*:bigint DateTime*:timestamp PointsChange:bigint Reason"
    ),
}  # fmt: skip
# Key, newest_by, control_sum, partition_by.
RULES = {
    "Customers": (("CustomerID",), None, None, None),
    "Products": (("ProductID",), None, "Price", None),
    "Stores": (("StoreID",), None, None, None),
    "Agents": (("AgentID",), None, None, None),
    "OnlineTransactions": (("OrderID",), "DateTime", "Amount", "DateTime"),
    "InStoreTransactions": (("TransactionID",), "DateTime", "Amount", "DateTime"),
    "CustomerServiceInteractions": (("InteractionID",), "DateTime", None, "DateTime"),
    "LoyaltyAccounts": (("LoyaltyID",), None, "PointsEarned", None),
    "LoyaltyTransactions": ((), None, "PointsChange", "DateTime"),
}
REFERENCES = {
    "OnlineTransactions.CustomerID": "Customers.CustomerID",
    "OnlineTransactions.ProductID": "Products.ProductID",
    "InStoreTransactions.CustomerID": "Customers.CustomerID",
    "InStoreTransactions.StoreID": "Stores.StoreID",
    "CustomerServiceInteractions.CustomerID": "Customers.CustomerID",
    "CustomerServiceInteractions.AgentID": "Agents.AgentID",
    "LoyaltyAccounts.CustomerID": "Customers.CustomerID",
    "LoyaltyTransactions.LoyaltyID": "LoyaltyAccounts.LoyaltyID",
}


@pytest.fixture(scope="module")
def registry() -> Registry:
    return parsed(OWN.read_text())


def written(registry: Registry) -> dict[str, str]:
    """The tables as the table above writes them."""
    tables = {}
    for table in registry.tables:
        words = []
        for column in table.columns:
            obvious = "bigint" if column.name in table.key else "string"
            kind = "" if str(column.type) == obvious else f":{column.type}"
            marks = "*" * column.required + "_" * column.pii
            words.append(f"{column.name}{marks}{kind}")
        tables[table.name] = " ".join(words)
    return tables


def test_the_nine_sources_have_their_columns_in_source_order(registry: Registry):
    assert written(registry) == NINE_SOURCES
    assert registry.names == tuple(NINE_SOURCES)


def test_each_source_has_its_key_and_what_is_summed(registry: Registry):
    assert {
        table.name: (table.key, table.newest_by, table.control_sum, table.partition_by)
        for table in registry.tables
    } == RULES


def test_references_lead_to_the_tables_they_name(registry: Registry):
    assert {
        f"{table.name}.{column.name}": f"{column.references.table}.{column.references.column}"
        for table in registry.tables
        for column in table.columns
        if column.references
    } == REFERENCES


def test_amounts_are_above_zero_and_nothing_else_is_bounded(registry: Registry):
    bounded = {
        f"{table.name}.{column.name}": column.above
        for table in registry.tables
        for column in table.columns
        if (column.min, column.max, column.above) != (None, None, None)
    }
    assert bounded == {
        "OnlineTransactions.Amount": Decimal("0.00"),
        "InStoreTransactions.Amount": Decimal("0.00"),
    }


def test_unknown_statuses_and_tiers_are_kept_and_warned_about(registry: Registry):
    listed = {
        column.name: (column.on_unknown, set(column.one_of))
        for table in registry.tables
        for column in table.columns
        if column.one_of
    }
    policy = registry.policy
    outcomes = policy.resolution_statuses
    assert listed == {
        "Status": ("warn", {*policy.counted_statuses, *policy.excluded_statuses}),
        "ResolutionStatus": (
            "warn",
            {*outcomes.resolved, *outcomes.escalated, *outcomes.pending},
        ),
        "TierLevel": ("warn", {tier for tier, _ in policy.tier_ranking}),
    }


def test_every_table_and_column_is_described(registry: Registry):
    assert all(table.description for table in registry.tables)
    silent = [(t.name, c.name) for t in registry.tables for c in t.columns if not c.description]
    assert silent == []


def test_fact_tables_are_clustered_and_the_others_are_not(registry: Registry):
    clustered = {table.name: table.cluster_by for table in registry.tables if table.cluster_by}
    assert clustered == {
        "OnlineTransactions": ("CustomerID", "ProductID"),
        "InStoreTransactions": ("CustomerID", "StoreID"),
        "CustomerServiceInteractions": ("AgentID", "CustomerID"),
        "LoyaltyTransactions": ("LoyaltyID",),
    }
