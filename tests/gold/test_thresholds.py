from __future__ import annotations

from decimal import Decimal

import pytest
from pyspark.sql import SparkSession

from c360.gold.thresholds import spend_thresholds
from tests.gold.frames import policy
from tests.oracle.arithmetic import percentile
from tests.support.local_frames import local_frame


def thresholds(spark: SparkSession, amounts: list[Decimal], least: int) -> tuple[Decimal, Decimal]:
    buyers = local_frame(spark, [(each,) for each in amounts], "TotalSpend decimal(22,2)")
    (row,) = spend_thresholds(buyers, policy(min_buyers_for_percentiles=least)).collect()
    return row.High, row.Medium


@pytest.mark.parametrize("buyers", [1, 2, 10, 11, 12, 37])
def test_percentiles_are_exact_for_any_number_of_buyers(spark: SparkSession, buyers: int) -> None:
    amounts = [Decimal(n * n * 7919 % 10007).scaleb(-2) for n in range(1, buyers + 1)]

    assert thresholds(spark, amounts, 1) == (percentile(amounts, 9), percentile(amounts, 5))


def test_a_percentile_keeps_the_digits_between_two_cents(spark: SparkSession) -> None:
    # 12 buyers: h = 99, so k = 9 and f = 9: (1 * 0.07 + 9 * 0.08) / 10
    amounts = [Decimal("0.00")] * 9 + [Decimal("0.09"), Decimal("0.07"), Decimal("0.08")]

    assert thresholds(spark, amounts, 10) == (Decimal("0.0790"), Decimal("0.0000"))


def test_large_spends_stay_exact(spark: SparkSession) -> None:
    amounts = [Decimal("99999999999999999.99"), Decimal("99999999999999999.98")]

    assert thresholds(spark, amounts, 2) == (
        Decimal("99999999999999999.9890"),
        Decimal("99999999999999999.9850"),
    )


@pytest.mark.parametrize(("buyers", "least"), [(9, 10), (0, 10), (0, 0)])
def test_too_few_buyers_get_the_fixed_thresholds(
    spark: SparkSession, buyers: int, least: int
) -> None:
    amounts = [Decimal("1.00")] * buyers

    assert thresholds(spark, amounts, least) == (Decimal("1000.0000"), Decimal("200.0000"))
