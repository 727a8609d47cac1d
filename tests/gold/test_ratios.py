from __future__ import annotations

import math
import random
from decimal import Decimal
from fractions import Fraction

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from c360.gold.ratios import average, share, wilson_low
from tests.oracle.arithmetic import half_up
from tests.support.local_frames import local_frame

MANY = 4_000


def test_an_average_rounded_later_is_the_exact_average_rounded_once(spark: SparkSession) -> None:
    source = random.Random(1)
    counts = [*range(1, 401), *(source.randint(1, 10**11) for _ in range(MANY))]
    # amounts next to, on and beside ties of the rounding, and anywhere
    cents = [
        (2 * source.randrange(10**9) + 1) * count // 2 + source.choice((-1, 0, 0, 1))
        for count in counts
    ]
    rows = [(Decimal(c).scaleb(-2), n) for c, n in zip(cents, counts, strict=True)]
    frame = local_frame(spark, rows, "Amount decimal(22,2), Orders bigint")

    found = frame.select(
        "Amount",
        "Orders",
        average(F.col("Amount"), F.col("Orders")).cast("decimal(22,2)").alias("Average"),
    ).collect()

    assert len(found) > MANY
    wrong = [row for row in found if row.Average != half_up(Fraction(row.Amount) / row.Orders, 2)]
    assert wrong == []


def test_a_share_rounded_later_is_the_exact_share_rounded_once(spark: SparkSession) -> None:
    source = random.Random(2)
    pairs = [(part, whole) for whole in range(1, 60) for part in range(whole + 1)]
    for _ in range(MANY):
        whole = source.randint(1, 10**10 - 1)
        tie = (2 * source.randrange(10**4) + 1) * whole // (2 * 10**4)
        pairs.append((min(tie + source.choice((0, 1)), whole), whole))
    frame = local_frame(spark, pairs, "Part bigint, Whole bigint")

    found = frame.select(
        "Part", "Whole", share(F.col("Part"), F.col("Whole")).cast("decimal(7,4)").alias("Share")
    ).collect()

    assert [row for row in found if row.Share != half_up(Fraction(row.Part, row.Whole), 4)] == []


def test_shares_are_equal_exactly_when_the_fractions_are(spark: SparkSession) -> None:
    big = 10**10 - 1
    pairs = [(1, 3), (2, 6), (3_333_333_333, big), (3_333_333_332, big), (big - 1, big)]
    pairs += [(big - 2, big - 1), (big, big), (1, 1), (0, 7), (0, big)]
    frame = local_frame(spark, pairs, "Part bigint, Whole bigint")

    found = frame.select("Part", "Whole", share(F.col("Part"), F.col("Whole")).alias("Share"))

    by_share = sorted(found.collect(), key=lambda row: row.Share)
    by_fraction = sorted(pairs, key=lambda pair: Fraction(*pair))
    assert [Fraction(row.Part, row.Whole) for row in by_share] == [
        Fraction(*pair) for pair in by_fraction
    ]
    assert len({row.Share for row in by_share}) == len({Fraction(*pair) for pair in pairs})


def test_a_quotient_by_nothing_is_null(spark: SparkSession) -> None:
    frame = local_frame(spark, [(0, 0)], "Part bigint, Whole bigint")
    part, whole = F.col("Part"), F.col("Whole")

    row = frame.select(average(part, whole), share(part, whole), wilson_low(part, whole)).collect()

    assert [tuple(each) for each in row] == [(None, None, None)]


def test_the_wilson_bound_has_its_published_values(spark: SparkSession) -> None:
    # Newcombe, Statistics in Medicine 17 (1998), table I, method 3; and 8 of 10
    published = {
        (81, 263): "0.2553",
        (15, 148): "0.0624",
        (0, 20): "0.0000",
        (1, 29): "0.0061",
        (8, 10): "0.4902",
    }
    frame = local_frame(spark, list(published), "Successes bigint, Tries bigint")

    found = frame.select(
        "Successes",
        "Tries",
        wilson_low(F.col("Successes"), F.col("Tries")).cast("decimal(7,4)").alias("Low"),
    )

    low = {(row.Successes, row.Tries): str(row.Low) for row in found.collect()}
    assert low == published


def test_the_wilson_bound_solves_its_equation_and_stays_between_0_and_the_rate(
    spark: SparkSession,
) -> None:
    pairs = [(part, whole) for whole in range(1, 80) for part in range(whole + 1)]
    frame = local_frame(spark, pairs, "Successes bigint, Tries bigint")

    found = frame.select(
        "Successes", "Tries", wilson_low(F.col("Successes"), F.col("Tries")).alias("Low")
    ).collect()

    for successes, tries, low in found:
        rate = successes / tries
        assert 0 <= low <= rate
        # the bound is the rate that lies z standard errors below the observed one
        assert math.isclose(rate - low, 1.959964 * math.sqrt(low * (1 - low) / tries), abs_tol=1e-9)
