"""Whole-file defects: each damages the one file that it names, and is what its name says."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from c360.errors import WrongUse
from c360.plan import claim_files
from c360.registry.load import parse_registry
from c360.sample.shapes import SHAPES
from c360.sample.write import write_sample
from tests.conftest import ROOT
from tests.support.oracle_silver import figures, read_bronze
from tests.support.scenarios import SCENARIOS, Scenario, scenario

REGISTRY = (ROOT / "conf" / "tables.yaml").read_text()


def files_below(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def bronze(tmp_path: Path) -> Path:
    write_sample(tmp_path)
    return tmp_path


def damaged(bronze: Path, name: str) -> bytes:
    found = scenario(name)
    found.damage(bronze)
    return (bronze / found.file).read_bytes()


@pytest.mark.parametrize("defect", SCENARIOS, ids=lambda defect: defect.name)
def test_a_scenario_changes_the_file_that_it_names_alone(defect: Scenario, bronze: Path) -> None:
    before = files_below(bronze)
    defect.damage(bronze)
    after = files_below(bronze)
    changed = {path for path in before | after if before.get(path) != after.get(path)}
    if defect.verdict == "wrong_use":
        assert not changed
        assert defect.registry(REGISTRY) != REGISTRY
    else:
        expected = f"{defect.file}.csv" if defect.file in SHAPES else defect.file
        assert changed == {expected}
        assert defect.registry(REGISTRY) == REGISTRY


def test_names_are_unique() -> None:
    assert len({defect.name for defect in SCENARIOS}) == len(SCENARIOS)


def test_columns_are_missing_or_twice(bronze: Path) -> None:
    assert damaged(bronze, "missing column").startswith(b"AgentID,Department,Shift\n301,")
    twice = damaged(bronze, "duplicated column")
    assert twice.startswith(b"LoyaltyID,LoyaltyID,DateTime,PointsChange,Reason\n")
    for name in ("missing column", "duplicated column"):
        with pytest.raises(ValueError, match="missing or repeated"):
            read_bronze(bronze)
        (bronze / scenario(name).file).unlink()


def test_bytes_are_not_what_the_name_of_the_file_says(bronze: Path) -> None:
    assert damaged(bronze, "zero bytes") == b""
    assert damaged(bronze, "header only").count(b"\n") == 1
    assert damaged(bronze, "UTF-16").startswith((b"\xff\xfe", b"\xfe\xff"))
    assert damaged(bronze, "wrong delimiter").startswith(b"OrderID;CustomerID;")
    assert damaged(bronze, "no header").startswith(b"1001,")
    with pytest.raises(EOFError):
        gzip.decompress(damaged(bronze, "truncated gzip"))
    with pytest.raises(gzip.BadGzipFile):
        gzip.decompress(damaged(bronze, "no gzip at all"))


def shares(bronze: Path, table: str) -> tuple[float, float]:
    """The share of rejected records in the worst file of a table, and in the whole table."""
    found = [figures(read_bronze(bronze))[file.path] for file in read_bronze(bronze)[table]]
    worst = max(file.rejected / file.records for file in found)
    return worst, sum(file.rejected for file in found) / sum(file.records for file in found)


def test_too_many_rejects_in_a_file_are_few_in_the_state(bronze: Path) -> None:
    scenario("too many rejects in a file").damage(bronze)
    worst, whole = shares(bronze, "OnlineTransactions")
    assert worst > 0.5
    assert whole < 0.05


def test_too_many_rejects_in_the_state_are_few_in_each_file(bronze: Path) -> None:
    scenario("too many rejects in the state").damage(bronze)
    worst, whole = shares(bronze, "LoyaltyTransactions")
    assert worst < 0.5
    assert whole > 0.05


def test_a_shrunken_state_has_less_than_half_of_its_rows(bronze: Path) -> None:
    table = "CustomerServiceInteractions"
    before = figures(read_bronze(bronze))[f"{table}.csv"].accepted
    scenario("shrunken state").damage(bronze)
    assert 0 < figures(read_bronze(bronze))[f"{table}.csv"].accepted < 0.5 * before
    assert shares(bronze, table)[1] < 0.05  # it is refused for its size alone


def test_the_changed_registry_is_valid_and_claims_agents_twice(bronze: Path) -> None:
    registry = parse_registry(
        scenario("a file claimed by two tables").registry(REGISTRY), "conf/tables.yaml"
    )
    with pytest.raises(WrongUse, match=r"Agents\.csv: claimed by Customers and Agents"):
        claim_files(registry, files_below(bronze))


def test_no_table_claims_the_stranger(bronze: Path) -> None:
    scenario("a file that no table claims").damage(bronze)
    claims = claim_files(parse_registry(REGISTRY, "conf/tables.yaml"), files_below(bronze))
    assert claims.unclaimed == ("Suppliers_2025.csv",)
