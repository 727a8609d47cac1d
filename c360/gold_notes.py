"""Reads from silver the date that gold is made for, and what the policy leaves open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from pyspark.sql import DataFrame

from c360.errors import DataRefused
from c360.gold import future_facts, latest_fact_date, policy_warnings
from c360.gold.warnings import (
    MISSING_STATUS,
    PSEUDO_KEY,
    UNLISTED_OUTCOME,
    UNLISTED_STATUS,
    UNLISTED_TIER,
)
from c360.registry.specs import Policy
from c360.silver.failures import explained

_SENTENCES = {
    MISSING_STATUS: "{table}: {records} rows have no {column}; none of them counts, "
    "until the source fills it",
    UNLISTED_STATUS: "{table}: {records} rows have a {column} on none of the policy's lists; "
    "add it to one, so that it counts or is excluded on purpose",
    UNLISTED_OUTCOME: "{table}: {records} rows have a {column} on none of the policy's lists; they "
    "count as OtherStatusCount, unless it is added to one under `resolution_statuses`",
    UNLISTED_TIER: "{table}: {records} rows have a {column} that the policy does not rank; "
    "it has rank 0, unless it is added to `tier_ranking`",
    PSEUDO_KEY: "{table}: {records} rows have a {column} spelled like a key that gold makes up; "
    "rename it at the source",
}


def choose_as_of(silver: Mapping[str, DataFrame], asked: dt.date | None) -> dt.date:
    """The date that gold is made for: the one asked for, else that of the latest fact.

    Raises:
        DataRefused: no date was asked for, and silver has no fact to take it from.
    """
    if asked is not None:
        return asked
    with explained("as_of"):
        latest: dt.date | None = latest_fact_date(silver).collect()[0]["AsOf"]
    if latest is None:
        raise DataRefused("silver has no dated row to take the date of gold from; give --as-of")
    return latest


def gold_warnings(silver: Mapping[str, DataFrame], policy: Policy, as_of: dt.date) -> list[str]:
    """What gold leaves out or the policy does not settle, one sentence each."""
    with explained("warnings"):
        open_points = policy_warnings(silver, policy, as_of).collect()
        later = future_facts(silver, as_of).collect()
    return [
        *(
            f"{row['TableName']}: {row['Records']} rows dated after {as_of} are left out of gold"
            for row in sorted(later, key=lambda row: str(row["TableName"]))
        ),
        *sorted(
            _SENTENCES[row["Kind"]].format(
                table=row["TableName"], column=row["ColumnName"], records=row["Records"]
            )
            for row in open_points
        ),
    ]
