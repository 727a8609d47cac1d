"""G3: same inputs, same contents, however Spark is set up and in whatever order it reads."""

from __future__ import annotations

import contextlib
import functools
import gzip
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from unittest import mock

from pyspark.sql import SparkSession

from c360.silver import rows
from c360.storage.local import LocalStorage
from tests.guarantees.bench import Bench, Guarantee
from tests.support.bronze_sets import write_set
from tests.support.digest import WITHOUT_BATCH, digests
from tests.support.golden import sample_findings
from tests.support.judges import judge_published, judge_verification
from tests.support.oracle_silver import read_bronze
from tests.support.places import Places, own_registry, tolerant
from tests.support.processes import submitted
from tests.support.states import State, read_files

CLUSTER = "local-cluster[2,1,1024]"  # two executors in processes of their own
_CALCULATED, _VARIED = 20, 10  # sets
_SPLIT = {"spark.sql.files.maxPartitionBytes": "300", "spark.sql.files.openCostInBytes": "0"}
_LINE_END = re.compile(rb"\r\n|\n|\r")


@dataclass(frozen=True)
class Variant:
    """Another way of making the same contents."""

    name: str
    settings: dict[str, str] = field(default_factory=dict)  # of the session, for one run
    master: str = ""  # of a process of its own
    lists_shuffled: bool = False  # files are listed in another order
    rows_shuffled: bool = False  # inside files, so that only FileIDs differ
    written_first: bool = False  # keys are looked at in what was written, as for large files


def _partitions(number: int) -> dict[str, str]:
    return {"spark.sql.shuffle.partitions": str(number)}


_ADAPTIVE = {"spark.sql.adaptive.enabled": "true"}
REFERENCE = Variant("one partition", {**_partitions(1), "spark.sql.adaptive.enabled": "false"})
EVERYTHING_AT_ONCE = Variant(
    "everything at once",
    {
        **_partitions(7),
        **_ADAPTIVE,
        **_SPLIT,
        "spark.sql.codegen.wholeStage": "true",
        "spark.sql.codegen.factoryMode": "FALLBACK",  # Spark's own choice
    },
    lists_shuffled=True,
    written_first=True,
)
ROWS_SHUFFLED = Variant("rows shuffled", _partitions(2), rows_shuffled=True)
ELSEWHERE = Variant("executors elsewhere", master=CLUSTER)
VARIANTS = (
    Variant("two partitions", _partitions(2)),
    Variant("seven partitions", _partitions(7)),
    Variant("64 partitions", _partitions(64)),
    Variant("adaptive execution", {**_partitions(7), **_ADAPTIVE}),
    Variant("files in pieces", _SPLIT),
    Variant("files listed in another order", lists_shuffled=True),
    Variant("keys looked at in what was written", _SPLIT, written_first=True),
    ROWS_SHUFFLED,
    EVERYTHING_AT_ONCE,
    ELSEWHERE,
)


def attempt(bench: Bench, seed: int) -> list[str]:
    """The sample and its golden digests; a set and its calculations; or a set and a variant."""
    if seed == 0:
        return sample_findings(bench.spark, bench.fresh("sample"))
    if seed <= _CALCULATED:
        return _reference(bench, _VARIED + seed)[1]
    number, variant = divmod(seed - 1 - _CALCULATED, len(VARIANTS))
    return compare(bench, number, VARIANTS[variant])


def compare(bench: Bench, number: int, variant: Variant) -> list[str]:
    """Where the contents of a set differ in this variant; the reference itself is judged once."""
    reference, findings = _reference(bench, number)
    if findings:
        return findings
    places = _places(bench, f"g3-{number}-variant")
    shuffled = _shuffled_rows if variant.rows_shuffled else dict
    State(shuffled(read_files(reference.bronze))).write(places.bronze)
    if ended := _run(bench, places, variant):
        return [f"{variant.name}: {ended}"]
    leave_out = (*WITHOUT_BATCH, "FileID") if variant.rows_shuffled else WITHOUT_BATCH
    wanted, found = (digests(each.warehouse, leave_out) for each in (reference, places))
    return [
        f"{variant.name}: {table} of set {number} has other contents"
        for table in wanted
        if found.get(table) != wanted[table]
    ]


@functools.lru_cache(maxsize=1)
def _reference(bench: Bench, number: int) -> tuple[Places, list[str]]:
    """The published set, and how it differs from two other calculations: Python's and SQL's."""
    places = _places(bench, "g3-reference")
    write_set(places.bronze, 1000 + number)
    if ended := _run(bench, places, REFERENCE):
        return places, [ended]
    files = read_bronze(places.bronze)
    return places, judge_published(places, files) + judge_verification(places)


def _places(bench: Bench, name: str) -> Places:
    return Places.below(bench.fresh(name), own_registry(tolerant))


def _run(bench: Bench, places: Places, variant: Variant) -> str:
    """Nothing where the run published, else how it ended."""
    if variant.master:
        outcome = submitted(variant.master, "run", *places.words)
        return "" if outcome.exit_code == 0 else f"exit {outcome.exit_code}: {outcome.stdout}"
    one_piece = -1 if variant.written_first else rows.ONE_PIECE
    with (
        _set(bench.spark, variant.settings),
        _listing(variant.lists_shuffled),
        mock.patch.object(rows, "ONE_PIECE", one_piece),
    ):
        report = places.run(bench.spark)
    return "" if report.status == "published" else f"{report.status}: {report.message}"


@contextlib.contextmanager
def _set(spark: SparkSession, settings: dict[str, str]) -> Iterator[None]:
    """The session with these settings, for a while."""
    before = {key: spark.conf.get(key) for key in settings}
    try:
        for key, value in settings.items():
            spark.conf.set(key, value)
        yield
    finally:
        for key, value in before.items():
            spark.conf.set(key, str(value))


@contextlib.contextmanager
def _listing(is_shuffled: bool) -> Iterator[None]:
    """Storage that lists files and folders in no order, as a bucket may."""
    if not is_shuffled:
        yield
        return
    source = random.Random(7)
    with (
        mock.patch.object(LocalStorage, "list", _in_no_order(LocalStorage.list, source)),
        mock.patch.object(LocalStorage, "folders", _in_no_order(LocalStorage.folders, source)),
    ):
        yield


def _in_no_order(
    lister: Callable[..., Iterator[object]], source: random.Random
) -> Callable[..., Iterator[object]]:
    def listed(*arguments: object) -> Iterator[object]:
        found = list(lister(*arguments))
        source.shuffle(found)
        return iter(found)

    return listed


def _shuffled_rows(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files with the lines after each header in another order."""
    source, shuffled = random.Random(11), {}
    for path, data in files.items():
        plain = gzip.decompress(data) if path.endswith(".gz") else data
        header, *lines = _LINE_END.split(plain)
        source.shuffle(lines)
        plain = b"\n".join([header, *lines, b""])
        shuffled[path] = gzip.compress(plain, mtime=0) if path.endswith(".gz") else plain
    return shuffled


G3 = Guarantee(
    "G3",
    "Same inputs, same contents: over partitions 1, 2, 7 and 64, file and row orders, adaptive "
    "execution, executors in processes of their own, and as two other calculations have them; the "
    "sample as the golden digests say that every version of Spark shares.",
    1 + _CALCULATED + _VARIED * len(VARIANTS),
    attempt,
)
