"""`c360 init` makes every table of the warehouse, once."""

from __future__ import annotations

from pathlib import Path

import typer
from typer.testing import CliRunner, Result

from c360.cli.init import init
from c360.contracts.audit import AUDIT_CONTRACTS
from c360.errors import WrongUse
from c360.publishing import published_contracts
from c360.registry.read import read_registry
from c360.warehouse.open import open_warehouse
from c360.warehouse.protocol import Head

ROOT = Path(__file__).resolve().parents[2]
REGISTRY = ROOT / "conf" / "tables.yaml"

app = typer.Typer()
app.command()(init)


def call(warehouse: str, registry: Path = REGISTRY) -> Result:
    words = ["--warehouse", warehouse, "--registry", str(registry)]
    return CliRunner().invoke(app, words)


def test_it_makes_every_table_once_and_says_which(tmp_path: Path) -> None:
    url = f"duckdb:///{tmp_path}/c360.duckdb"
    expected = [*AUDIT_CONTRACTS, *published_contracts(read_registry(REGISTRY))]
    made = call(url).stdout.splitlines()
    assert made[:-1] == [f"made {each.dataset}.{each.name}" for each in expected]
    assert made[-1] == f"{tmp_path}/c360.duckdb: {len(expected)} tables made; next: c360 run"
    again = call(url)
    assert again.exit_code == 0
    assert again.stdout == f"{tmp_path}/c360.duckdb: every table was there already\n"
    found = open_warehouse(url)
    assert found.read_head() == Head()
    assert found.query("SELECT COUNT(*) AS n FROM customer360_silver.Customers") == [{"n": 0}]


def test_only_what_is_missing_is_made(tmp_path: Path) -> None:
    url = f"duckdb:///{tmp_path}/c360.duckdb"
    warehouse = open_warehouse(url)
    contracts = published_contracts(read_registry(REGISTRY))
    warehouse.initialise([each for each in contracts if each.name != "Customers"])
    assert call(url).stdout.splitlines()[0] == "made customer360_silver.Customers"


def test_a_warehouse_that_is_none_is_wrong_use() -> None:
    failure = call("postgres://x").exception
    assert isinstance(failure, WrongUse)


def test_the_help_says_what_it_is_for() -> None:
    said = " ".join(CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200"}).stdout.split())
    assert "nothing is loaded" in said
    assert "Running it again changes nothing" in said
