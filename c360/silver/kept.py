"""Frames that are calculated once for several uses."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from pyspark.sql import DataFrame

Keep = Callable[[DataFrame], DataFrame]


@contextlib.contextmanager
def keeping() -> Iterator[Keep]:
    """A function that has a frame calculated once for all its uses, in memory or on disk."""
    kept: list[DataFrame] = []

    def keep(frame: DataFrame) -> DataFrame:
        kept.append(frame.persist())
        return kept[-1]

    try:
        yield keep
    finally:
        for frame in kept:
            frame.unpersist()
