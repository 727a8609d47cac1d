"""G1: every record is accounted for."""

from __future__ import annotations

from tests.guarantees.bench import Bench, Guarantee
from tests.support.bronze_sets import write_set
from tests.support.judges import judge_batches, judge_files, judge_planted
from tests.support.oracle_silver import read_bronze
from tests.support.places import Places, own_registry, tolerant


def attempt(bench: Bench, seed: int) -> list[str]:
    """A dirty set of all tables: its ledgers, its rows, and each rejected record with reasons."""
    places = Places.below(bench.fresh("g1"), own_registry(tolerant))
    planted = write_set(places.bronze, seed)
    report = places.run(bench.spark, only_silver=True)
    if report.status != "silver":
        return [f"the run ended {report.status}: {report.message}"]
    files = read_bronze(places.bronze)
    return [
        *judge_planted(files, planted),
        *judge_files(places, report, files),
        *judge_batches(places, report, files),
    ]


G1 = Guarantee(
    "G1",
    "Every record is accounted for: of each file, records = accepted + rejected + duplicate, and "
    "each rejected record is kept with all its reasons.",
    200,
    attempt,
)
