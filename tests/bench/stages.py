"""How long each stage of a run took, by the progress that it told as JSON."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

MEANINGS = {
    "run": "listing, checksums, headers; no JVM",
    "spark": "the start of the JVM and of Spark",
    "clean": "each file into a batch, rejects and duplicates apart",
    "silver": "the state of each table, references, warnings",
    "gold": "the gold tables, and their checks against silver",
    "publish": "staging, guards, the transaction, read back",
}


def stage_seconds(log: str, report: Mapping[str, Any]) -> dict[str, float]:
    """The seconds from the first word of a stage to that of the next, in their order.

    Args:
        log: with a line of JSON for each step, among others.
        report: of the same run.
    """
    begun: dict[str, dt.datetime] = {}
    for line in log.splitlines():
        if line.startswith('{"time"') and (told := json.loads(line))["run_id"] == report["run_id"]:
            begun.setdefault(told["stage"], dt.datetime.fromisoformat(told["time"]))
    ends = [*begun.values(), dt.datetime.fromisoformat(report["finished_at"])][1:]
    return {
        stage: (end - begin).total_seconds()
        for (stage, begin), end in zip(begun.items(), ends, strict=True)
    }
