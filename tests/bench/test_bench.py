"""What the bench generates is what the job reads, and its page says what was measured."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from c360.registry.read import read_registry
from c360.settings import Settings
from c360.validate import validate
from tests.bench.by_hand import write_tables
from tests.bench.data import write_files, write_month
from tests.bench.measure import measured
from tests.bench.naive import GOLD, NEEDED, aggregate, clean
from tests.bench.page import Measured, Size, page
from tests.bench.stages import stage_seconds

ROOT = Path(__file__).resolve().parents[2]
REGISTRY = read_registry(ROOT / "conf" / "tables.yaml")
SIZE = 400_000


@pytest.fixture(scope="module")
def bronze(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench")
    write_files(folder, SIZE)
    return folder


def test_nine_files_of_about_the_asked_size_can_be_read(bronze: Path) -> None:
    files = sorted(bronze.iterdir())
    assert [path.stem for path in files] == sorted(REGISTRY.names)
    assert SIZE * 0.8 < sum(path.stat().st_size for path in files) < SIZE * 1.2
    settings = Settings(registry=ROOT / "conf" / "tables.yaml", bronze=str(bronze))
    assert validate(settings).message is None


def test_the_same_size_gives_the_same_files(bronze: Path, tmp_path: Path) -> None:
    write_files(tmp_path, SIZE)
    for path in bronze.iterdir():
        assert sorted(path.read_text().splitlines()) == sorted(
            (tmp_path / path.name).read_text().splitlines()
        )


def test_the_later_month_has_other_orders(bronze: Path, tmp_path: Path) -> None:
    def orders(path: Path) -> set[str]:
        return {line.split(",")[0] for line in path.read_text().splitlines()[1:]}

    write_month(tmp_path, SIZE)
    (later,) = tmp_path.iterdir()
    assert len(orders(later)) > 0
    assert orders(later) & orders(bronze / "OnlineTransactions.csv") == set()


def test_sql_by_hand_fills_silver_and_gold(bronze: Path, tmp_path: Path) -> None:
    write_tables(bronze, tmp_path / "by_hand.duckdb", REGISTRY)
    assert (tmp_path / "by_hand.duckdb").stat().st_size > 0


@pytest.mark.parametrize("files", ["generated", "sample"])
def test_the_ten_scripts_make_four_gold_tables(
    files: str, bronze: Path, tmp_path: Path, spark: SparkSession
) -> None:
    folder = bronze if files == "generated" else ROOT / "sample_data" / "raw"
    for table in NEEDED:
        clean(spark, table, folder, tmp_path)
    aggregate(spark, tmp_path)
    for table in ("AOV", "CustomerSegments", "PeakTimes", "AgentKPIs"):
        assert spark.read.parquet(str(tmp_path / GOLD / table)).head() is not None


def test_a_failed_command_says_what_it_printed(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="ended with 3:\nno such table"):
        measured(["sh", "-c", "echo no such table; exit 3"], tmp_path, {}, tmp_path / "log.txt")


def test_a_command_is_measured_with_its_children(tmp_path: Path) -> None:
    child = f"{sys.executable} -c 'x = bytearray(200_000_000); import time; time.sleep(1)'"
    cost = measured(["sh", "-c", f"{child}; exit 0"], tmp_path, {}, tmp_path / "log.txt")
    assert cost.seconds >= 1
    assert cost.peak_bytes > 100_000_000


def test_the_page_has_ratios_and_growth() -> None:
    def size(name: str, records: int, seconds: float) -> Size:
        ways = {
            way: Measured(f"way {way}", seconds * (2 if way == "c" else 1), seconds, records * 10)
            for way in ("abcdefgh" if name == "S" else "abcdefg")
        }
        stages = {"clean": seconds, "publish": seconds / 2}
        later = {"clean": seconds / 4, "publish": seconds}
        return Size(name, records * 50, records, ways, stages, later)

    text = page([size("S", 1000, 1.0), size("L", 3000, 5.0)], ["two cores"], dt.date(2026, 1, 2), 3)
    assert "| c | way c | 2.0 | 1.0 | 0 | 2.00 |" in text
    assert "| c/a: the whole job to a bare copy | 2.00 | 2.00 |" in text
    assert "| c/h: the whole job to the same with Spark's own flags | 2.00 |  |" in text
    assert "| cleaning in (e) to cleaning in (c) | 0.25 | 0.25 |" in text
    assert "| a | way a | 2000.00 | 2000.00 | 10 |" in text
    assert "the median of 3 rounds" in text
    assert "| clean | 1.0 | 5.0 | each file into a batch, rejects and duplicates apart |" in text


def test_a_stage_lasts_until_the_next_one_begins() -> None:
    def line(run: str, second: int, stage: str) -> str:
        time = f"2026-01-02T03:04:{second:02}.500+00:00"
        return json.dumps({"time": time, "level": "info", "run_id": run, "stage": stage})

    told = [line("r1", 9, "run"), line("r2", 10, "run"), "WARNING: other words"]
    told += [line("r2", 12, "clean"), line("r2", 14, "clean"), line("r2", 19, "publish")]
    report = {"run_id": "r2", "finished_at": "2026-01-02T03:04:22.500000+00:00"}
    found = stage_seconds("\n".join(told), report)
    assert found == {"run": 2.0, "clean": 7.0, "publish": 3.0}
