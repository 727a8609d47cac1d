"""`c360 validate` says in one go what a run would meet, to people and to machines."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from c360.cli.validate import validate

ROOT = Path(__file__).resolve().parents[2]

app = typer.Typer()
app.command()(validate)


@pytest.fixture
def bronze(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "sample_data" / "raw", tmp_path / "raw"))


def call(bronze: Path, *words: str) -> Result:
    registry = str(ROOT / "conf" / "tables.yaml")
    return CliRunner().invoke(app, ["--bronze", str(bronze), "--registry", registry, *words])


def test_a_bronze_that_can_be_read_is_said_to_be(bronze: Path) -> None:
    result = call(bronze)
    assert result.exit_code == 0
    assert "OnlineTransactions/OnlineTransactions_2025-02.csv.gz" in result.stdout
    assert result.stdout.splitlines()[-1] == (
        f"{ROOT}/conf/tables.yaml: 9 tables, and {bronze} has 23 files for them that can be read; "
        "next: c360 run"
    )


def test_problems_and_warnings_are_told_with_exit_1(bronze: Path) -> None:
    (bronze / "Agents.csv").unlink()
    (bronze / "Stores.csv").write_bytes(b"")
    (bronze / "bo[b]ld.txt").write_text("")
    result = call(bronze)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert "warning: bo[b]ld.txt: ignored, no table takes it" in lines
    assert lines[-3:] == [
        "bronze: 2 problems; nothing was published",
        "  - Stores.csv: has zero bytes; export it again or remove it",
        f"  - Agents: no file named Agents*.csv or Agents*.csv.gz below {bronze}; upload it, or "
        "take the table out of the registry",
    ]


def test_names_of_files_are_no_markup(bronze: Path) -> None:
    (bronze / "Stores[red].csv").write_bytes((bronze / "Stores.csv").read_bytes())
    assert "Stores[red].csv" in call(bronze).stdout


def test_the_json_is_all_there_is_on_standard_output(bronze: Path) -> None:
    (bronze / "Agents.csv").unlink()
    result = call(bronze, "--json")
    assert result.exit_code == 1
    content = json.loads(result.stdout)
    assert content["exit_code"] == 1
    assert content["sources_without_files"] == ["Agents"]


def test_help_teaches_by_an_example() -> None:
    text = CliRunner().invoke(app, ["--help"]).stdout
    assert "Example: `c360 validate --bronze /data/raw`" in text
