"""What a data engineer does with a rejected row: find it, export it, correct it, run again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from typer.testing import CliRunner

from c360.cli.quarantine import commands
from c360.current import current_batches
from c360.errors import WrongUse
from c360.pipeline import run
from c360.registry.read import read_registry
from c360.settings import Settings
from c360.storage.local import LocalStorage

REGISTRY = """
version: 1
defaults: {max_rejected: 1, max_rejected_file: 1}
policy: {currency: EUR}
tables:
  Orders:
    key: OrderID
    newest_by: At
    required: [Amount]
    columns: {OrderID: bigint, At: timestamp, Amount: "decimal(12,2)", Note: string}
  Shops:
    key: ShopID
    take: newest
    columns: {ShopID: bigint, City: string}
"""
ORDERS = (
    b"\xef\xbb\xbfOrderID , At,Note,Amount\r\n"
    b"1,2025-01-01 10:00:00,fine,1.00\r\n"
    b"2,2025-01-01 10:00:00,\x1b[31mred\xff\xa0,2.00\r\n"
    b"3,2025-01-01 10:00:00,=A1,three\r\n"
    b"4,2025-01-01 10:00:00,,\r\n"
)
RAW = "2,2025-01-01 10:00:00,\\x1b[31mred\\xff\\xa0,2.00"


@pytest.fixture(scope="module")
def published(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with bronze and silver, once cleaned."""
    root = tmp_path_factory.mktemp("quarantine")
    (root / "raw" / "in").mkdir(parents=True)
    (root / "raw" / "in" / "Orders_1.csv").write_bytes(ORDERS)
    (root / "raw" / "Shops.csv").write_bytes(b"ShopID,City\n1,Rome\nx,Oslo\n")
    (root / "tables.yaml").write_text(REGISTRY)
    clean(root, spark)
    return root


@pytest.fixture
def root(published: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return Path(shutil.copytree(published, tmp_path / "root"))


@pytest.fixture
def call(root: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    """Exit code and output of a `c360 quarantine` command, errors left as they are."""
    for name in ("bronze", "silver"):
        folder = {"bronze": "raw"}.get(name, name)
        monkeypatch.setenv(f"C360_{name.upper()}", str(root / folder))
    monkeypatch.setenv("C360_REGISTRY", str(root / "tables.yaml"))

    def invoke(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(commands, words, catch_exceptions=True)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.stdout

    return invoke


def settings(root: Path) -> Settings:
    return Settings(
        registry=root / "tables.yaml",
        bronze=str(root / "raw"),
        silver=str(root / "silver"),
        warehouse=f"duckdb:///{root / 'none.duckdb'}",
        only_silver=True,
    )


def clean(root: Path, spark: SparkSession) -> dict[str, tuple[int, int]]:
    """Clean bronze; accepted and rejected by path."""
    report = run(settings(root), spark=lambda _: spark)
    assert report.status == "silver", report.message
    return {file.path: (file.accepted or 0, file.rejected or 0) for file in report.files}


def test_a_rejected_row_is_found_corrected_and_replayed(
    root: Path, spark: SparkSession, call: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    _, listed = call("list", "Orders")
    assert "in/Orders_1.csv" in listed
    for reason in ("Amount:not_a_decimal 1", "Amount:required 1", "row:undecodable_bytes 1"):
        assert reason in listed

    _, shown = call("show", "Orders", "--reason", "Amount:not_a_decimal")
    assert shown.splitlines() == [
        "in/Orders_1.csv: 1 record",
        "  Amount:not_a_decimal",
        "    3,2025-01-01 10:00:00,=A1,three",
        "1 of 1 record shown",
    ]

    out = tmp_path / "replay"
    code, told = call("export", "Orders", "--out", str(out))
    assert code == 0
    assert "would run: 1; open the file with a text editor" in told
    assert "copy them into" in told
    (replay,) = out.iterdir()
    header, *records = ORDERS.removeprefix(b"\xef\xbb\xbf").split(b"\r\n")
    assert replay.read_bytes() == b"\n".join([header, *records[1:4]]) + b"\n"

    corrected = replay.read_bytes().replace(b",three\n", b",3.00\n")
    corrected = corrected.replace(b"\x1b[31mred\xff\xa0", b"red")
    (root / "raw" / replay.name).write_bytes(corrected)
    assert clean(root, spark) == {
        "in/Orders_1.csv": (1, 3),
        replay.name: (2, 1),
        "Shops.csv": (1, 1),
    }
    _, shown = call("show", "--file", replay.name)
    assert "    4,2025-01-01 10:00:00,,\n" in shown
    _, again = call("export", "--file", "Orders_1.csv", "--out", str(out))
    assert "(was there, unchanged)" in again


def test_records_are_shown_so_that_they_cannot_act_on_the_terminal(
    call: Callable[..., tuple[int, str]],
) -> None:
    _, shown = call("show", "--reason", "undecodable_bytes")
    assert f"    {RAW}\n" in shown
    assert "\x1b" not in shown


def test_a_limit_says_how_many_more_there_are(call: Callable[..., tuple[int, str]]) -> None:
    _, shown = call("show", "--limit", "1")
    assert shown.splitlines()[-1] == "1 of 4 records shown; --limit 4 shows all"
    assert len(shown.splitlines()) == 4


def test_no_row_is_in_the_list(call: Callable[..., tuple[int, str]]) -> None:
    for words in (["list"], ["list", "--json"], ["list", "Orders", "--all"]):
        _, listed = call(*words)
        assert "2025-01-01" not in listed
        assert "Oslo" not in listed


def test_the_list_as_json_has_every_count(call: Callable[..., tuple[int, str]]) -> None:
    _, listed = call("list", "--json")
    orders, shops = json.loads(listed)
    assert (orders["source_file"], orders["records"], orders["kept"]) == ("in/Orders_1.csv", 3, 3)
    assert {"column": "Amount", "reason": "required", "action": "rejected", "records": 1} in (
        orders["reasons"]
    )
    assert (shops["table"], shops["is_current"]) == ("Shops", True)


def test_only_files_in_bronze_now_are_listed_unless_all_are_asked_for(
    root: Path, call: Callable[..., tuple[int, str]]
) -> None:
    (root / "raw" / "in" / "Orders_1.csv").unlink()
    assert "Orders_1.csv" not in call("list")[1]
    assert "(not in bronze now)" in call("list", "--all")[1]
    assert "three" in call("show", "Orders", "--all")[1]
    with pytest.raises(WrongUse, match=r"^Orders: no file named Orders\*\.csv .* --bronze"):
        call("show", "Orders")


def test_files_that_no_run_has_cleaned_are_told(
    root: Path, call: Callable[..., tuple[int, str]]
) -> None:
    (root / "raw" / "Orders_2.csv").write_text("OrderID,At,Note,Amount\nx,,,\n")
    for words in (["list"], ["show"], ["export", "Orders", "--out", str(root / "out")]):
        told = call(*words)[1].splitlines()
        assert "1 file in bronze not cleaned yet; next: c360 run" in told


def test_rows_of_a_file_that_is_gone_too_do_not_come_back_from_bronze_as_it_is(
    root: Path, call: Callable[..., tuple[int, str]]
) -> None:
    shutil.rmtree(root / "silver" / "_quarantine")
    (root / "raw" / "in" / "Orders_1.csv").unlink()
    told = call("list", "--all")[1]
    assert "in/Orders_1.csv: 3 of 3 rejected rows are gone from quarantine" in told
    ways = [line for line in told.splitlines() if line.startswith("of rows that are gone")]
    assert [way.split(":")[0].removeprefix("of rows that are gone ") for way in sorted(ways)] == [
        "the source file is not in bronze any more as it was",
        "the source file still has them",  # that of Shops is there
    ]
    code, refused = call("export", "Orders", "--all", "--out", str(root / "out"))
    assert code == 1
    assert "put that version back" in refused


def test_rows_that_are_gone_are_told_with_a_way_to_see_them(
    root: Path, spark: SparkSession, call: Callable[..., tuple[int, str]]
) -> None:
    shutil.rmtree(root / "silver" / "_quarantine")
    assert "Amount:required 1" in call("list", "Orders")[1]
    _, shown = call("show", "Orders")
    assert "in/Orders_1.csv: 3 of 3 rejected rows are gone from quarantine" in shown
    code, told = call("export", "Orders", "--out", str(root / "out"))
    assert code == 1
    assert "c360 run --only silver --silver build/again" in told
    again = Settings(
        registry=root / "tables.yaml",
        bronze=str(root / "raw"),
        silver=str(root / "again"),
        only_silver=True,
    )
    assert run(again, spark=lambda _: spark).exit_code == 0
    assert "three" in call("show", "Orders", "--silver", str(root / "again"))[1]


def test_a_snapshot_is_refused_and_the_other_files_are_exported(
    root: Path, call: Callable[..., tuple[int, str]]
) -> None:
    code, told = call("export", "--out", str(root / "out"))
    assert code == 1
    assert "refused: Shops: has `take: newest`" in told
    assert [path.name[:14] for path in (root / "out").iterdir()] == ["Orders_replay_"]


def test_nothing_is_exported_into_bronze(root: Path, call: Callable[..., tuple[int, str]]) -> None:
    with pytest.raises(WrongUse, match="which is in bronze; expected a folder elsewhere"):
        call("export", "--out", str(root / "raw" / "in" / "replay"))
    assert not (root / "raw" / "in" / "replay").exists()


def test_the_export_of_a_replay_is_found_by_the_next_run(root: Path) -> None:
    registry = read_registry(root / "tables.yaml")
    bronze, silver = LocalStorage(root / "raw"), LocalStorage(root / "silver")
    (root / "raw" / "Orders_replay_0123456789abcdef.csv").write_text("OrderID,At,Note,Amount\n")
    plan = current_batches(bronze, silver, registry).plan
    assert "Orders_replay_0123456789abcdef.csv" in [file.pin.path for file in plan.of("Orders")]


@pytest.mark.parametrize("command", ["list", "show", "export"])
def test_help_teaches_by_an_example(command: str, call: Callable[..., tuple[int, str]]) -> None:
    _, text = call(command, "--help")
    assert f"Example: `c360 quarantine {command}" in text
    assert ("personal data" in text) == (command != "list")
