"""Situations that a run can start in; together they lead it through every place where it writes."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from c360.manifest import MANIFEST
from tests.support.bronze_sets import write_set
from tests.support.places import Places, own_registry, tolerant

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SEED = 5
_COUPONS = """
  Coupons:
    description: A source that was published once and is no more.
    key: CouponID
    columns:
      CouponID: {type: bigint, description: The coupon.}
"""
_HEADER = "OrderID,CustomerID,ProductID,DateTime,PaymentMethod,Amount,Status"
_RECORD = "{key},,,2025-01-05 10:00:00,Cash,{amount},Completed"
_DEAD = "r20200101T000000-00000000"  # a run that was killed long ago


@dataclass(frozen=True)
class World:
    """A situation, and whether a run in it publishes or is refused."""

    name: str
    prepare: Callable[[Places, SparkSession], None]
    is_refused: bool = False


def prepared(world: World, folder: Path, spark: SparkSession) -> Places:
    """The places of a world, made anew."""
    places = Places.below(folder, own_registry(tolerant))
    world.prepare(places, spark)
    return places


def moved(places: Places, folder: Path) -> Places:
    """The same places in another folder, byte by byte."""
    shutil.copytree(places.registry.parent, folder)
    return Places.below(folder, places.registry.read_text())


def relieve(places: Places) -> None:
    """Take away what a run is refused for."""
    (places.bronze / "Stores_blank.csv").unlink(missing_ok=True)


def _nothing_yet(places: Places, _: SparkSession) -> None:
    """Dirty files of every table, and no silver and no warehouse."""
    write_set(places.bronze, SEED, plain=True)


def _published_once(places: Places, spark: SparkSession) -> None:
    """A published set; since then a source went, a large file came, storage suffered."""
    _nothing_yet(places, spark)
    registry, coupons = places.registry.read_text(), places.bronze / "Coupons.csv"
    places.registry.write_text(registry + _COUPONS)
    coupons.write_text("CouponID\n1\n")
    report = places.run(spark)
    assert report.status == "published", report.message
    places.registry.write_text(registry)
    coupons.unlink()
    _add_large_file(places.bronze)
    _damage(places.silver)
    _litter(places.silver)


def _unreadable(places: Places, spark: SparkSession) -> None:
    """A file that turns out to hold no record only when all of it is read."""
    _nothing_yet(places, spark)
    (places.bronze / "Stores_blank.csv").write_text(
        "StoreID,Location,Manager,OpenHours\n" + (" " * 199 + "\n") * 7000
    )


def _add_large_file(bronze: Path) -> None:
    """A file that is not ranked at once: few records, much white space, one key twice.

    It has a key of an older file too, so that staging meets a key twice.
    """
    older = min(bronze.glob("OnlineTransactions*.csv")).read_text(errors="replace")
    known = re.findall(r"\b10[0-9]{3}\b", older)[0]
    amounts = (("900001", "10.00"), ("900001", "12.00"), (known, "14.00"), ("x", "1"))
    lines = [_RECORD.format(key=key, amount=amount) + " " * 1_200_000 for key, amount in amounts]
    path = bronze / "OnlineTransactions_late.csv"
    path.write_text("\n".join([_HEADER, *lines, ""]))


def _damage(silver: Path) -> None:
    """One bit of one batch."""
    part = min((silver / "Products").rglob("part-*.parquet"))
    data = bytearray(part.read_bytes())
    data[len(data) // 2] ^= 1
    part.write_bytes(bytes(data))


def _litter(silver: Path) -> None:
    """What a killed run leaves: its lock, and rows and an unfinished manifest beside a batch."""
    batch = min((silver / "Customers").iterdir())
    (batch / _DEAD).mkdir()
    (batch / _DEAD / "part-0.parquet").write_bytes(b"PAR1")
    (batch / f".{MANIFEST}.0.unfinished").write_bytes(b"{")
    (silver / "_runs").mkdir(exist_ok=True)
    (silver / "_runs" / f"{_DEAD}.lock").touch()


FIRST_RUN = World("first run", _nothing_yet)
REPAIR = World("repair", _published_once)
REFUSAL = World("refusal", _unreadable, is_refused=True)
WORLDS = (FIRST_RUN, REPAIR, REFUSAL)
