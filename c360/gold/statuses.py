"""What statuses and tiers mean: words are compared trimmed and in lower case."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import Column
from pyspark.sql import functions as F

from c360.registry.specs import ResolutionStatuses


def folded(text: Column) -> Column:
    """`text` as words are compared, as in `c360.text.folded`; NULL stays NULL.

    Silver has trimmed every other white space than the space.
    """
    return F.lower(F.trim(text))


def is_listed(text: Column, words: Sequence[str]) -> Column:
    """True when `text` is one of `words`; false for NULL."""
    if not words:
        return F.lit(False)
    return F.coalesce(folded(text).isin([folded(F.lit(word)) for word in words]), F.lit(False))


def is_resolved(status: Column, statuses: ResolutionStatuses) -> Column:
    """True for a resolved interaction."""
    return is_listed(status, statuses.resolved)


def is_escalated(status: Column, statuses: ResolutionStatuses) -> Column:
    """True for an escalated interaction; a word on two lists belongs to the first of them."""
    return is_listed(status, statuses.escalated) & ~is_resolved(status, statuses)


def is_pending(status: Column, statuses: ResolutionStatuses) -> Column:
    """True for a pending interaction; a word on two lists belongs to the first of them."""
    earlier = (*statuses.resolved, *statuses.escalated)
    return is_listed(status, statuses.pending) & ~is_listed(status, earlier)
