"""`python -m tests.bench`: what a run costs, beside other ways to do the same work."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
import psutil
import pyspark

from tests.bench.by_hand import GOLD
from tests.bench.data import write_files, write_month
from tests.bench.measure import Cost, measured
from tests.bench.naive import GOLD as NAIVE_GOLD
from tests.bench.naive import NEEDED
from tests.bench.page import Measured, Size, page
from tests.bench.stages import stage_seconds

ROOT = Path(__file__).resolve().parents[2]
PAGE, RESULTS = ROOT / "docs" / "performance.md", ROOT / "build" / "bench.json"
SAMPLE = "sample"
SIZES = {SAMPLE: 0, "200MB": 200_000_000, "1GB": 1_000_000_000}


@dataclass(frozen=True)
class Place:
    """Where one round works: the files, and what is made of them."""

    bronze: Path
    folder: Path
    size: int

    @property
    def report(self) -> Path:
        """What the whole job wrote of itself."""
        return self.folder / "report.json"

    @property
    def later_report(self) -> Path:
        """What the job wrote of itself when one more file had come."""
        return self.folder / "later.json"

    @property
    def log(self) -> Path:
        """What every command of the round printed."""
        return self.folder / "log.txt"

    @property
    def words(self) -> list[str]:
        """The options of `c360 run`."""
        return [
            *("--bronze", str(self.bronze), "--silver", str(self.folder / "silver")),
            *("--warehouse", f"duckdb:///{self.folder / 'warehouse.duckdb'}"),
        ]

    def python(self, module: str, *words: str) -> Cost:
        """The cost of a module of Python."""
        return self.command(sys.executable, "-m", module, *words)

    def command(self, *words: str) -> Cost:
        """The cost of a command."""
        ours = {"SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
        env = {**os.environ, **ours, "PYTHONPATH": str(ROOT)}
        return measured(words, ROOT, env, self.log)


def copy(place: Place) -> Cost:
    return place.python("tests.bench.copy_files", str(place.bronze), str(place.folder / "copy"))


def silver(place: Place) -> Cost:
    cost = place.python("c360", "run", *place.words, "--only", "silver")
    shutil.rmtree(place.folder / "silver")
    return cost


def whole(place: Place) -> Cost:
    return _told(place, place.report)


def again(place: Place) -> Cost:
    return place.python("c360", "run", *place.words)


def one_more(place: Place) -> Cost:
    write_month(place.bronze, place.size or 200_000)
    return _told(place, place.later_report)


def _told(place: Place, report: Path) -> Cost:
    words = "--report", str(report), "--log-format", "json"
    return place.python("c360", "run", *place.words, *words)


def naive(place: Place) -> Cost:
    """Ten processes one after the other, as a scheduler starts them."""
    words = str(place.bronze), str(place.folder / "naive")
    costs = [place.python("tests.bench.naive", step, *words) for step in (*NEEDED, NAIVE_GOLD)]
    return Cost(
        sum(cost.seconds for cost in costs),
        sum(cost.cpu_seconds for cost in costs),
        max(cost.peak_bytes for cost in costs),
    )


def by_hand(place: Place) -> Cost:
    file = place.folder / "by_hand.duckdb"
    cost = place.python("tests.bench.by_hand", str(place.bronze), str(file))
    if place.size:  # the sample is dirtier than the SQL by hand knows
        _require_same_gold(place.folder / "warehouse.duckdb", file)
    return cost


def by_submit(place: Place) -> Cost:
    """The whole job in a JVM that others have started: c360 chooses no flag of it."""
    submit = Path(pyspark.__file__).parent / "bin" / "spark-submit"
    roots = place.folder / "submitted"
    words = (
        *("--bronze", str(place.bronze), "--silver", str(roots / "silver")),
        *("--warehouse", f"duckdb:///{roots / 'warehouse.duckdb'}"),
    )
    return place.command(str(submit), str(ROOT / "jobs" / "main.py"), "run", *words)


# In this order: `again` needs what `whole` has published, and `one_more` changes the files.
WAYS: dict[str, tuple[str, Callable[[Place], Cost]]] = {
    "a": ("Spark copies CSV to typed Parquet", copy),
    "b": ("`c360 run --only silver`", silver),
    "c": ("`c360 run`", whole),
    "d": ("`c360 run` with nothing changed", again),
    "h": ("`spark-submit jobs/main.py run`, with Spark's own flags", by_submit),
    "g": ("DuckDB SQL by hand", by_hand),
    "f": ("ten PySpark scripts, nothing checked", naive),
    "e": ("`c360 run` with one more monthly file", one_more),
}
_SAMPLE_ONLY = {"h"}  # the flags of a JVM matter most where it does least


def main() -> int:
    """Measure, write the page, and say where it is."""
    parser = argparse.ArgumentParser("python -m tests.bench", description=__doc__)
    parser.add_argument("--sizes", default=",".join(SIZES), help="for example sample,200MB")
    parser.add_argument("--rounds", type=int, default=2, help="the median of so many is shown")
    asked = parser.parse_args()
    found = []
    for name in asked.sizes.split(","):
        found.append(_measure(name, asked.rounds))
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps([asdict(size) for size in found], indent=1))
    PAGE.write_text(page(found, _machine(), dt.datetime.now(dt.UTC).date(), asked.rounds))
    sys.stdout.write(PAGE.read_text() + f"\n{PAGE}\n{RESULTS}\n")
    return 0


def _measure(name: str, rounds: int) -> Size:
    """Every way in turn, and that again: what else the machine does falls on all of them."""
    ways = {way: each for way, each in WAYS.items() if name == SAMPLE or way not in _SAMPLE_ONLY}
    costs: dict[str, list[Cost]] = {way: [] for way in ways}
    with tempfile.TemporaryDirectory(prefix="c360-bench-") as scratch:
        for turn in range(rounds):
            place = _fresh(Path(scratch), name)
            for way, (_, work) in ways.items():
                cost = work(place)
                costs[way].append(cost)
                line = f"{name} round {turn + 1}/{rounds} ({way}) {cost.seconds:.1f} s"
                sys.stderr.write(f"{line}, {cost.peak_bytes >> 20} MB\n")
            told = json.loads(place.report.read_text())
            log = place.log.read_text(encoding="utf-8")
            stages = stage_seconds(log, told)
            later = stage_seconds(log, json.loads(place.later_report.read_text()))
            records = sum(table["records"] for table in told["tables"])
            size = sum(file["bytes"] for file in told["files"])
            shutil.rmtree(place.folder)
            shutil.rmtree(place.bronze)
    found = {
        way: Measured(
            ways[way][0],
            statistics.median(cost.seconds for cost in each),
            statistics.median(cost.cpu_seconds for cost in each),
            max(cost.peak_bytes for cost in each),
        )
        for way, each in costs.items()
    }
    return Size(name, size, records, found, stages, later)


def _fresh(scratch: Path, name: str) -> Place:
    bronze, folder = scratch / "bronze", scratch / "work"
    folder.mkdir()
    if name == SAMPLE:
        shutil.copytree(ROOT / "sample_data" / "raw", bronze)
    else:
        write_files(bronze, SIZES[name])
    return Place(bronze, folder, SIZES[name])


def _require_same_gold(ours: Path, by_hand: Path) -> None:
    """Stop where SQL by hand made another number of rows in a gold table than the job."""
    counts = []
    for file in (ours, by_hand):
        with duckdb.connect(str(file), read_only=True) as connection:
            counts.append(
                [
                    connection.execute(f"SELECT count(*) FROM customer360_gold.{name}").fetchone()
                    for name in GOLD
                ]
            )
    if counts[0] != counts[1]:
        raise RuntimeError(f"gold has {counts[0]} rows, and {counts[1]} by hand")


def _machine() -> Sequence[str]:
    java = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{os.cpu_count()} cores of {platform.machine()}, {memory:.0f} GiB, {platform.system()}",
        f"Python {platform.python_version()}, PySpark {pyspark.__version__}, "
        f"DuckDB {duckdb.__version__}",
        java.splitlines()[0] if java else "no Java found",
    )


if __name__ == "__main__":
    sys.exit(main())
