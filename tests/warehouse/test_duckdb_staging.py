"""Staging: what arrives is compared with the ledger before anything is published."""

from __future__ import annotations

import dataclasses
import os
import shutil
from pathlib import Path

import duckdb
import pytest

from c360.errors import C360Error, OutsideFailure
from tests.warehouse.staging_contract import StagingContract, publish_orders


class TestDuckDB(StagingContract):
    """The contract of every warehouse, in a DuckDB file."""


def test_a_missing_parquet_file_stops_the_publication(world, make):
    staged = world.staged(make.orders, [make.order(1)], [make.order(2)])
    Path(staged.parquet_files[1]).unlink()
    with pytest.raises(OutsideFailure):
        publish_orders(world, staged)
    assert world.table("Orders") == []


NAMES = [
    "a[1].parquet",
    "a*.parquet",
    "a?.parquet",
    "q'uote\".parquet",
    "sp ace.parquet",
    "ünï{a,b}😀.parquet",
    "back\\slash.parquet",
    "per%20cent.parquet",
    "dollar$x#y.parquet",
    "file_id=f0123/part.parquet",
]


@pytest.mark.parametrize("uri", ["", "file://"])
@pytest.mark.parametrize("name", NAMES)
def test_every_path_is_read_literally(world, make, name, uri):
    folder = world.folder / "year=2025"
    decoy, target = world.staged(make.orders, [make.order(1)]), folder / name
    target.parent.mkdir(parents=True)
    for other in ("a1.parquet", "ax.parquet", "aa.parquet", "ünïa.parquet"):
        shutil.copy(decoy.parquet_files[0], folder / other)
    staged = world.staged(make.orders, [make.order(2)])
    os.replace(staged.parquet_files[0], target)
    publish_orders(world, dataclasses.replace(staged, parquet_files=(f"{uri}{target}",)))
    assert world.table("Orders") == [make.order(2)]


def test_a_folder_that_looks_like_a_partition_changes_no_column(world, make):
    staged = world.staged(make.stores, [make.store(1, "Oslo")])
    target = world.folder / "Location=Bergen" / "part.parquet"
    target.parent.mkdir()
    os.replace(staged.parquet_files[0], target)
    staged = dataclasses.replace(staged, parquet_files=(str(target),))
    world.warehouse.publish(world.publication("A", [staged], []))
    assert world.table("Stores") == [make.store(1, "Oslo")]


@pytest.mark.parametrize(
    ("select", "said"),
    [
        ("42::BIGINT AS OrderID, 'x' AS DateTime", "DateTime VARCHAR"),
        ("42::BIGINT AS OrderID, 1.125::DECIMAL(12,3) AS Amount", r"Amount DECIMAL\(12,3\)"),
        ("42::BIGINT AS OrderID, now() AS DateTime", "DateTime TIMESTAMP WITH TIME ZONE"),
        ("42::BIGINT AS OrderID", "Status is missing"),
    ],
)
def test_parquet_that_a_cast_could_change_is_a_defect_and_not_published(world, make, select, said):
    file = world.folder / "wrong.parquet"
    duckdb.sql(f"SELECT {select}").write_parquet(str(file))
    staged = dataclasses.replace(
        world.staged(make.orders, [make.order(1)]), parquet_files=(str(file),)
    )
    with pytest.raises(C360Error, match=said) as failed:
        publish_orders(world, staged)
    assert failed.value.exit_code == 70


def test_a_narrow_integer_fits_a_bigint_and_columns_are_matched_by_name(world, make):
    file = world.folder / "narrow.parquet"
    duckdb.sql(
        "SELECT 's.csv' AS SourceFile, 'f' AS FileID, 'Oslo' AS Location, 3::INTEGER AS StoreID, "
        "1 AS Surplus"
    ).write_parquet(str(file))
    staged = dataclasses.replace(
        world.staged(make.stores, [make.store(3)]), parquet_files=(str(file),)
    )
    world.warehouse.publish(world.publication("A", [staged], []))
    assert world.table("Stores") == [(3, "Oslo", "f", "s.csv")]
