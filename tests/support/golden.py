"""The digests of the published sample, which every version of Spark must make alike.

They may change with the sample or the registry, and else only with the version of what changed
them: CLEANING_VERSION for silver, GOLD_VERSION for gold.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from c360.ids import CLEANING_VERSION, GOLD_VERSION
from c360.registry.specs import Registry
from tests.support.digest import GOLD, SILVER, digests
from tests.support.places import Places
from tests.support.states import read_files

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "sample_data" / "raw"
DIGESTS = ROOT / "tests" / "golden" / "digests.json"
Golden = dict[str, Any]
_MAKE = "`make golden` rewrites them, to be reviewed as a diff"


def sample_findings(spark: SparkSession, folder: Path) -> list[str]:
    """How the published sample differs from its golden digests."""
    places = Places.below(folder, bronze=SAMPLE)
    report = places.run(spark)
    if report.status != "published":
        return [f"the sample ended {report.status}: {report.message}"]
    return compare_with_golden(sample_golden(places))


def sample_golden(places: Places) -> Golden:
    """What the golden file must say of the sample that is published there."""
    tables = digests(places.warehouse)
    return {
        "inputs": _inputs_digest(places),
        "versions": {SILVER: CLEANING_VERSION, GOLD: GOLD_VERSION},
        "tables": tables,
    }


def compare_with_golden(found: Golden) -> list[str]:
    """What is wrong with the golden file; it is rewritten first where that was asked for."""
    before: Golden = json.loads(DIGESTS.read_text()) if DIGESTS.exists() else {}
    if problems := unannounced_changes(before, found):
        return problems
    if os.environ.get("C360_GOLDEN") == "write":
        DIGESTS.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
        return []
    return [] if before == found else [f"{DIGESTS.name}: the golden digests are old; {_MAKE}"]


def unannounced_changes(before: Golden, found: Golden) -> list[str]:
    """The tables that changed although neither their inputs nor their version did."""
    if not before or before["inputs"] != found["inputs"]:
        return []
    changed = {
        layer: [
            name
            for name in sorted(found["tables"].keys() | before["tables"].keys())
            if name.startswith(layer) and found["tables"].get(name) != before["tables"].get(name)
        ]
        for layer in (SILVER, GOLD)
    }
    raised = {
        layer: found["versions"][layer] > before["versions"][layer] for layer in (SILVER, GOLD)
    }
    if changed[SILVER] and not raised[SILVER]:
        return [
            f"{', '.join(changed[SILVER])}: other contents of the same sample; if that is meant, "
            f"raise CLEANING_VERSION in c360/ids.py, then {_MAKE}"
        ]
    if changed[GOLD] and not (raised[GOLD] or changed[SILVER]):
        return [
            f"{', '.join(changed[GOLD])}: other contents of the same silver; if that is meant, "
            f"raise GOLD_VERSION in c360/ids.py, then {_MAKE}"
        ]
    return []


def _inputs_digest(places: Places) -> str:
    """One digest over the source files and all that the registry says."""
    files = {
        path: hashlib.sha256(data).hexdigest() for path, data in read_files(places.bronze).items()
    }
    text = json.dumps([files, _declared(places.rules)], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _declared(registry: Registry) -> Any:
    """The registry without what is computed from it and from the versions."""
    declared = dataclasses.asdict(registry)
    for table in declared["tables"]:
        del table["spec_hash"]
    return declared
