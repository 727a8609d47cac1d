"""A warehouse whose file is not there is said to be missing, not only to be empty."""

from __future__ import annotations

from pathlib import Path

import pytest

from c360.warehouse.open import open_warehouse
from tests.support.places import OWN, command

MEASURES = OWN.parents[1] / "dashboards" / "measures.yaml"


@pytest.fixture
def words(tmp_path: Path) -> list[str]:
    """Options of both commands; the folder of the warehouse is not there either."""
    return ["--registry", str(OWN), "--warehouse", f"duckdb:///{tmp_path}/nope/x.duckdb"]


def dashboard(words: list[str], out: Path):
    return command("dashboard", *words, "--measures", str(MEASURES), "--out", str(out))


def test_a_status_of_no_file_says_so_and_is_no_failure(words: list[str], tmp_path: Path) -> None:
    told = command("status", *words)
    assert (told.exit_code, told.stderr) == (0, "")
    assert told.stdout == (
        f"{tmp_path}/nope/x.duckdb: there is no such file; is --warehouse right? "
        "nothing is published yet; next: c360 run\n"
    )
    assert not (tmp_path / "nope").exists()


def test_a_status_of_a_warehouse_that_waits_for_its_first_run(
    words: list[str], tmp_path: Path
) -> None:
    open_warehouse(words[-1]).initialise([])
    told = command("status", *words)
    assert told.stdout == (f"{tmp_path}/nope/x.duckdb: nothing is published yet; next: c360 run\n")


def test_a_page_is_not_replaced_by_an_empty_one_of_no_warehouse(
    words: list[str], tmp_path: Path
) -> None:
    out = tmp_path / "page.html"
    out.write_text("the page of yesterday")
    told = dashboard(words, out)
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr == (
        f"c360: {tmp_path}/nope/x.duckdb: there is no such file; is --warehouse right? "
        "No page was written; next: c360 run, or name the warehouse that a run has filled\n"
    )
    assert out.read_text() == "the page of yesterday"
    assert not (tmp_path / "nope").exists()


def test_an_empty_warehouse_has_a_page(words: list[str], tmp_path: Path) -> None:
    open_warehouse(words[-1]).initialise([])
    told = dashboard(words, tmp_path / "page.html")
    assert told.exit_code == 0, told.stderr
    assert "nothing is published yet, and the page says so; next: c360 run" in told.stdout
    assert (tmp_path / "page.html").stat().st_size > 0
