"""Opening the DuckDB file: locks, damage, and paths that cannot be."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from c360.errors import OutsideFailure
from c360.warehouse import duckdb_connection
from c360.warehouse.duckdb import DuckDBWarehouse
from c360.warehouse.protocol import Head

HOLDER = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1])
print("open", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def holder(world, make):
    """Another process that has the warehouse open, until it is told to go."""
    world.publish("A", [make.order(1)])
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(world.path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "open\n"
    yield process
    process.kill()
    process.wait()


def test_a_locked_warehouse_is_waited_for_and_then_given_up_with_the_holder_named(world, holder):
    started = time.monotonic()
    with pytest.raises(OutsideFailure) as failed:
        DuckDBWarehouse(world.path, 0.6).read_head()
    assert 0.4 < time.monotonic() - started < 3
    assert f"process {holder.pid}" in str(failed.value)
    assert "waited 0.6 s" in str(failed.value)
    assert "--lock-timeout" in str(failed.value)


def test_a_writer_waits_until_the_lock_is_free(world, make, holder):
    publication = world.batch("B", [make.order(2)], head=Head(1))
    subprocess.Popen(["sh", "-c", f"sleep 0.7; kill -9 {holder.pid}"])
    assert world.warehouse.publish(publication).by_this_run


def test_two_readers_share_the_file(world, make):
    world.publish("A", [make.order(1)])
    with duckdb.connect(str(world.path), read_only=True):
        code = "import duckdb, sys; duckdb.connect(sys.argv[1], read_only=True)"
        subprocess.run([sys.executable, "-c", code, str(world.path)], check=True)
        assert world.warehouse.read_head().epoch == 1


def test_reading_works_while_this_process_has_the_file_open_for_writing(world, make):
    world.publish("A", [make.order(1)])
    with duckdb.connect(str(world.path)):
        assert world.warehouse.read_head().epoch == 1


def test_a_writer_says_that_this_very_process_reads_the_file(world, make):
    world.publish("A", [make.order(1)])
    with (
        duckdb.connect(str(world.path), read_only=True),
        pytest.raises(OutsideFailure, match="this process has it open"),
    ):
        DuckDBWarehouse(world.path, 0.1).record_failure([])


@pytest.mark.parametrize("content", [b"", b"hello", b"x" * 20000])
def test_a_file_that_is_no_database_is_named_and_kept(world, content):
    world.path.parent.mkdir()
    world.path.write_bytes(content)
    for call in (world.warehouse.read_head, lambda: world.warehouse.record_failure([])):
        with pytest.raises(OutsideFailure, match=r"c360\.duckdb: the file is no DuckDB database"):
            call()
    assert world.path.read_bytes() == content


def test_a_truncated_database_is_a_clean_failure(world, make):
    world.publish("A", [make.order(n) for n in range(1000)])
    with world.path.open("r+b") as file:
        file.truncate(20_000)
    with pytest.raises(OutsideFailure):
        world.warehouse.query("SELECT SUM(`Amount`) AS s FROM `customer360_silver`.`Orders`")


def test_a_warehouse_below_a_regular_file_cannot_be_created(tmp_path):
    (tmp_path / "file").write_text("x")
    warehouse = DuckDBWarehouse(tmp_path / "file" / "deep" / "c360.duckdb", 1.0)
    assert warehouse.read_head().epoch == 0
    with pytest.raises(OutsideFailure, match=r"cannot be created \(.+\)\. Next: name a path"):
        warehouse.record_failure([])


def test_a_folder_in_place_of_the_file_is_a_clean_failure(tmp_path):
    with pytest.raises(OutsideFailure):
        DuckDBWarehouse(tmp_path, 1.0).record_failure([])


@pytest.mark.parametrize("name", ["a b'c\".duckdb", "é😀[1]*.duckdb", ":memory:", "md:x"])
def test_missing_folders_are_made_and_odd_names_are_files(world, make, monkeypatch, name):
    monkeypatch.chdir(world.folder)
    path = Path("new") / "er" / name
    warehouse = DuckDBWarehouse(path, 1.0)
    publication = world.batch("A", [make.order(1)], head=Head())
    assert warehouse.publish(publication).by_this_run
    assert warehouse.read_head().epoch == 1
    assert [file.name for file in path.parent.iterdir()] == [name]


def test_no_name_means_a_database_in_memory(world, make, monkeypatch):
    monkeypatch.chdir(world.folder)
    warehouse = DuckDBWarehouse(Path(":memory:"), 1.0)
    warehouse.publish(world.batch("A", [make.order(1)], head=Head()))
    assert warehouse.read_head().batch_id == "A"


def test_a_kill_while_the_file_is_created_leaves_nothing_in_the_way(world, make, monkeypatch):
    world.path.parent.mkdir()
    half_made = world.path.parent / f".{world.path.name}.99999.new"
    half_made.write_bytes(b"half")
    (half_made.parent / (half_made.name + ".wal")).write_bytes(b"half")
    monkeypatch.setattr(duckdb_connection.os, "link", killed)
    with pytest.raises(KeyboardInterrupt):
        world.warehouse.record_failure([])
    assert not world.path.exists()
    monkeypatch.undo()
    world.publish("A", [make.order(1)])
    assert [file.name for file in world.path.parent.iterdir()] == [world.path.name]


def killed(*_):
    raise KeyboardInterrupt


def test_of_two_creators_the_first_one_keeps_its_file(world, monkeypatch):
    link = duckdb_connection.os.link

    def late(source, target):
        with duckdb.connect(str(target)) as connection:
            connection.execute("CREATE TABLE first AS SELECT 1 AS a")
        link(source, target)

    monkeypatch.setattr(duckdb_connection.os, "link", late)
    world.warehouse.record_failure([])
    with duckdb.connect(str(world.path)) as connection:
        assert connection.execute("SELECT a FROM first").fetchall() == [(1,)]


def test_a_committed_publication_survives_a_kill_before_the_file_is_closed(world, make):
    world.publish("A", [make.order(1)])
    code = (
        "import duckdb, os, sys\n"
        "c = duckdb.connect(sys.argv[1])\n"
        "c.execute('UPDATE customer360_audit.Publication SET Epoch = 7')\n"
        "c.execute('BEGIN'); c.execute('UPDATE customer360_audit.Publication SET Epoch = 8')\n"
        "os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, str(world.path)], check=False)
    assert world.warehouse.read_head().epoch == 7


@pytest.mark.parametrize(
    "error",
    [
        duckdb.ConversionException("Could not convert string 'Jane Roe' to INT64"),
        duckdb.ConstraintException('Duplicate key "Name: Jane Roe" violates primary key'),
        duckdb.OutOfRangeException("Jane Roe is out of range"),
    ],
)
def test_an_error_that_may_quote_a_value_is_told_without_its_text(world, error):
    with (
        pytest.raises(OutsideFailure) as failed,
        duckdb_connection.connected(world.path, 1.0),
    ):
        raise error
    assert "Jane" not in str(failed.value)
    assert type(error).__name__ in str(failed.value)
