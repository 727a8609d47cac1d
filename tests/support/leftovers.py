"""What lies in the places of a run and belongs to nothing: neither a batch, nor published gold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from c360.layout import DAMAGED, GOLD, QUARANTINE, RUNS
from c360.manifest import MANIFEST, parse_manifest, parse_quarantine_manifest
from tests.support.digest import AUDIT, read_table
from tests.support.places import Places

_SPARK_S_OWN = ("_SUCCESS", "._SUCCESS.crc")


def leftovers(places: Places) -> list[str]:
    """Every file and staging table that a dead run left behind."""
    quarantine = places.silver / QUARANTINE
    return [
        *(f"silver {each}" for each in _of_root(places.silver)),
        *(f"quarantine {each}" for each in _of_root(quarantine)),
        *(f"gold {each}" for each in _of_gold(places)),
        *(f"staging {each}" for each in _staged(places.warehouse)),
        *(f"warehouse {path.name}" for path in places.warehouse.parent.glob(".*.new*")),
    ]


def _of_root(root: Path) -> Iterator[str]:
    """The files below a root that no manifest names; gold and what was set aside apart."""
    for table in sorted(root.iterdir()) if root.is_dir() else ():
        if table.name == RUNS:
            yield from (f"{RUNS}/{path.name}" for path in table.iterdir())
        elif table.name not in (GOLD, DAMAGED, QUARANTINE):
            for batch in table.iterdir():
                yield from _of_batch(root, batch)


def _of_batch(root: Path, batch: Path) -> Iterator[str]:
    manifest, named = batch / MANIFEST, {MANIFEST}
    if manifest.exists():
        data = manifest.read_bytes()
        found = parse_manifest(data) or parse_quarantine_manifest(data)
        assert found is not None, f"{manifest} is damaged"
        for part in (*(each.name for each in found.files), *_SPARK_S_OWN):
            named |= {f"{found.folder}/{part}", f"{found.folder}/.{part}.crc"}
    for path in sorted(batch.rglob("*")):
        if path.is_file() and path.relative_to(batch).as_posix() not in named:
            yield path.relative_to(root).as_posix()


def _of_gold(places: Places) -> Iterator[str]:
    """The files of gold that is not that of the published run."""
    (head,) = read_table(places.warehouse, AUDIT, "Publication")
    for path in sorted((places.silver / GOLD).rglob("*")):
        if path.is_file() and path.parent.name != head["RunID"]:
            yield path.relative_to(places.silver).as_posix()


def _staged(warehouse: Path) -> list[str]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        found = connection.execute(
            "SELECT table_name FROM information_schema.tables "
            "WHERE table_schema = 'customer360_staging'"
        ).fetchall()
    return [name for (name,) in found]
