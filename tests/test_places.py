"""The places of a run fit together, or it is wrong use before anything is opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from c360.errors import WrongUse
from c360.places import open_places
from c360.settings import Settings

DUCKDB = "duckdb:///build/x.duckdb"
BIGQUERY = "bigquery://my-project"


def settings(tmp_path: Path, **given) -> Settings:
    where = {"bronze": str(tmp_path / "bronze"), "silver": str(tmp_path / "silver")}
    return Settings(**{**where, **given})


def test_folders_of_their_own_fit_with_duckdb(tmp_path: Path) -> None:
    assert open_places(settings(tmp_path, warehouse=DUCKDB)).warehouse.name == "build/x.duckdb"


def test_bigquery_cannot_load_from_this_machine(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match=r"BigQuery loads silver from Cloud Storage.*gs://bucket"):
        open_places(settings(tmp_path, warehouse=BIGQUERY))


def test_duckdb_cannot_load_from_a_bucket(tmp_path: Path) -> None:
    silver = "gs://bucket/silver"
    with pytest.raises(WrongUse, match=r"--silver gs://bucket/silver .*DuckDB loads silver from"):
        open_places(settings(tmp_path, silver=silver, warehouse=DUCKDB))


def test_a_run_of_silver_alone_loads_nothing(tmp_path: Path) -> None:
    given = settings(tmp_path, warehouse=BIGQUERY, only_silver=True)
    assert open_places(given).warehouse.name == BIGQUERY


@pytest.mark.parametrize(
    ("silver", "quarantine"), [("bronze/silver", None), ("silver", "bronze/q"), ("q/s", "q")]
)
def test_folders_inside_one_another_are_refused(tmp_path: Path, silver, quarantine) -> None:
    given = settings(
        tmp_path,
        warehouse=DUCKDB,
        silver=str(tmp_path / silver),
        quarantine=quarantine and str(tmp_path / quarantine),
    )
    with pytest.raises(WrongUse, match="need folders of their own"):
        open_places(given)
