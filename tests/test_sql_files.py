"""The SQL that is checked in for people is what the contracts render, and nothing else is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from c360.cli.app import app
from c360.dashboard.read import read_measures
from c360.dashboard.view_files import view_files
from c360.registry.read import read_registry
from c360.sql_files import GENERATED, sql_files

ROOT = Path(__file__).resolve().parent.parent
STORED = ROOT / "sql"
FILES = sql_files(read_registry(ROOT / "conf/tables.yaml")) | view_files(
    read_measures(ROOT / "dashboards/measures.yaml")
)


def stored():
    return {path.relative_to(STORED).as_posix() for path in STORED.rglob("*") if path.is_file()}


@pytest.mark.parametrize("path", FILES)
def test_no_checked_in_file_is_stale(path):
    assert path in stored(), "missing: run `make docs`"
    assert (STORED / path).read_text(encoding="utf-8") == FILES[path], "stale: run `make docs`"


def test_no_file_is_left_over():
    assert stored() - set(FILES) - {"README.md"} == set(), "left over: run `make docs`"


def test_every_table_and_every_view_has_one_file():
    created = [
        name
        for text in FILES.values()
        for name in re.findall(r"CREATE (?:TABLE IF NOT EXISTS|OR REPLACE VIEW) (\S+)", text)
        if "customer360_staging" not in name
    ]
    assert len(created) == len(set(created))
    assert len(created) == len(FILES) - len({"datasets.sql", "views/dashboard_0_dataset.sql"})


def test_the_readme_of_the_folder_names_every_view_of_the_audit():
    readme = (STORED / "README.md").read_text(encoding="utf-8")
    views = {Path(path).stem for path in FILES if path.startswith("views/")}
    alone = {name for name in views if not re.search(r"\Adashboard_|_state\Z", name)}
    assert alone == set(re.findall(r"`views/(\w+)\.sql`", readme))


def test_the_command_writes_the_files_and_removes_its_own_old_ones(tmp_path):
    out = tmp_path / "sql"
    (out / "views").mkdir(parents=True)
    (out / "views/Old.sql").write_text(f"-- Old.\n-- {GENERATED}\n", encoding="utf-8")
    (out / "views/mine.sql").write_text("SELECT 1;\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["sql", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert done.output == f"{out}: {len(FILES)} files\n"
    found = {
        path.relative_to(out).as_posix(): path.read_text(encoding="utf-8")
        for path in out.rglob("*.sql")
    }
    assert found == FILES | {"views/mine.sql": "SELECT 1;\n"}
