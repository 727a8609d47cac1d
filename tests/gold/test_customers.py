from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import SparkSession

from c360.gold.customers import measures_by_customer
from c360.gold.facts import build_ledger, build_orders
from c360.gold.gold_run import GoldRun
from tests.gold.frames import AS_OF, BATCH, at, policy, silver_frames

RUN = GoldRun(policy(), AS_OF, BATCH)


def sale(day: str) -> dict[str, Any]:
    """A sale to a customer whom silver does not have."""
    return {"TransactionID": 1, "CustomerID": 9, "Amount": Decimal("1.00"), "DateTime": at(day)}


@pytest.mark.parametrize(
    ("rows", "has_unknown"),
    [
        ({}, False),
        ({"InStoreTransactions": [sale("2025-12-31")]}, True),
        (
            {
                "OnlineTransactions": [
                    {"OrderID": 1, "DateTime": at("2025-01-01"), "Amount": Decimal(1)}
                ]
            },
            True,
        ),
        ({"LoyaltyAccounts": [{"LoyaltyID": 1}]}, True),
        ({"LoyaltyTransactions": [{"LoyaltyID": 5, "DateTime": at("2025-01-01")}]}, True),
        ({"InStoreTransactions": [sale("2026-01-01")]}, False),
        (
            {"CustomerServiceInteractions": [{"InteractionID": 1, "DateTime": at("2025-01-01")}]},
            False,
        ),
    ],
    ids=["nothing", "sale", "excluded order", "account", "ledger", "later sale", "interaction"],
)
def test_unknown_has_a_row_when_an_order_account_or_ledger_entry_is_on_it(
    spark: SparkSession, rows: dict[str, Any], has_unknown: bool
) -> None:
    silver = silver_frames(spark, {**rows, "Customers": [{"CustomerID": 1}]})
    orders, ledger = build_orders(silver, RUN), build_ledger(silver, RUN)

    found = measures_by_customer(
        silver["Customers"], orders, silver["LoyaltyAccounts"], ledger
    ).collect()

    assert {row.CustomerID for row in found} == ({"1", "UNKNOWN"} if has_unknown else {"1"})
