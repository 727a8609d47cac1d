"""G11: bounded resources; success, or a clean failure with the old set intact."""

from __future__ import annotations

import contextlib
import gzip
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import duckdb

from c360.report import RunReport
from tests.guarantees.bench import Bench, Guarantee
from tests.support.bronze_sets import write_set
from tests.support.digest import digests, published_digest
from tests.support.leftovers import leftovers
from tests.support.places import Places, own_registry, tolerant
from tests.support.processes import DEADLINE, ROOT
from tests.support.worlds import moved

_SEED = 31
_DISKS = 24  # tries of a disk that fills up
_FIRST, _FACTOR = 4, 1.35  # kB left on it, and by how much more each time: up to 4 MB
_ROOMY = "512m"
_HEADER = "OrderID,CustomerID,ProductID,DateTime,PaymentMethod,Amount,Status\n"
_RECORD = "{key},{customer},,2025-01-05 10:00:00,Cash,5.00,Completed\n"
_FIELD = 5 << 20  # bytes
_INFLATED = 300  # to one
_ROWS, _HOT = 10_000_000, 0.9
_HEAP = "1g"


def attempt(bench: Bench, number: int) -> list[str]:
    """A disk that is full at another moment each time; then a field, a gzip and a key."""
    if number < _DISKS:
        return _full_disk(bench, int(_FIRST * _FACTOR**number))
    return (_huge_field, _gzip_bomb, _hot_key)[number - _DISKS](bench)


def _full_disk(bench: Bench, left: int) -> list[str]:
    """A run for which the disk of silver and of the warehouse has `left` kB."""
    start, wanted = _published(bench)
    folder = bench.fresh("g11") / "disk"
    folder.mkdir()
    with _disk(folder, _ROOMY):
        places = moved(start, folder / "places")
        _add_file(places)
        before = published_digest(places.warehouse)
        used = int(subprocess.check_output(["du", "-sk", str(folder)]).split()[0])
        _resize(folder, f"{used + left}k")
        report = places.run(bench.spark)
        findings = []
        if report.exit_code == 3:
            _resize(folder, _ROOMY)
            if published_digest(places.warehouse) != before:
                findings.append("changed what is published")
            report = places.run(bench.spark)
        else:
            _resize(folder, _ROOMY)
        findings += _judge(places, report, wanted)
    return [f"{left} kB left: {finding}" for finding in findings]


def _judge(places: Places, report: RunReport, wanted: dict[str, str]) -> list[str]:
    if report.status not in ("published", "up_to_date"):
        return [f"ended {report.status}: {report.message}"]
    found = digests(places.warehouse)
    findings = [f"{name} has other contents" for name in wanted if found[name] != wanted[name]]
    return findings + [f"left behind: {each}" for each in leftovers(places)]


@contextlib.contextmanager
def _disk(folder: Path, size: str) -> Iterator[None]:
    """A disk of its own at `folder`; whoever may not mount one cannot try this guarantee."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def _resize(folder: Path, size: str) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", str(folder)], check=True)


@lru_cache(maxsize=1)
def _published(bench: Bench) -> tuple[Places, dict[str, str]]:
    """A published set, and what a run with one more file publishes."""
    start = Places.below(bench.fresh("g11-start") / "places", own_registry(tolerant))
    write_set(start.bronze, _SEED, plain=True)
    report = start.run(bench.spark)
    assert report.status == "published", report.message
    places = moved(start, bench.fresh("g11-whole") / "places")
    _add_file(places)
    report = places.run(bench.spark)
    assert report.status == "published", report.message
    return start, digests(places.warehouse)


def _add_file(places: Places) -> None:
    text = "".join(_RECORD.format(key=990_000 + n, customer="") for n in range(200))
    (places.bronze / "OnlineTransactions_added.csv").write_text(_HEADER + text)


def _huge_field(bench: Bench) -> list[str]:
    """A name of 5 MB: the record is kept or rejected, and counted."""
    places = _small(bench)
    stores = min(places.bronze.rglob("Stores*.csv"))
    stores.write_text(f"StoreID,Location,Manager,OpenHours\n1,Here,{'x' * _FIELD},\n2,There,,\n")
    report = places.run(bench.spark)
    if report.status != "published":
        return [f"a field of {_FIELD} bytes: ended {report.status}: {report.message}"]
    (ledger,) = (file for file in report.files if file.path == stores.name)
    return [] if ledger.records == 2 and ledger.closes else [f"a huge field: {ledger}"]


def _gzip_bomb(bench: Bench) -> list[str]:
    """A file that is 300 times as large as it is stored: every record is counted."""
    places, records = _small(bench), 3_000_000
    text = (_HEADER + _RECORD.format(key=1, customer="") * records).encode()
    data = gzip.compress(text, mtime=0)
    (places.bronze / "OnlineTransactions_packed.csv.gz").write_bytes(data)
    report = places.run(bench.spark)
    if report.status != "published":
        return [f"a packed file: ended {report.status}: {report.message}"]
    (ledger,) = (file for file in report.files if file.path.endswith("packed.csv.gz"))
    findings = [] if len(text) > _INFLATED * len(data) else [f"only {len(text) / len(data):.0f}:1"]
    if (ledger.records, ledger.accepted, ledger.duplicates) != (records, 1, records - 1):
        findings.append(f"a packed file: {ledger}")
    return findings


def _hot_key(bench: Bench) -> list[str]:
    """Ten million orders of which one customer has nine tenths, in a heap of 1 GB."""
    places = _small(bench)
    for path in places.bronze.rglob("OnlineTransactions*"):
        path.unlink()
    target = places.bronze / "OnlineTransactions_hot.csv"
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT i AS OrderID, CASE WHEN i % 10 < {10 * _HOT:.0f} THEN 101 ELSE i END "
            "AS CustomerID, NULL AS ProductID, '2025-01-05 10:00:00' AS DateTime, 'Cash' AS "
            f"PaymentMethod, '5.00' AS Amount, 'Completed' AS Status FROM range({_ROWS}) AS t(i)) "
            f"TO '{target}' (HEADER)"
        )
    report = places.registry.parent / "report.json"
    done = subprocess.run(
        [sys.executable, "-m", "c360", "run", *places.words, "--report", str(report)],
        cwd=ROOT,
        env={**os.environ, "PYSPARK_SUBMIT_ARGS": f"--driver-memory {_HEAP} pyspark-shell"},
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    target.unlink()
    if done.returncode:
        return [f"a hot key: exit {done.returncode}: {done.stderr[-500:]}"]
    with duckdb.connect(str(places.warehouse), read_only=True) as connection:
        found = connection.execute(
            "SELECT count(*), count(DISTINCT OrderID) FROM customer360_silver.OnlineTransactions"
        ).fetchone()
    return [] if found == (_ROWS, _ROWS) else [f"a hot key: {found}"]


def _small(bench: Bench) -> Places:
    places = Places.below(bench.fresh("g11") / "places", own_registry(tolerant))
    write_set(places.bronze, _SEED, plain=True)
    return places


G11 = Guarantee(
    "G11",
    "Bounded resources: a disk that is full at any moment, a field of 5 MB, a gzip of 300:1, nine "
    "tenths of ten million rows on one key in a heap of 1 GB.",
    _DISKS + 3,
    attempt,
)
