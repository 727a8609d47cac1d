"""The policy: its defaults, and a RuleVersion that follows its meaning and nothing else."""

from __future__ import annotations

from decimal import Decimal

import pytest

from c360.registry.policy import is_zone
from c360.registry.specs import Policy, ResolutionStatuses, SpendThresholds
from tests.registry.texts import OWN, parsed, small

SAME_MEANING = [
    "counted_statuses: [completed]",
    "excluded_statuses: [Returned, Refunded, Cancelled, Failed, PENDING]",
    "fixed_spend_thresholds: {high: 1000, medium: 200.0}",
    "fixed_spend_thresholds: {}",
    "tier_ranking: {Diamond: 5, Platinum: 4, Gold: 3, Silver: 2, Bronze: 1}",
    "champion_tiers: [platinum, gold]",
    "resolution_statuses: {resolved: [RESOLVED]}",
    "source_timezone: UTC",
    "frequent_from: 5",
]
OTHER_MEANING = [
    "counted_statuses: [Completed, Shipped]",
    "excluded_statuses: [Pending]",
    "resolution_statuses: {resolved: [Solved]}",
    "resolution_statuses: {escalated: [Raised]}",
    "resolution_statuses: {pending: []}",
    "resolution_statuses: {resolved: [Escalated], escalated: [Resolved]}",
    "tier_ranking: {Bronze: 1, Silver: 2, Gold: 4, Platinum: 3, Diamond: 5}",
    "tier_ranking: {BRONZE: 1, Silver: 2, Gold: 3, Platinum: 4, Diamond: 5}",
    "tier_ranking: {Silver: 2, Gold: 3, Platinum: 4, Diamond: 5}",
    "champion_tiers: [Platinum]",
    "frequent_from: 6",
    "min_buyers_for_percentiles: 11",
    "fixed_spend_thresholds: {high: 1000.01}",
    "fixed_spend_thresholds: {medium: 199.99}",
    "min_interactions: 6",
    "source_timezone: Europe/Berlin",
]


def version(policy: str) -> str:
    return parsed(small(policy=policy)).policy.rule_version


def test_a_silent_policy_has_the_documented_defaults():
    policy = parsed(small()).policy
    assert policy == Policy(
        counted_statuses=("Completed",),
        excluded_statuses=("Pending", "Failed", "Cancelled", "Refunded", "Returned"),
        resolution_statuses=ResolutionStatuses(("Resolved",), ("Escalated",), ("Pending",)),
        tier_ranking=(
            ("Bronze", 1), ("Silver", 2), ("Gold", 3), ("Platinum", 4), ("Diamond", 5),
        ),
        champion_tiers=("Gold", "Platinum"),
        frequent_from=5,
        min_buyers_for_percentiles=10,
        fixed_spend_thresholds=SpendThresholds(Decimal("1000.00"), Decimal("200.00")),
        min_interactions=5,
        source_timezone="UTC",
        currency="EUR",
        rule_version=policy.rule_version,
    )  # fmt: skip


def test_the_policy_written_out_is_the_default_policy():
    assert parsed(OWN.read_text()).policy == parsed(small(policy="currency: USD")).policy


@pytest.mark.parametrize("same", SAME_MEANING)
def test_the_same_policy_in_other_words_has_the_same_version(same: str):
    assert version(f"currency: EUR\n{same}") == version("currency: EUR")


def test_every_change_of_a_number_gives_another_version():
    versions = [version("currency: EUR"), version("currency: CHF")]
    versions += [version(f"currency: EUR\n{other}") for other in OTHER_MEANING]
    assert len(set(versions)) == len(versions)


def test_tables_do_not_change_the_version():
    assert parsed(small(columns="New: string")).policy == parsed(small()).policy


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"])
def test_a_region_is_a_time_zone(zone: str):
    assert is_zone(zone)


@pytest.mark.parametrize(
    "zone", ["", "utc", "Berlin", "localtime", "CEST", "+02:00", "posix/UTC", "Europe/../UTC"]
)
def test_what_python_and_spark_do_not_both_know_is_no_time_zone(zone: str):
    assert not is_zone(zone)
