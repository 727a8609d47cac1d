"""The policy: what changes a gold number, checked, and named by the hash of its meaning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from zoneinfo import available_timezones

from c360.ids import content_hash
from c360.registry.forms import PolicyForm
from c360.registry.names import check_words
from c360.registry.problems import Path, Problem, found, missing, suggestion, unknown_name
from c360.registry.specs import Policy, ResolutionStatuses, SpendThresholds
from c360.text import folded

_PATH: Path = ("policy",)
# How gold shows an account without a tier, and no account.
_PSEUDO_TIERS = ("none", "unknown")
_OUTCOMES = ("resolved", "escalated", "pending")


def check_policy(form: PolicyForm) -> Iterator[Problem]:
    """Everything that is wrong with the policy beyond the shape of its keys."""
    if form.currency is None:
        yield missing((*_PATH, "currency"), "a currency code of three capital letters")
    if not is_zone(form.source_timezone):
        near = suggestion(form.source_timezone, available_timezones())
        expected = f"a time zone such as UTC or Europe/Berlin{near}"
        yield found((*_PATH, "source_timezone"), form.source_timezone, expected)
    yield from _check_apart(
        {
            "counted_statuses": form.counted_statuses,
            "excluded_statuses": form.excluded_statuses,
        },
        _PATH,
    )
    outcomes = form.resolution_statuses
    yield from _check_apart(
        {name: getattr(outcomes, name) for name in _OUTCOMES},
        (*_PATH, "resolution_statuses"),
    )
    yield from _check_tiers(form)
    limits = form.fixed_spend_thresholds
    if limits.medium > limits.high:
        place = (*_PATH, "fixed_spend_thresholds", "medium")
        yield found(place, limits.medium, f"at most high, {limits.high}")


def build_policy(form: PolicyForm) -> Policy:
    """The running form of a policy that has no problem."""
    limits = form.fixed_spend_thresholds
    outcomes = form.resolution_statuses
    ranking = sorted(form.tier_ranking.items(), key=lambda tier: (tier[1], tier[0]))
    policy = Policy(
        counted_statuses=tuple(form.counted_statuses),
        excluded_statuses=tuple(form.excluded_statuses),
        resolution_statuses=ResolutionStatuses(
            tuple(outcomes.resolved), tuple(outcomes.escalated), tuple(outcomes.pending)
        ),
        tier_ranking=tuple(ranking),
        champion_tiers=tuple(form.champion_tiers),
        frequent_from=form.frequent_from,
        min_buyers_for_percentiles=form.min_buyers_for_percentiles,
        fixed_spend_thresholds=SpendThresholds(_cents(limits.high), _cents(limits.medium)),
        min_interactions=form.min_interactions,
        source_timezone=form.source_timezone,
        currency=form.currency or "",
        rule_version="",
    )
    return replace(policy, rule_version=rule_version(policy))


def rule_version(policy: Policy) -> str:
    """The hash of all that changes a gold number; the order and case of compared words do not."""
    outcomes, limits = policy.resolution_statuses, policy.fixed_spend_thresholds
    return content_hash(
        {
            "champion_tiers": _as_set(policy.champion_tiers),
            "counted_statuses": _as_set(policy.counted_statuses),
            "currency": policy.currency,
            "excluded_statuses": _as_set(policy.excluded_statuses),
            "fixed_spend_thresholds": [str(limits.high), str(limits.medium)],
            "frequent_from": policy.frequent_from,
            "min_buyers_for_percentiles": policy.min_buyers_for_percentiles,
            "min_interactions": policy.min_interactions,
            "resolution_statuses": [
                _as_set(outcomes.resolved),
                _as_set(outcomes.escalated),
                _as_set(outcomes.pending),
            ],
            "source_timezone": policy.source_timezone,
            "tier_ranking": policy.tier_ranking,  # as spelled: the spelling is shown
        }
    )


def is_zone(name: str) -> bool:
    """True for a time zone that Python and Spark know by the same name."""
    return name == "UTC" or ("/" in name and name in available_timezones())


def _check_apart(lists: Mapping[str, Iterable[str]], path: Path) -> Iterator[Problem]:
    """Words that come twice in a list or stand in two lists, which would count one row twice."""
    owner: dict[str, str] = {}
    for name, words in lists.items():
        yield from check_words(words, (*path, name))
        for place, word in enumerate(words):
            first = owner.setdefault(folded(word), name)
            if first != name:
                yield found((*path, name, place), word, f"a word that is not in {first} too")


def _check_tiers(form: PolicyForm) -> Iterator[Problem]:
    """Tiers that come twice, are gold's own words, or are champions without a rank."""
    yield from check_words(form.tier_ranking, (*_PATH, "tier_ranking"))
    for tier in form.tier_ranking:
        if folded(tier) in _PSEUDO_TIERS:
            expected = "another name: gold shows it where there is no tier"
            yield found((*_PATH, "tier_ranking", tier), tier, expected)
    yield from check_words(form.champion_tiers, (*_PATH, "champion_tiers"))
    ranked = _as_set(form.tier_ranking)
    for place, tier in enumerate(form.champion_tiers):
        if folded(tier) not in ranked:
            yield unknown_name((*_PATH, "champion_tiers", place), tier, list(form.tier_ranking))


def _as_set(words: Iterable[str]) -> list[str]:
    return sorted({folded(word) for word in words})


def _cents(amount: Decimal) -> Decimal:
    """1000 and 1000.00 are one threshold."""
    return amount.quantize(Decimal("0.01"))
