from __future__ import annotations

import pytest

from c360.contracts.gold import GOLD_CONTRACTS, gold_contract
from c360.contracts.gold.customer_segments import CUSTOMER_MEASURES
from c360.contracts.model import TableContract

# Every published column, its type and its order: what dashboards are built on.
PUBLISHED = {
    "AOV": "PeriodGrain string, PeriodStart date, DimensionType string, DimensionKey string, "
    "DimensionName string, Channel string, OrderCount bigint, GrossAmount decimal(22,2), "
    "AverageOrderValue decimal(22,2), ExcludedOrders bigint, ExcludedAmount decimal(22,2)",
    "CustomerSegments": "CustomerID string, OrderCount bigint, OnlineOrders bigint, "
    "InStoreOrders bigint, TotalSpend decimal(22,2), AverageOrderValue decimal(22,2), "
    "FirstOrderDate date, LastOrderDate date, RecencyDays bigint, LoyaltyTier string, "
    "LoyaltyAccounts bigint, LoyaltyPoints bigint, LoyaltyLedgerNet bigint, SpendTier string, "
    "FrequencyTier string, Segment string, SpendThreshold decimal(22,4)",
    "PeakTimes": "Channel string, DayOfWeek bigint, DayName string, HourOfDay bigint, "
    "TransactionCount bigint, CountedCount bigint, GrossAmount decimal(22,2), "
    "ObservedDays bigint, AvgPerDay decimal(18,4), CellRank bigint, CellRankPerDay bigint, "
    "DayRank bigint, HourRank bigint, IsPeak boolean",
    "AgentKPIs": "AgentID string, AgentName string, Department string, Shift string, "
    "TotalInteractions bigint, ResolvedCount bigint, EscalatedCount bigint, PendingCount bigint, "
    "OtherStatusCount bigint, CustomersServed bigint, ResolutionRate decimal(7,4), "
    "ClosedResolutionRate decimal(7,4), EscalationRate decimal(7,4), PendingRate decimal(7,4), "
    "ResolutionRateLow95 decimal(7,4), MeetsMinimum boolean, RankInDepartment bigint, "
    "FirstInteraction timestamp, LastInteraction timestamp",
    "Customer360": "CustomerID string, Name string, Email string, Address string, "
    "OrderCount bigint, OnlineOrders bigint, InStoreOrders bigint, TotalSpend decimal(22,2), "
    "AverageOrderValue decimal(22,2), FirstOrderDate date, LastOrderDate date, "
    "RecencyDays bigint, LoyaltyTier string, LoyaltyAccounts bigint, LoyaltyPoints bigint, "
    "LoyaltyLedgerNet bigint, SpendTier string, FrequencyTier string, Segment string, "
    "ExcludedOrders bigint, FavouriteChannel string, FavouriteCategory string, "
    "FavouriteLocation string, Interactions bigint, ResolvedInteractions bigint, "
    "EscalatedInteractions bigint, PendingInteractions bigint, LastInteractionAt timestamp, "
    "FirstContactAt timestamp, LastContactAt timestamp",
}
KEYS = {
    "AOV": ("PeriodGrain", "PeriodStart", "DimensionType", "DimensionKey", "Channel"),
    "CustomerSegments": ("CustomerID",),
    "PeakTimes": ("Channel", "DayOfWeek", "HourOfDay"),
    "AgentKPIs": ("AgentID",),
    "Customer360": ("CustomerID",),
}


@pytest.mark.parametrize("contract", GOLD_CONTRACTS, ids=lambda contract: contract.name)
def test_published_columns_types_and_keys(contract: TableContract) -> None:
    stamp = ", BatchID string, RuleVersion string"

    assert ", ".join(f"{each.name} {each.type}" for each in contract.columns) == (
        PUBLISHED[contract.name] + stamp
    )
    assert contract.key == KEYS[contract.name]
    assert contract.dataset == "customer360_gold"


@pytest.mark.parametrize("contract", GOLD_CONTRACTS, ids=lambda contract: contract.name)
def test_keys_and_stamps_are_not_null_and_measures_may_be_added_later(
    contract: TableContract,
) -> None:
    not_null = {each.name for each in contract.columns if not each.nullable}

    assert not_null == {*contract.key, "BatchID", "RuleVersion"}


def test_every_contract_names_the_column_that_the_audit_sums() -> None:
    assert {each.name: each.control_sum for each in GOLD_CONTRACTS} == {
        "AOV": "GrossAmount",
        "CustomerSegments": "TotalSpend",
        "PeakTimes": "TransactionCount",
        "AgentKPIs": "TotalInteractions",
        "Customer360": "TotalSpend",
    }


def test_personal_columns_are_marked() -> None:
    marked = {
        f"{table.name}.{column.name}"
        for table in GOLD_CONTRACTS
        for column in table.columns
        if column.pii
    }

    assert marked == {
        "AgentKPIs.AgentName",
        "Customer360.Name",
        "Customer360.Email",
        "Customer360.Address",
    }


def test_shared_measures_mean_the_same_in_both_customer_tables() -> None:
    segments, profiles = gold_contract("CustomerSegments"), gold_contract("Customer360")

    for measure in CUSTOMER_MEASURES:
        assert segments.column(measure.name) == profiles.column(measure.name)


def test_every_column_has_a_sentence_of_meaning() -> None:
    for table in GOLD_CONTRACTS:
        for column in table.columns:
            assert column.description.endswith("."), f"{table.name}.{column.name}"


def test_an_unknown_gold_table_is_a_defect_of_the_caller() -> None:
    with pytest.raises(KeyError, match="Aov"):
        gold_contract("Aov")
