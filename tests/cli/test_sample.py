"""`c360 sample` writes the files and their ledger, or neither."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.places import Outcome, command


def sample(out: Path, ledger: Path) -> Outcome:
    few = ("--customers", "20", "--orders", "60")
    return command("sample", str(out), *few, "--ledger", str(ledger))


def test_a_ledger_that_cannot_be_written_leaves_no_sample_behind(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    (tmp_path / "folder").mkdir()
    out = tmp_path / "raw"
    for ledger in (tmp_path / "file" / "ledger.json", tmp_path / "folder", Path("/proc/x")):
        failed = sample(out, ledger)
        assert (failed.exit_code, failed.stdout) == (3, "")
        assert failed.stderr.startswith(f"c360: {ledger}: cannot be written (")
        assert not out.exists()
    done = sample(out, tmp_path / "ledger.json")
    assert done.exit_code == 0, done.stderr
    assert (tmp_path / "ledger.json").stat().st_size > 0


@pytest.mark.parametrize("before", [None, "an earlier one"])
def test_a_sample_that_is_refused_leaves_the_ledger_as_it_was(
    before: str | None, tmp_path: Path
) -> None:
    ledger, out = tmp_path / "ledger.json", tmp_path / "raw"
    assert sample(out, tmp_path / "first.json").exit_code == 0
    if before:
        ledger.write_text(before)
    assert sample(out, ledger).exit_code == 2
    assert (ledger.read_text() if ledger.exists() else None) == before
