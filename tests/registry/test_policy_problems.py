"""Every problem of the policy, by the exact message that it makes."""

from __future__ import annotations

import pytest

from tests.registry.texts import problems, small

POLICY = {
    "curency: EUR": (
        "policy.curency: unknown key; expected one of champion_tiers, counted_statuses, currency, "
        "excluded_statuses, fixed_spend_thresholds, frequent_from, min_buyers_for_percentiles, "
        "min_interactions, resolution_statuses, source_timezone, tier_ranking "
        "(did you mean 'currency'?)"
    ),
    "currency: Euro": (
        "policy.currency: found 'Euro'; expected a currency code of three capital letters, "
        "such as EUR"
    ),
    "source_timezone: Europe/Berln": (
        "policy.source_timezone: found 'Europe/Berln'; expected a time zone such as UTC or "
        "Europe/Berlin (did you mean 'Europe/Berlin'?)"
    ),
    "source_timezone: ../../etc/passwd": (
        "policy.source_timezone: found '../../etc/passwd'; expected a time zone such as UTC or "
        "Europe/Berlin"
    ),
    "counted_statuses: [Completed, Pending]": (
        "policy.excluded_statuses: found 'Pending'; "
        "expected a word that is not in counted_statuses too"
    ),
    "counted_statuses: [Completed]\nexcluded_statuses: [COMPLETED]": (
        "policy.excluded_statuses: found 'COMPLETED'; "
        "expected a word that is not in counted_statuses too"
    ),
    "counted_statuses: [Paid, paid]": (
        "policy.counted_statuses: found 'paid'; "
        "expected each word once, upper and lower case being equal"
    ),
    "counted_statuses: []": (
        "policy.counted_statuses: found an empty list; expected a list of 1 to 1000 words"
    ),
    "counted_statuses: [NO]": (
        "policy.counted_statuses: found NO, which YAML reads as false; "
        'write "NO" in quotes if it is text, or false'
    ),
    "counted_statuses: [12]": (
        'policy.counted_statuses: found 12; expected text: write "12" in quotes'
    ),
    "resolution_statuses: {resolvd: [x]}": (
        "policy.resolution_statuses.resolvd: unknown key; expected one of escalated, pending, "
        "resolved (did you mean 'resolved'?)"
    ),
    "resolution_statuses: {pending: [Resolved]}": (
        "policy.resolution_statuses.pending: found 'Resolved'; "
        "expected a word that is not in resolved too"
    ),
    "resolution_statuses: Resolved": (
        "policy.resolution_statuses: found 'Resolved'; "
        "expected the keys resolved, escalated and pending"
    ),
    "tier_ranking: {Gold: 1, GOLD: 2, Platinum: 3}": (
        "policy.tier_ranking: found 'GOLD'; "
        "expected each word once, upper and lower case being equal"
    ),
    "tier_ranking: {Gold: 0, Platinum: 1}": (
        "policy.tier_ranking.Gold: found 0; expected each tier with a rank from 1, such as Gold: 3"
    ),
    "tier_ranking: {Gold: high, Platinum: 1}": (
        "policy.tier_ranking.Gold: found 'high'; "
        "expected each tier with a rank from 1, such as Gold: 3"
    ),
    "tier_ranking: {Gold: 2, Platinum: 3, Unknown: 1}": (
        "policy.tier_ranking.Unknown: found 'Unknown'; "
        "expected another name: gold shows it where there is no tier"
    ),
    "champion_tiers: [Golden]": (
        "policy.champion_tiers: found 'Golden'; expected one of Bronze, Diamond, Gold, Platinum, "
        "Silver (did you mean 'Gold'?)"
    ),
    "champion_tiers: [Gold, gold]": (
        "policy.champion_tiers: found 'gold'; "
        "expected each word once, upper and lower case being equal"
    ),
    "fixed_spend_thresholds: {high: 100, medium: 100.01}": (
        "policy.fixed_spend_thresholds.medium: found 100.01; expected at most high, 100"
    ),
    "fixed_spend_thresholds: {high: 1000.001}": (
        "policy.fixed_spend_thresholds.high: found 1000.001; "
        "expected an amount from 0 to 99999999999.99, such as 1000.00"
    ),
    "fixed_spend_thresholds: {high: 100000000000.00}": (
        "policy.fixed_spend_thresholds.high: found 100000000000.00; "
        "expected an amount from 0 to 99999999999.99, such as 1000.00"
    ),
    "fixed_spend_thresholds: {low: 1}": (
        "policy.fixed_spend_thresholds.low: unknown key; expected one of high, medium"
    ),
    "frequent_from: 1": "policy.frequent_from: found 1; expected a whole number from 2",
    "min_interactions: 0": "policy.min_interactions: found 0; expected a whole number from 1",
    "min_interactions: 5.0": "policy.min_interactions: found 5.0; expected a whole number from 1",
    "min_buyers_for_percentiles: ten": (
        "policy.min_buyers_for_percentiles: found 'ten'; expected a whole number from 1"
    ),
}


@pytest.mark.parametrize(("fragment", "expected"), POLICY.items())
def test_a_wrong_policy_is_named_with_what_is_allowed(fragment: str, expected: str):
    own = fragment.startswith("currency")
    assert problems(small(policy=fragment if own else f"currency: EUR\n{fragment}")) == [expected]
