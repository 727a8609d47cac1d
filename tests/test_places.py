"""The roots of a run are apart, in folders and in buckets."""

from __future__ import annotations

from pathlib import Path

import pytest

from c360.errors import WrongUse
from c360.places import open_places
from c360.settings import Settings


def settings(tmp_path: Path, **roots: str) -> Settings:
    return Settings(warehouse=f"duckdb:///{tmp_path / 'warehouse.duckdb'}", **roots)


@pytest.mark.parametrize(
    ("roots", "found"),
    [
        (("gs://lake/x", "gs://lake/x/silver", None), "gs://lake/x and gs://lake/x/silver"),
        (("gs://lake", "gs://lake/silver/", None), "gs://lake and gs://lake/silver"),
        (("gs://lake/x", "gs://lake/x/", None), "gs://lake/x and gs://lake/x"),
        (
            ("gs://lake/silver/raw", "gs://lake/silver", None),
            "gs://lake/silver/raw and gs://lake/silver",
        ),
        (("gs://raw", "gs://lake/silver", "gs://raw/bad"), "gs://raw and gs://raw/bad"),
        (("gs://raw", "gs://lake/silver", "gs://lake"), "gs://lake and gs://lake/silver"),
    ],
)
def test_roots_inside_one_another_are_wrong_use(
    tmp_path: Path, roots: tuple[str, str, str | None], found: str
) -> None:
    bronze, silver, quarantine = roots
    with pytest.raises(WrongUse) as caught:
        open_places(settings(tmp_path, bronze=bronze, silver=silver, quarantine=quarantine))
    assert "folders of their own" in str(caught.value)
    assert f"  - {found}" in str(caught.value)


@pytest.mark.parametrize("bronze", ["gs://lake/raw", "gs://lake/silver-raw", "gs://silver"])
def test_bronze_in_a_bucket_is_apart_from_silver_in_a_folder(tmp_path: Path, bronze: str) -> None:
    places = open_places(settings(tmp_path, bronze=bronze, silver=str(tmp_path / "silver")))
    assert places.bronze.root == bronze
    assert places.quarantine.root == str(tmp_path / "silver" / "_quarantine")
