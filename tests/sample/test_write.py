"""The sample: its files, its ledger, and that it is the same every time."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from c360.errors import OutsideFailure, WrongUse
from c360.sample.ledger import SampleLedger
from c360.sample.planter import ROW, ROW_REASONS, defects_of
from c360.sample.shapes import SHAPES
from c360.sample.write import write_ledger, write_sample
from tests.conftest import ROOT
from tests.support.oracle_silver import OracleFile, batch, read_bronze

COMMITTED = ROOT / "sample_data"


def contents(root: Path) -> dict[str, bytes]:
    """The bytes of every file below `root`; what gzip holds, as packers differ by version."""
    return {
        path.relative_to(root).as_posix(): gzip.decompress(path.read_bytes())
        if path.suffix == ".gz"
        else path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def oracle_files(root: Path) -> dict[str, OracleFile]:
    return {file.path: file for files in read_bronze(root).values() for file in files}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SampleLedger]:
    out = tmp_path_factory.mktemp("sample")
    return out, write_sample(out)


def assert_ledger_holds(root: Path, ledger: SampleLedger) -> None:
    found = oracle_files(root)
    assert sorted(found) == [entry.path for entry in ledger.files]
    for entry in ledger.files:
        file = found[entry.path]
        rows, duplicates, _ = batch(file)
        counts = (entry.records, entry.blank_lines, entry.repeated_headers, entry.duplicates)
        assert counts == (file.records, file.blank_lines, file.repeated_headers, duplicates)
        assert [(bad.raw, bad.reasons) for bad in entry.rejected] == file.rejected
        assert entry.accepted == len(rows)


def test_the_ledger_is_what_an_independent_reading_finds(
    sample: tuple[Path, SampleLedger],
) -> None:
    assert_ledger_holds(*sample)


@pytest.mark.parametrize("seed", range(40))
def test_the_ledger_of_small_and_very_dirty_samples_holds(seed: int, tmp_path: Path) -> None:
    share = (0.05, 0.2, 0.4, 0.9)[seed % 4]
    ledger = write_sample(tmp_path, customers=20, orders=60, seed=seed, dirty=share)
    assert any(entry.rejected for entry in ledger.files)
    assert_ledger_holds(tmp_path, ledger)


def test_a_clean_sample_has_no_rejected_record(tmp_path: Path) -> None:
    ledger = write_sample(tmp_path, customers=20, orders=60, dirty=0)
    assert not any(entry.rejected for entry in ledger.files)
    assert_ledger_holds(tmp_path, ledger)


def test_the_lines_of_the_ledger_are_those_of_the_file(sample: tuple[Path, SampleLedger]) -> None:
    out, ledger = sample
    data = contents(out)
    for entry in ledger.files:
        lines = data[entry.path].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        for rejected in entry.rejected:
            assert lines[rejected.line - 1].removeprefix(b"\xef\xbb\xbf") == rejected.raw


def test_no_default_budget_is_exceeded(sample: tuple[Path, SampleLedger]) -> None:
    records, rejected = Counter[str](), Counter[str]()
    for entry in sample[1].files:
        assert len(entry.rejected) / entry.records < 0.25, entry.path
        records[entry.table] += entry.records
        rejected[entry.table] += len(entry.rejected)
    assert set(records) == set(SHAPES)
    for table, count in records.items():
        assert 0 < rejected[table] / count < 0.045, table


def test_every_reason_of_the_vocabulary_appears(sample: tuple[Path, SampleLedger]) -> None:
    found = {r for entry in sample[1].files for bad in entry.rejected for r in bad.reasons}
    possible = {
        reason for table in SHAPES for defect in defects_of(table) for reason in defect.full_reasons
    }
    assert {r.split(":")[1] for r in found} == {r.split(":")[1] for r in possible}
    assert {r for r in found if r.startswith(ROW)} == {f"row:{reason}" for reason in ROW_REASONS}


def test_every_defect_of_the_transactions_appears(sample: tuple[Path, SampleLedger]) -> None:
    for table in ("OnlineTransactions", "InStoreTransactions"):
        found = {
            reason
            for entry in sample[1].files
            if entry.table == table
            for bad in entry.rejected
            for reason in bad.reasons
        }
        assert found == {r for defect in defects_of(table) for r in defect.full_reasons}


def test_one_record_has_three_spoiled_columns(sample: tuple[Path, SampleLedger]) -> None:
    columns = [
        len({reason.split(":")[0] for reason in bad.reasons})
        for entry in sample[1].files
        for bad in entry.rejected
    ]
    assert max(columns) == 3


def test_files_look_as_real_exports_do(sample: tuple[Path, SampleLedger]) -> None:
    data = contents(sample[0])
    online = {path[-11:-4]: text for path, text in data.items() if path.startswith("Online")}
    assert (sample[0] / "OnlineTransactions/OnlineTransactions_2025-02.csv.gz").exists()
    assert online["2025-03"].startswith(b"ProductID,DateTime,")
    assert online["2025-04"].count(b"\r\n") == online["2025-04"].count(b"\n") > 50
    assert online["2025-05"].startswith(b"\xef\xbb\xbfOrderID,")
    assert b",Coupon," in online["2025-06"].split(b"\n")[0]
    assert online["2025-07"].count(b"OrderID,CustomerID") == 3
    assert not online["2025-08"].endswith(b"\n")
    assert online["2025-09"].startswith(b" ORDERID\t, CUSTOMERID\t,")
    assert online["2025-10"].count(b"\r") > 50
    assert b"\n" not in online["2025-10"]
    assert online["2025-11"].count(b'"') > 500
    assert len([path for path in data if path.startswith("InStore")]) == 4


def test_the_same_arguments_write_the_same_bytes_in_another_process(
    sample: tuple[Path, SampleLedger], tmp_path: Path
) -> None:
    program = (
        "import pathlib, sys; from c360.sample.write import *; "
        "out = pathlib.Path(sys.argv[1]); "
        "write_ledger(write_sample(out / 'raw'), out / 'ledger.json')"
    )
    for hash_seed in ("1", "2"):
        out = tmp_path / hash_seed
        subprocess.run(
            [sys.executable, "-c", program, str(out)],
            check=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
        )
        assert contents(out / "raw") == contents(sample[0])
        assert (out / "ledger.json").read_text() == sample[1].to_json()


def test_another_seed_writes_another_sample(
    sample: tuple[Path, SampleLedger], tmp_path: Path
) -> None:
    write_sample(tmp_path, seed=361)
    assert contents(tmp_path).keys() == contents(sample[0]).keys()
    assert not any(contents(tmp_path)[path] == data for path, data in contents(sample[0]).items())


def test_the_committed_sample_is_what_the_generator_writes(
    sample: tuple[Path, SampleLedger],
) -> None:
    assert contents(COMMITTED / "raw") == contents(sample[0])
    assert (COMMITTED / "ledger.json").read_text() == sample[1].to_json()


def test_the_stored_ledger_keeps_bytes_that_are_no_text(
    sample: tuple[Path, SampleLedger], tmp_path: Path
) -> None:
    write_ledger(sample[1], tmp_path / "deep" / "ledger.json")
    stored = json.loads((tmp_path / "deep" / "ledger.json").read_text())
    records = [record for file in stored for record in file["rejected"]]
    no_text = [record for record in records if "raw_base64" in record]
    assert no_text
    assert all(record["reasons"] == ["row:undecodable_bytes"] for record in no_text)
    assert len(records) == sum(len(entry.rejected) for entry in sample[1].files)


def test_no_file_is_overwritten(tmp_path: Path) -> None:
    mine = tmp_path / "Customers.csv"
    mine.write_text("mine")
    with pytest.raises(WrongUse, match=r"Customers\.csv; a sample overwrites nothing"):
        write_sample(tmp_path, customers=20, orders=60)
    assert [path.name for path in tmp_path.iterdir()] == ["Customers.csv"]
    assert mine.read_text() == "mine"


def test_figures_that_do_not_fit_are_named_together(tmp_path: Path) -> None:
    with pytest.raises(WrongUse) as refused:
        write_sample(tmp_path, customers=1, orders=2, dirty=3)
    assert str(refused.value).splitlines() == [
        "c360 sample: the figures do not fit",
        "  - customers: found 1; expected 10 or more",
        "  - orders: found 2; expected 50 or more",
        "  - dirty: found 3; expected a share from 0 to 1",
    ]


def test_a_missing_faker_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "faker", None)
    with pytest.raises(WrongUse, match=r"pip install 'c360\[sample\]'"):
        write_sample(tmp_path)


def test_a_folder_that_cannot_be_written_is_a_failure_outside(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutsideFailure, match="cannot be written"):
        write_sample(tmp_path / "file" / "below", customers=20, orders=60)
