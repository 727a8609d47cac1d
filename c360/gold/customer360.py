"""Customer360: one profile per customer from all sources."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from c360.contracts.gold.customer360 import CUSTOMER360
from c360.gold.gold_run import GoldRun, published
from c360.gold.keys import key_or_unknown
from c360.gold.rollup import Measures, rolled_up, zero_filled

_SERVICE = Measures(
    counts=(
        "Interactions",
        "ResolvedInteractions",
        "EscalatedInteractions",
        "PendingInteractions",
    ),
    firsts=("FirstInteractionAt",),
    lasts=("LastInteractionAt",),
)
_FROM_OTHERS = ("FirstContactAt", "LastContactAt", *_SERVICE.names)


def build_customer360(
    customers: DataFrame,
    segmented: DataFrame,
    favourites: DataFrame,
    interactions: DataFrame,
    run: GoldRun,
) -> DataFrame:
    """Customer360. One row per CustomerID of silver.

    Args:
        customers: one row per CustomerID.
        segmented: one row per CustomerID, from `segment_customers`.
        favourites: one row per CustomerID, from `favourites_by_customer`.
        interactions: one row per InteractionID, from `build_interactions`.
        run: the arguments of this gold.

    Source: docs/gold.md, "Customer360".
    """
    profiles = (
        customers.select("CustomerID", "Name", "Email", "Address")
        .join(_service_by_customer(interactions), on="CustomerID", how="left")
        .join(favourites, on="CustomerID", how="left")
        .withColumn("CustomerID", key_or_unknown(F.col("CustomerID")))
        .join(segmented, on="CustomerID", how="left")
    )
    own = (each for each in profiles.columns if each not in _FROM_OTHERS)
    return profiles.select(
        *own,
        *zero_filled(_SERVICE),
        # least and greatest skip NULL
        F.least("FirstContactAt", "FirstInteractionAt").alias("FirstContactAt"),
        F.greatest("LastContactAt", "LastInteractionAt").alias("LastContactAt"),
    ).transform(published, CUSTOMER360, run)


def _service_by_customer(interactions: DataFrame) -> DataFrame:
    """The service measures. One row per CustomerID that an interaction names, known or not."""
    named = interactions.where(F.col("CustomerID").isNotNull()).select(
        "CustomerID",
        F.col("TotalInteractions").alias("Interactions"),
        F.col("ResolvedCount").alias("ResolvedInteractions"),
        F.col("EscalatedCount").alias("EscalatedInteractions"),
        F.col("PendingCount").alias("PendingInteractions"),
        F.col("DateTime").alias("FirstInteractionAt"),
        F.col("DateTime").alias("LastInteractionAt"),
    )
    return rolled_up(named, ["CustomerID"], _SERVICE)
