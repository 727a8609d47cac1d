"""Checks of sums: what gold adds up to is what the facts of silver add up to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from c360.checks.offenders import Comparison, differing
from c360.gold.facts import up_to
from c360.gold.statuses import is_listed
from c360.registry.specs import Policy

_EXACT = "decimal(38,2)"
_POINTS = "decimal(20,0)"  # a sum of bigint may wrap around, this one shows it
_FOUND, _EXPECTED = "Found", "Expected"
_AOV_MEASURES = ("OrderCount", "GrossAmount", "ExcludedOrders", "ExcludedAmount")
_AOV_DIMENSIONS = ("PRODUCT", "CATEGORY", "LOCATION", "CHANNEL", "TOTAL")
# (check, table, measure, side) -> what each row of a frame adds to that side
_Sums = dict[tuple[str, str, str, str], Column]


def check_sums(
    silver: Mapping[str, DataFrame],
    gold: Mapping[str, DataFrame],
    policy: Policy,
    as_of: dt.date,
) -> DataFrame:
    """The sums that differ between gold and silver. One row per check, table and measure."""
    is_counted = is_listed(F.col("Status"), policy.counted_statuses)
    facts = {
        "OnlineTransactions": _of_orders(is_counted),
        "InStoreTransactions": _of_orders(F.lit(True)),
        "CustomerServiceInteractions": _of_interactions(),
        "LoyaltyTransactions": _of_ledger(),
    }
    sums = [
        _sums(gold["AOV"], _of_aov()),
        _sums(gold["CustomerSegments"], _of_customer_segments()),
        _sums(gold["PeakTimes"], _of_peak_times()),
        _sums(gold["AgentKPIs"], _of_agent_kpis()),
        _sums(silver["LoyaltyAccounts"], _of_accounts()),
        *(_sums(up_to(silver[name], as_of), of_fact) for name, of_fact in facts.items()),
    ]
    totals = (
        reduce(DataFrame.unionByName, sums)
        .groupBy("CheckName", "TableName", "Measure")
        .agg(*(F.sum(side).cast(_EXACT).alias(side) for side in (_FOUND, _EXPECTED)))
    )
    return totals.where(~F.col(_FOUND).eqNullSafe(F.col(_EXPECTED))).select(
        "CheckName",
        "TableName",
        F.col("Measure").alias("Offender"),
        *(F.col(side).cast("string").alias(side) for side in (_FOUND, _EXPECTED)),
    )


def check_aov_dimensions(aov: DataFrame) -> DataFrame:
    """The sums over a dimension that are not the total. One row per period, dimension, measure."""
    pairs = [(kind, measure) for kind in _AOV_DIMENSIONS for measure in _AOV_MEASURES]
    sums = aov.groupBy("PeriodGrain", "PeriodStart").agg(
        *(
            F.sum(F.when(F.col("DimensionType") == kind, F.col(measure))).alias(kind + measure)
            for kind, measure in pairs
        )
    )
    comparisons = [
        Comparison(
            "aov_dimensions",
            F.lit("AOV"),
            F.concat_ws(" ", "PeriodGrain", "PeriodStart", F.lit(kind), F.lit(measure)),
            found=F.col(kind + measure),
            # a period without a total is one too: its sums are compared with 0
            expected=F.coalesce("TOTAL" + measure, F.lit(0)),
        )
        for kind, measure in pairs
    ]
    return differing(sums, comparisons)


def _sums(rows: DataFrame, sums: _Sums) -> DataFrame:
    """What `rows` add to the sums, all in one pass. One row per check, table, measure and side."""
    zero = F.lit(0).cast(_EXACT)
    totals = [
        F.struct(
            F.lit(check).alias("CheckName"),
            F.lit(table).alias("TableName"),
            F.lit(measure).alias("Measure"),
            *(
                (F.coalesce(F.sum(value).cast(_EXACT), zero) if each == side else zero).alias(each)
                for each in (_FOUND, _EXPECTED)
            ),
        )
        for (check, table, measure, side), value in sums.items()
    ]
    return rows.agg(F.array(*totals).alias("Sums")).select(F.inline("Sums"))


def _of_aov() -> _Sums:
    is_total = F.col("DimensionType") == "TOTAL"
    ever, month = (is_total & (F.col("PeriodGrain") == grain) for grain in ("ALL", "MONTH"))
    sums: _Sums = {}
    for measure in _AOV_MEASURES:
        whole = F.when(ever, F.col(measure))
        sums["aov_total", "AOV", measure, _FOUND] = whole
        sums["aov_months", "AOV", measure, _FOUND] = F.when(month, F.col(measure))
        sums["aov_months", "AOV", measure, _EXPECTED] = whole
    return sums


def _of_customer_segments() -> _Sums:
    table = "CustomerSegments"
    return {
        ("spend", table, "OrderCount", _FOUND): F.col("OrderCount"),
        ("spend", table, "TotalSpend", _FOUND): F.col("TotalSpend"),
        ("loyalty_points", table, "LoyaltyAccounts", _FOUND): F.col("LoyaltyAccounts"),
        ("loyalty_points", table, "LoyaltyPoints", _FOUND): F.col("LoyaltyPoints").cast(_POINTS),
        ("loyalty_ledger", table, "LoyaltyLedgerNet", _FOUND): F.col("LoyaltyLedgerNet").cast(
            _POINTS
        ),
    }


def _of_peak_times() -> _Sums:
    measures = ("TransactionCount", "CountedCount", "GrossAmount")
    return {("transactions", "PeakTimes", each, _FOUND): F.col(each) for each in measures}


def _of_agent_kpis() -> _Sums:
    statuses = F.lit(0)
    for count in ("ResolvedCount", "EscalatedCount", "PendingCount", "OtherStatusCount"):
        statuses = statuses + F.col(count)
    return {
        ("interactions", "AgentKPIs", "TotalInteractions", _FOUND): F.col("TotalInteractions"),
        ("interactions", "AgentKPIs", "all statuses", _FOUND): statuses,
    }


def _of_orders(is_counted: Column) -> _Sums:
    one, amount = F.lit(1), F.col("Amount")
    orders, gross = F.when(is_counted, one), F.when(is_counted, amount)
    return {
        ("aov_total", "AOV", "OrderCount", _EXPECTED): orders,
        ("aov_total", "AOV", "GrossAmount", _EXPECTED): gross,
        ("aov_total", "AOV", "ExcludedOrders", _EXPECTED): F.when(~is_counted, one),
        ("aov_total", "AOV", "ExcludedAmount", _EXPECTED): F.when(~is_counted, amount),
        ("spend", "CustomerSegments", "OrderCount", _EXPECTED): orders,
        ("spend", "CustomerSegments", "TotalSpend", _EXPECTED): gross,
        ("transactions", "PeakTimes", "TransactionCount", _EXPECTED): one,
        ("transactions", "PeakTimes", "CountedCount", _EXPECTED): orders,
        ("transactions", "PeakTimes", "GrossAmount", _EXPECTED): gross,
    }


def _of_interactions() -> _Sums:
    one = F.lit(1)
    return {
        ("interactions", "AgentKPIs", "TotalInteractions", _EXPECTED): one,
        ("interactions", "AgentKPIs", "all statuses", _EXPECTED): one,
    }


def _of_accounts() -> _Sums:
    table, points = "CustomerSegments", F.col("PointsEarned").cast(_POINTS)
    return {
        ("loyalty_points", table, "LoyaltyAccounts", _EXPECTED): F.lit(1),
        ("loyalty_points", table, "LoyaltyPoints", _EXPECTED): points,
    }


def _of_ledger() -> _Sums:
    points = F.col("PointsChange").cast(_POINTS)
    return {("loyalty_ledger", "CustomerSegments", "LoyaltyLedgerNet", _EXPECTED): points}
