"""A scheduler is told everything that a run would refuse, before anything heavy is started."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import google_crc32c
import pytest

from c360.errors import WrongUse
from c360.settings import Settings
from c360.validate import Validation, validate, validation_json
from tests.support.scenarios import SCENARIOS, Scenario

ROOT = Path(__file__).resolve().parent.parent
OWN = ROOT / "conf" / "tables.yaml"
# What a scheduler's machine does not have; the first four are what the check must not start.
ABSENT = ("pyspark", "duckdb", "typer", "rich", "sqlglot", "py4j", "click", "faker", "pandas")
# What is found by reading all of a file or all of a table, and what needs a run before it.
SEEN_BY_A_RUN_ONLY = {
    "truncated gzip",
    "too many rejects in a file",
    "too many rejects in the state",
    "shrunken state",
}


@pytest.fixture
def bronze(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "sample_data" / "raw", tmp_path / "raw"))


def check(bronze: Path, registry: Path = OWN, *, only_silver: bool = False) -> Validation:
    return validate(Settings(registry=registry, bronze=str(bronze), only_silver=only_silver))


def test_the_sample_can_be_read(bronze: Path) -> None:
    found = check(bronze)
    assert (found.message, found.exit_code) == (None, 0)
    assert len(found.tables) == 9
    assert {file.table for file in found.files} == set(found.tables)
    assert {file.outcome for file in found.files} == {"ready"}
    assert found.warnings == (
        "OnlineTransactions/OnlineTransactions_2025-06.csv: ignored, not in the registry: Coupon",
        "InStoreTransactions/InStoreTransactions_2025-Q4.csv: ignored, not in the registry: Till",
    )


def test_size_and_checksum_of_every_file_are_recorded(bronze: Path) -> None:
    for file in check(bronze).files:
        data = (bronze / file.path).read_bytes()
        assert file.bytes == len(data) > 0
        assert file.crc32c == f"{google_crc32c.value(data):08x}"


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_what_a_run_would_refuse_is_refused(
    scenario: Scenario, bronze: Path, tmp_path: Path
) -> None:
    scenario.damage(bronze)
    registry = tmp_path / "tables.yaml"
    registry.write_text(scenario.registry(OWN.read_text()))
    if scenario.verdict == "wrong_use":
        with pytest.raises(WrongUse, match=scenario.file):
            check(bronze, registry)
        return
    found = check(bronze, registry)
    if scenario.verdict == "warned" or scenario.name in SEEN_BY_A_RUN_ONLY:
        assert found.exit_code == 0
        assert (scenario.verdict == "warned") == (scenario.file in " ".join(found.warnings))
    else:
        assert found.exit_code == 1
        assert f"\n  - {scenario.file}: " in str(found.message)


def test_all_problems_are_told_at_once(bronze: Path) -> None:
    (bronze / "Agents.csv").unlink()
    (bronze / "Stores.csv").write_bytes(b"")
    (bronze / "Products.csv").write_bytes(b"ProductID,Name\n1,a\n")
    (bronze / "OnlineTransactions" / "OnlineTransactions_2025-02.csv.gz").write_bytes(
        gzip.compress(b"")
    )
    found = check(bronze)
    lines = str(found.message).splitlines()
    assert lines[0] == "bronze: 4 problems; nothing was published"
    assert [line.split(":")[0] for line in lines[1:]] == [
        "  - Products.csv",
        "  - Stores.csv",
        "  - OnlineTransactions/OnlineTransactions_2025-02.csv.gz",
        "  - Agents",
    ]
    assert found.sources_without_files == ("Agents",)
    refused = {file.path: file.reason for file in found.files if file.outcome == "refused"}
    assert len(refused) == 3
    assert refused["Stores.csv"] == "has zero bytes; export it again or remove it"


def test_a_superseded_snapshot_is_told_and_not_read(bronze: Path, tmp_path: Path) -> None:
    registry = tmp_path / "tables.yaml"
    registry.write_text(
        OWN.read_text().replace("    key: StoreID\n", "    key: StoreID\n    take: newest\n")
    )
    (bronze / "Stores_2026.csv").write_bytes((bronze / "Stores.csv").read_bytes())
    (bronze / "Stores.csv").write_bytes(b"")
    found = check(bronze, registry)
    outcomes = {file.path: file.outcome for file in found.files if file.table == "Stores"}
    assert outcomes == {"Stores.csv": "superseded", "Stores_2026.csv": "ready"}
    assert found.exit_code == 0


def test_an_empty_bronze_asks_whether_it_is_the_right_one(tmp_path: Path) -> None:
    found = check(tmp_path / "nowhere")
    assert found.exit_code == 1
    assert len(found.sources_without_files) == 9
    assert found.warnings == (f"{tmp_path}/nowhere: holds no file at all; is --bronze right?",)


def test_a_registry_without_the_sources_of_gold_is_wrong_unless_silver_is_enough(
    bronze: Path, tmp_path: Path
) -> None:
    registry = tmp_path / "tables.yaml"
    registry.write_text(
        "version: 1\npolicy: {currency: USD}\n"
        "tables: {Stores: {key: StoreID, columns: {StoreID: bigint, Location: string}}}\n"
    )
    with pytest.raises(WrongUse, match=r"tables\.Agents: not declared"):
        check(bronze, registry)
    assert check(bronze, registry, only_silver=True).exit_code == 0


def test_a_name_that_spark_leaves_out_is_told_with_the_reason(bronze: Path, tmp_path: Path) -> None:
    registry = tmp_path / "tables.yaml"
    registry.write_text(
        "version: 1\npolicy: {currency: USD}\n"
        'tables: {Stores: {files: "*Stores.csv", columns: {StoreID: bigint, Location: string}}}\n'
    )
    (bronze / "_Stores.csv").write_text("StoreID,Location\n1,Here\n")
    found = check(bronze, registry, only_silver=True)
    assert [file.path for file in found.files] == ["Stores.csv"]
    assert (
        "_Stores.csv: ignored, no table takes it "
        "(Spark reads no name that begins with _ or . or ends in ._COPYING_)"
    ) in found.warnings


def test_the_json_has_everything_for_a_machine(bronze: Path) -> None:
    (bronze / "Agents.csv").unlink()
    (bronze / "notes.txt").write_text("x")
    content = json.loads(validation_json(check(bronze)))
    assert content["exit_code"] == 1
    assert content["unclaimed"] == ["notes.txt"]
    assert "notes.txt: ignored, no table takes it" in content["warnings"]
    assert "Agents: no file named Agents*.csv" in content["message"]
    assert content["files"][0] == {
        "table": "Customers",
        "path": "Customers.csv",
        "bytes": (bronze / "Customers.csv").stat().st_size,
        "crc32c": content["files"][0]["crc32c"],
        "outcome": "ready",
        "reason": "",
        "extra_columns": [],
    }


_PROGRAM = """
import json
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {absent!r}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Absent())
from c360.settings import Settings
from c360.validate import validate
print(validate(Settings()).exit_code)
foreign = {{name.split(".")[0] for name in sys.modules}} - set(sys.stdlib_module_names)
print(json.dumps([name for name in foreign if not name.startswith("_")]))
"""


def test_it_runs_where_nothing_of_the_engine_is_installed() -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("C360")}
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM.format(absent=ABSENT)],
        cwd=ROOT,
        env={**environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    code, foreign = done.stdout.splitlines()
    assert code == "0"
    allowed = {"c360", "google", "google_crc32c", "pydantic", "pydantic_core", "yaml"}
    of_pydantic = {"annotated_types", "typing_extensions", "typing_inspection"}
    of_cython = {"cython_runtime"}
    assert set(json.loads(foreign)) <= allowed | of_pydantic | of_cython
