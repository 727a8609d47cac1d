"""A replay file holds exactly the rejected records, and never takes the place of corrections."""

from __future__ import annotations

from pathlib import Path

import pytest

from c360.errors import OutsideFailure
from c360.quarantine.export import Replay, export_replays, replay_name
from c360.quarantine.read import list_current
from c360.registry.specs import Registry
from c360.storage.local import LocalStorage
from tests.support.rejects import Reject, batch_of, plan_of, planned, store_rejects
from tests.support.specs import column, registry, table

ORDERS = table(
    column("ID", "bigint", required=True),
    column("At", "timestamp"),
    name="Orders",
    key=("ID",),
    newest_by="At",
)
NAME = "Orders_replay_01.csv"
BAD = [(b"x,\xff\x00,'a'", ["ID:not_an_integer"]), (b'"', ["row:bad_quotes"])]


@pytest.fixture
def quarantine(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "quarantine")


def export(
    quarantine: LocalStorage,
    out: Path,
    *rejects: Reject,
    of: Registry | None = None,
    source: str = "a/Orders.csv.gz",
) -> Replay:
    if quarantine.read("Orders/file_id=f01/_manifest.json") is None:
        store_rejects(quarantine, source, "01", list(rejects or BAD))
    files = list_current(quarantine, plan_of(planned(source, "01")), {})
    (replay,) = export_replays(quarantine, files, of or registry(ORDERS), out)
    return replay


def test_a_replay_has_its_files_own_header_and_every_byte(
    quarantine: LocalStorage, tmp_path: Path
) -> None:
    replay = export(quarantine, tmp_path / "out")
    assert (replay.outcome, replay.notes) == ("written", ())
    assert replay.path == tmp_path / "out" / NAME == tmp_path / "out" / replay_name("Orders", "01")
    assert replay.path.read_bytes() == b"ID,Word\nx,\xff\x00,'a'\n\"\n"
    assert [path.name for path in replay.path.parent.iterdir()] == [NAME]


def test_exporting_again_changes_nothing(quarantine: LocalStorage, tmp_path: Path) -> None:
    first = export(quarantine, tmp_path)
    before = first.path.stat()
    again = export(quarantine, tmp_path)
    assert again.outcome == "unchanged"
    assert first.path.stat().st_ino == before.st_ino


def test_corrections_are_never_written_over(quarantine: LocalStorage, tmp_path: Path) -> None:
    path = export(quarantine, tmp_path / "out").path
    path.write_bytes(b"ID,Word\n1,corrected\n")
    replay = export(quarantine, tmp_path / "out")
    assert replay.outcome == "refused"
    assert replay.notes == (
        f"{path}: is there with other contents, which may be corrections; move it away first",
    )
    assert path.read_bytes() == b"ID,Word\n1,corrected\n"
    assert [each.name for each in path.parent.iterdir()] == [NAME]


def test_a_snapshot_is_corrected_itself(quarantine: LocalStorage, tmp_path: Path) -> None:
    snapshot = registry(table(name="Orders", take="newest"))
    replay = export(quarantine, tmp_path / "out", of=snapshot)
    assert replay.outcome == "refused"
    assert replay.notes == (
        "Orders: has `take: newest`, so a replay would stand for the whole snapshot; "
        "correct the records in a/Orders.csv.gz itself and put it into bronze again",
    )
    assert not (tmp_path / "out").exists()


def test_a_table_that_is_gone_has_no_replay(quarantine: LocalStorage, tmp_path: Path) -> None:
    replay = export(quarantine, tmp_path / "out", of=registry(table(name="Stores")))
    assert replay.notes == ("Orders: is not in the registry, so no run would read the replay",)


def test_rows_that_are_gone_are_not_left_out_in_silence(
    quarantine: LocalStorage, tmp_path: Path
) -> None:
    rejects = store_rejects(quarantine, "Orders.csv", "01", BAD[:1], BAD[1:])
    quarantine.delete("Orders/file_id=f01/R1/part-1.parquet")
    files = list_current(
        quarantine, plan_of(planned("Orders.csv", "01")), {"01": batch_of(rejects)}
    )
    (replay,) = export_replays(quarantine, files, registry(ORDERS), tmp_path / "out")
    assert replay.outcome == "refused"
    assert replay.notes[0].startswith("Orders.csv: 1 of 2 rejected rows are gone from quarantine;")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1+1", "-1+cmd", "@SUM(1)", "\tx", '"=1+1"', "--1", "=", "+4.5x", '"-a"'],
)
def test_a_cell_that_a_spreadsheet_would_run_is_counted(
    cell: str, quarantine: LocalStorage, tmp_path: Path
) -> None:
    rejects = [
        (f"{cell},b".encode(), ["ID:not_an_integer"]),
        (f"a,{cell}".encode(), ["ID:not_an_integer"]),
        (b"a,b=c", ["ID:not_an_integer"]),
    ]
    assert export(quarantine, tmp_path / "out", *rejects).notes == (
        "records that begin a cell with = + - @ or a tab, which a spreadsheet would run: 2; "
        "open the file with a text editor",
    )


@pytest.mark.parametrize("cell", ["-1", "+7", "-0.50", '"-12"', "-", "a-b", "a=b", "2025-01-01"])
def test_signed_numbers_and_signs_inside_are_harmless(
    cell: str, quarantine: LocalStorage, tmp_path: Path
) -> None:
    rejects = [(f"{cell},{cell}".encode(), ["ID:not_an_integer"])]
    assert export(quarantine, tmp_path / "out", *rejects).notes == ()


def test_cells_end_at_the_tables_own_delimiter(quarantine: LocalStorage, tmp_path: Path) -> None:
    semicolons = registry(
        table(*ORDERS.columns, name="Orders", key=("ID",), newest_by="At", delimiter=";")
    )
    lines = (b"a,=b;c", b"a;=b", b"c;=d")
    rejects = [(line, ["ID:required"]) for line in lines]
    (note,) = export(quarantine, tmp_path / "out", *rejects, of=semicolons).notes
    assert "would run: 2;" in note


@pytest.mark.parametrize(
    ("files", "advice"),
    [
        (("orders_*.csv",), "name it orders_Orders_replay_01.csv in bronze"),
        (("*.orders.csv", "*.csv.gz"), "name it Orders_replay_01.orders.csv in bronze"),
        (("Orders*.csv.gz",), "add Orders_replay_*.csv to them in the registry"),
        (("orders.csv",), "add Orders_replay_*.csv to them in the registry"),
    ],
)
def test_a_name_that_no_run_would_read_is_told(
    files: tuple[str, ...], advice: str, quarantine: LocalStorage, tmp_path: Path
) -> None:
    named = table(*ORDERS.columns, name="Orders", key=("ID",), newest_by="At", files=files)
    (note,) = export(quarantine, tmp_path / "out", of=registry(named)).notes
    assert note == f"{NAME} is not among the `files` of Orders ({', '.join(files)}): {advice}"


def test_a_name_that_another_table_claims_too_is_told(
    quarantine: LocalStorage, tmp_path: Path
) -> None:
    greedy = table(name="Replays", files=("*_replay_*",))
    (note,) = export(quarantine, tmp_path / "out", of=registry(ORDERS, greedy)).notes
    assert "add Orders_replay_*.csv to them" in note


def test_what_a_replay_means_without_a_time_or_a_key_is_told(
    quarantine: LocalStorage, tmp_path: Path
) -> None:
    timeless = registry(table(name="Orders", key=("ID",)))
    (note,) = export(quarantine, tmp_path / "1", of=timeless).notes
    assert "a corrected record wins over rows of its key in files whose path sorts before" in note
    (note,) = export(quarantine, tmp_path / "2", of=registry(table(name="Orders"))).notes
    assert "a corrected record that equals a row of another file counts as its repetition" in note


def test_a_folder_that_cannot_be_written_is_told(quarantine: LocalStorage, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutsideFailure, match=r"file/out/.*cannot be written .* with --out"):
        export(quarantine, tmp_path / "file" / "out")
