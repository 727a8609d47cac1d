"""How often the tests of faults and races are repeated: a share, or all with C360_CLOUD=full."""

from __future__ import annotations

import os

IS_FULL = os.environ.get("C360_CLOUD") == "full"


def volume(share: int, full: int) -> int:
    """The number of tries: a few in every run of the tests, all of them when they are asked for."""
    return full if IS_FULL else share
