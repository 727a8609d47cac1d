"""One file becomes one batch: all of it, once, and nothing where it fails."""

from __future__ import annotations

import datetime as dt
import gzip
import random
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from chispa import assert_df_equality
from pyspark.sql import SparkSession

from c360.errors import C360Error, DataRefused, OutsideFailure
from c360.failpoints import forget, reached
from c360.layout import batch_folder, manifest_path
from c360.manifest import BatchManifest, FileCounts, ReasonCount
from c360.silver import batches, rows
from c360.silver.manifests import find_damage, read_manifest
from c360.silver.workspace import Workspace
from c360.storage.local import LocalStorage
from tests.support.local_frames import local_frame
from tests.support.oracle_silver import TABLES, batch, read_file
from tests.support.random_lines import random_file
from tests.support.silver_work import batch_rows, clean, files, put, quarantined, task, workspace
from tests.support.specs import column, own_table, registry, table

ORDERS = table(
    column("OrderID", "bigint", required=True),
    column("At", "timestamp"),
    column("Amount", "decimal(12,2)", on_invalid="null"),
    column("Status", one_of=("Paid",), on_unknown="warn"),
    key=("OrderID",),
    newest_by="At",
)
LOG = table(column("Word"), column("Points", "bigint"), name="Log")
NOTES = table(column("ID", "bigint"), column("Note"), name="Notes", embedded_newlines=True)
ALL = registry(ORDERS, LOG, NOTES, own_table("OnlineTransactions"))

PATH = "in ü[1]/Orders a%20b.csv"
DATA = (
    b"\xef\xbb\xbf\n"
    b"Status,OrderID,Remark,At,Amount\r\n"
    b"Paid,1,x,2025-01-01 10:00,5\r\n"
    b"Lost,2,x,2025-01-01 10:00,five\r\n"
    b"\xc2\xa0\n"
    b"Status,OrderID,Remark,At,Amount\n"
    b'"Paid",1,"x,y",2025-01-02 10:00,6.5\n'
    b"Paid,1,x,2025-01-02 10:00,6.50\n"
    b"Paid,x,x,2025-02-30,6\n"
    b"Paid,3,\xff,,\n"
    b"Paid,4\n"
)
AT = dt.datetime(2025, 1, 1, 10)


@pytest.fixture(scope="module", params=["ranked at once", "written first"], autouse=True)
def way(request: pytest.FixtureRequest) -> Iterator[str]:
    """Small files are ranked where they are read, large ones in what was written of them."""
    with mock.patch.object(rows, "ONE_PIECE", rows.ONE_PIECE if "once" in request.param else -1):
        yield request.param


@pytest.fixture(scope="module")
def work(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory, way: str) -> Workspace:
    """A run that several tests look at; each has files of its own."""
    return workspace(spark, tmp_path_factory.mktemp("silver"), ALL)


@pytest.fixture(scope="module")
def orders(work: Workspace) -> BatchManifest:
    return clean(work, PATH, DATA, ORDERS)


@pytest.fixture
def fresh(spark: SparkSession, tmp_path: Path) -> Workspace:
    """A run in empty places."""
    return workspace(spark, tmp_path, ALL)


# -- what a batch holds


def test_a_batch_holds_one_row_a_key_with_where_it_comes_from(
    work: Workspace, orders: BatchManifest
) -> None:
    expected = local_frame(
        work.spark,
        [
            (1, AT.replace(day=2), Decimal("6.50"), "Paid", orders.file_id, PATH),
            (2, AT, None, "Lost", orders.file_id, PATH),
        ],
        "OrderID bigint, At timestamp_ntz, Amount decimal(12,2), Status string, "
        "FileID string, SourceFile string",
    )
    assert_df_equality(
        batch_rows(work, ORDERS, orders), expected, ignore_row_order=True, ignore_nullable=True
    )


def test_a_manifest_says_all_of_its_batch(work: Workspace, orders: BatchManifest, way: str) -> None:
    planned = task(work, PATH, ORDERS).file
    assert orders == BatchManifest(
        table="Orders",
        file_id=planned.file_id,
        source_file=PATH,
        source_bytes=len(DATA),
        source_crc32c=planned.pin.crc32c,
        spec_hash=ORDERS.spec_hash,
        run_id="R1",
        folder="R1.settled" if way == "written first" else "R1",
        header="Status,OrderID,Remark,At,Amount",
        files=orders.files,
        counts=FileCounts(
            records=7,
            blank_lines=2,
            repeated_headers=1,
            accepted=2,
            rejected=3,
            duplicates=2,
            conflicting_duplicates=1,
        ),
        reasons=(
            ReasonCount("At", "not_a_timestamp", "rejected", 1),
            ReasonCount("OrderID", "not_an_integer", "rejected", 1),
            ReasonCount("row", "too_few_fields", "rejected", 1),
            ReasonCount("row", "undecodable_bytes", "rejected", 1),
            ReasonCount("Amount", "invalid_value", "nulled", 1),
            ReasonCount("Status", "unknown_value", "warned", 1),
        ),
        extra_columns=("Remark",),
    )
    assert sum(part.rows for part in orders.files) == 2
    folder = f"{batch_folder('Orders', orders.file_id)}/{orders.folder}"
    for part in orders.files:
        assert work.silver.stat(f"{folder}/{part.name}") == (part.bytes, part.crc32c)


def test_a_new_batch_is_whole_and_the_one_folder_of_its_run(
    work: Workspace, orders: BatchManifest
) -> None:
    assert find_damage(work.silver, "Orders", orders.file_id) is None
    assert read_manifest(work.silver, "Orders", orders.file_id) == orders
    assert list(work.silver.folders(batch_folder("Orders", orders.file_id))) == [orders.folder]


def test_quarantine_holds_the_exact_bytes_and_all_reasons(
    work: Workspace, orders: BatchManifest
) -> None:
    source = ("Orders", PATH, orders.file_id)
    assert quarantined(work, orders) == [
        (*source, b"Paid,3,\xff,,", ["row:undecodable_bytes"]),
        (*source, b"Paid,4", ["row:too_few_fields"]),
        (*source, b"Paid,x,x,2025-02-30,6", ["OrderID:not_an_integer", "At:not_a_timestamp"]),
    ]


def test_a_file_without_duplicates_is_written_once_and_without_rejects_has_no_quarantine(
    work: Workspace,
) -> None:
    found = clean(work, "Orders_clean.csv", b"OrderID,At,Amount,Status\n1,,,\n2,,,", ORDERS)
    assert found.folder == "R1"
    assert (found.counts.records, found.counts.accepted, found.counts.duplicates) == (2, 2, 0)
    assert list(work.quarantine.list(batch_folder("Orders", found.file_id))) == []


def test_a_file_of_rejects_alone_is_a_batch_without_rows(work: Workspace) -> None:
    found = clean(work, "Orders_bad.csv", b"OrderID,At,Amount,Status\nx,,,\ny,,,", ORDERS)
    assert (found.counts.records, found.counts.accepted, found.counts.rejected) == (2, 0, 2)
    assert batch_rows(work, ORDERS, found).collect() == []
    assert find_damage(work.silver, "Orders", found.file_id) is None
    assert len(quarantined(work, found)) == 2


def test_equal_rows_of_a_table_without_a_key_are_all_kept(work: Workspace) -> None:
    found = clean(work, "Log_1.csv", b"Word,Points\na,1\nb,2\na,1\na,01\n", LOG)
    rows = batch_rows(work, LOG, found).collect()
    assert Counter(row["Word"] for row in rows) == {"a": 3, "b": 1}
    assert len({row["RowKey"] for row in rows}) == 4
    assert (found.counts.accepted, found.counts.duplicates) == (4, 0)
    other = clean(work, "Log_2.csv", b"Word,Points\na,1\nc,1\n", LOG)
    assert other.folder == "R1"
    again = {row["RowKey"] for row in batch_rows(work, LOG, other).collect() if row["Word"] == "a"}
    assert again < {row["RowKey"] for row in rows}, "an equal row of another file has the same key"


def test_line_breaks_inside_quotes_are_kept(work: Workspace) -> None:
    data = b'ID,Note\r\n1,"a\r\nb"\r\n\r\nx,"c\nd"\r\n2,e\r\n'
    found = clean(work, "Notes.csv", data, NOTES)
    assert {row["ID"]: row["Note"] for row in batch_rows(work, NOTES, found).collect()} == {
        1: "a\r\nb",
        2: "e",
    }
    assert [row[3:] for row in quarantined(work, found)] == [(b'x,"c\nd"', ["ID:not_an_integer"])]
    assert (found.counts.records, found.counts.blank_lines) == (3, 1)


def test_packed_parts_are_read_to_the_end(work: Workspace) -> None:
    header, rows = b"OrderID,At,Amount,Status\n", b"1,,,\n2,,,\n"
    data = gzip.compress(header) + gzip.compress(rows) + gzip.compress(header + b"3,,,\n")
    found = clean(work, "Orders_parts.csv.gz", data, ORDERS)
    assert (found.counts.accepted, found.counts.repeated_headers) == (3, 1)


@pytest.mark.parametrize("name", ["OnlineTransactions", "LoyaltyTransactions"])
def test_a_batch_is_what_a_second_reading_of_the_file_says(
    spark: SparkSession, tmp_path: Path, name: str
) -> None:
    spec = own_table(name)
    work = workspace(spark, tmp_path, registry(spec))
    data = random_file(TABLES[name], 300, seed=11)
    found = clean(work, f"{name}.csv", data, spec)
    oracle = read_file(TABLES[name], f"{name}.csv", data)
    rows, duplicates, conflicts = batch(oracle)
    frame = batch_rows(work, spec, found).drop("FileID")
    expected = Counter(str(sorted(row.items())) for row in rows)
    assert Counter(str(sorted(row.asDict().items())) for row in frame.collect()) == expected
    assert found.counts == FileCounts(
        records=oracle.records,
        blank_lines=oracle.blank_lines,
        repeated_headers=oracle.repeated_headers,
        accepted=len(rows),
        rejected=len(oracle.rejected),
        duplicates=duplicates,
        conflicting_duplicates=conflicts,
    )
    assert Counter((row[3], frozenset(row[4])) for row in quarantined(work, found)) == Counter(
        oracle.rejected
    )


# -- who is first


def test_the_first_run_wins_and_the_second_removes_its_own_files_only(
    spark: SparkSession, fresh: Workspace, tmp_path: Path
) -> None:
    first = clean(fresh, PATH, DATA, ORDERS)
    before = files(fresh.silver)
    late = workspace(spark, tmp_path, ALL, run_id="R2")
    forget()
    assert batches.clean_file(task(late, PATH, ORDERS)) == first
    assert reached()["silver.rival"] == 1
    assert files(fresh.silver) == before
    assert len(quarantined(late, first)) == 3


def test_a_manifest_that_cannot_be_understood_is_not_taken_for_a_first_run(
    fresh: Workspace,
) -> None:
    put(fresh, PATH, DATA)
    todo = task(fresh, PATH, ORDERS)
    fresh.silver.create(manifest_path("Orders", todo.file.file_id), b"{")
    with pytest.raises(OutsideFailure, match=r"damaged\. Run again to clean it anew"):
        batches.clean_file(todo)
    assert files(fresh.silver) == [manifest_path("Orders", todo.file.file_id)]
    assert files(fresh.quarantine) == []


# -- what fails leaves nothing


def fail_at(monkeypatch: pytest.MonkeyPatch, step: str, before: Callable[[], None]) -> None:
    """Run `before` right before a step of cleaning."""
    real = getattr(batches, step)

    def wrapped(*args: Any, **named: Any) -> Any:
        before()
        return real(*args, **named)

    monkeypatch.setattr(batches, step, wrapped)


def boom() -> None:
    raise KeyboardInterrupt


STEPS = ("write_rows", "write_rejects", "require_unchanged", "show_rejects", "_publish")


@pytest.mark.parametrize("step", STEPS)
def test_a_run_that_is_interrupted_leaves_no_file(
    fresh: Workspace, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    fail_at(monkeypatch, step, boom)
    with pytest.raises(KeyboardInterrupt):
        clean(fresh, PATH, DATA, ORDERS)
    assert files(fresh.silver) == []
    assert files(fresh.quarantine) == []


def test_a_run_that_hears_no_answer_to_its_manifest_leaves_the_batch_whole(
    fresh: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = LocalStorage.create

    def unanswered(storage: LocalStorage, path: str, data: bytes) -> bool:
        made = create(storage, path, data)
        if storage is fresh.silver:
            raise OutsideFailure("no answer")
        return made

    monkeypatch.setattr(LocalStorage, "create", unanswered)
    with pytest.raises(OutsideFailure, match="no answer"):
        clean(fresh, "Orders.csv", DATA, ORDERS)
    file_id = task(fresh, "Orders.csv", ORDERS).file.file_id
    found = read_manifest(fresh.silver, "Orders", file_id)
    assert found is not None
    assert find_damage(fresh.silver, "Orders", file_id) is None
    assert len(quarantined(fresh, found)) == 3


def test_a_batch_keeps_its_rejected_records_whatever_becomes_of_a_run_beside_it(
    spark: SparkSession, fresh: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other run shows its own records, and takes them away right before this one is first."""
    other = workspace(spark, tmp_path, ALL, run_id="R2")

    def fail_beside() -> None:
        with monkeypatch.context() as patched:
            patched.setattr(batches, "_publish", lambda *_: boom())
            with pytest.raises(KeyboardInterrupt):
                batches.clean_file(task(other, PATH, ORDERS))

    fail_at(monkeypatch, "_publish", fail_beside)
    found = clean(fresh, PATH, DATA, ORDERS)
    assert len(quarantined(fresh, found)) == 3


def test_what_other_runs_wrote_stays_when_a_run_fails(
    fresh: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(fresh, PATH, DATA)
    todo = task(fresh, PATH, ORDERS)
    other = f"{todo.folder}/R10/part-0.parquet"
    fresh.silver.create(other, b"")
    fresh.quarantine.create(other, b"")
    fail_at(monkeypatch, "_publish", boom)
    with pytest.raises(KeyboardInterrupt):
        batches.clean_file(todo)
    assert files(fresh.silver) == files(fresh.quarantine) == [other]


@pytest.mark.parametrize("step", ["write_rows", "write_rejects", "require_unchanged"])
@pytest.mark.parametrize("size", ["same", "other"])
def test_a_file_that_changes_while_it_is_read_is_noticed(
    fresh: Workspace, monkeypatch: pytest.MonkeyPatch, step: str, size: str
) -> None:
    changed = DATA.replace(b"Lost", b"Paid") if size == "same" else DATA + b"Paid,9,,,\n"
    fail_at(monkeypatch, step, lambda: put(fresh, PATH, changed))
    with pytest.raises(OutsideFailure, match="changed while it was read"):
        clean(fresh, PATH, DATA, ORDERS)
    assert files(fresh.silver) == []
    assert files(fresh.quarantine) == []


def test_a_file_that_goes_away_before_it_is_read_is_noticed(fresh: Workspace) -> None:
    put(fresh, PATH, DATA)
    todo = task(fresh, PATH, ORDERS)
    fresh.bronze.delete(PATH)
    with pytest.raises(OutsideFailure, match="went away while it was read"):
        batches.clean_file(todo)
    assert files(fresh.silver) == []


def test_rows_that_got_lost_are_noticed(fresh: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    real = batches.write_rows
    monkeypatch.setattr(
        batches, "write_rows", lambda todo, rows: real(todo, rows.where("OrderID <> 2"))
    )
    with pytest.raises(C360Error, match="records were read, but"):
        clean(fresh, PATH, DATA, ORDERS)
    assert files(fresh.silver) == []


# More than the first megabyte of it is needed to see the damage.
WORDS = random.Random(5).randbytes(1_500_000).hex(sep="\n", bytes_per_sep=30)
PACKED = gzip.compress(b"Word,Points\n" + WORDS.replace("\n", ",1\n").encode() + b",1\n")
REFUSED = {
    "a gzip cut short": (
        "Log.csv.gz",
        PACKED[:-20_000],
        LOG,
        "is a gzip file that ends too early or is damaged; upload it again",
    ),
    "a gzip with a bit flipped": (
        "Log.csv.gz",
        PACKED[:-20_000] + bytes([PACKED[-20_000] ^ 4]) + PACKED[-19_999:],
        LOG,
        "is a gzip file that ends too early or is damaged; upload it again",
    ),
    "a gzip without its end": (
        "Log.csv.gz",
        PACKED[:-8] + bytes(8),
        LOG,
        "is a gzip file that ends too early or is damaged; upload it again",
    ),
    "a quote that is never closed": (
        "Notes.csv",
        b'ID,Note\n1,a\n2,"b\n3,c\n',
        NOTES,
        "ends inside a quoted field; close the quote or export it again",
    ),
    "lines that end in CR where they must not": (
        "Notes.csv",
        b"ID,Note\r1,a\r2,b\r",
        NOTES,
        "has a header that is no record of its own; "
        "end its lines with LF or CR LF and close the quotes in the first one",
    ),
    "blank lines beyond the first megabyte": (
        "Orders.csv",
        b"OrderID,At,Amount,Status\n" + b"\n" * (1 << 20),
        ORDERS,
        "has a header and no records; export it again or remove it",
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_that_cannot_be_read_as_a_whole_is_refused(fresh: Workspace, kind: str) -> None:
    path, data, spec, reason = REFUSED[kind]
    with pytest.raises(DataRefused) as caught:
        clean(fresh, path, data, spec)
    assert str(caught.value) == reason
    assert files(fresh.silver) == []
    assert files(fresh.quarantine) == []


def test_silver_that_cannot_be_written_is_an_outside_failure(
    spark: SparkSession, tmp_path: Path
) -> None:
    work = workspace(spark, tmp_path, ALL)
    (tmp_path / "silver {a,b}=*").write_bytes(b"a file")
    with pytest.raises(OutsideFailure, match=r"Spark failed|could not"):
        clean(work, PATH, DATA, ORDERS)
