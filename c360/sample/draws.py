"""Draws from weighted words."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

Weighted = Sequence[tuple[str, float]]


def draw(rng: Random, words: Weighted) -> str:
    """One of `words`, each as likely as its weight says."""
    return rng.choices([word for word, _ in words], [weight for _, weight in words])[0]
