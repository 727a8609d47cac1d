from __future__ import annotations

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from c360.gold.statuses import is_escalated, is_listed, is_pending, is_resolved
from c360.registry.specs import ResolutionStatuses
from tests.support.local_frames import local_frame


@pytest.mark.parametrize(
    ("words", "listed"),
    [
        (("Completed",), ["Completed", "completed", "COMPLETED", "  Completed "]),
        ((" completed",), ["Completed", "completed", "COMPLETED", "  Completed "]),
        (("straße", "Größe"), ["Straße", "GRÖßE"]),
        ((), []),
    ],
)
def test_words_are_compared_trimmed_and_in_lower_case(
    spark: SparkSession, words: tuple[str, ...], listed: list[str]
) -> None:
    texts = [
        "Completed",
        "completed",
        "COMPLETED",
        "  Completed ",
        "Straße",
        "GRÖßE",
        "STRASSE",
        "Done",
        None,
    ]
    frame = local_frame(spark, [(each,) for each in texts], "Text string")

    found = frame.select("Text", is_listed(F.col("Text"), words).alias("IsListed")).collect()

    assert [row.Text for row in found if row.IsListed] == listed
    assert {row.IsListed for row in found} <= {True, False}


def test_a_word_on_two_lists_belongs_to_the_first(spark: SparkSession) -> None:
    statuses = ResolutionStatuses(("Done",), ("Done", "Sent"), ("Sent", "done", "Open"))
    frame = local_frame(spark, [("done",), ("sent",), ("open",), (None,)], "Status string")
    status = F.col("Status")

    found = frame.select(
        is_resolved(status, statuses), is_escalated(status, statuses), is_pending(status, statuses)
    )

    assert [tuple(row) for row in found.collect()] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
        (False, False, False),
    ]
