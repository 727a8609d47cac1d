"""G6: bad data is stopped before it is visible."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any
from unittest import mock

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from c360 import gold_store
from c360.contracts.gold import GOLD_CONTRACTS, gold_contract
from c360.contracts.model import TableContract
from c360.warehouse import duckdb
from c360.warehouse.protocol import StagedTable
from tests.guarantees.bench import Bench, Guarantee
from tests.support.bronze_sets import write_set
from tests.support.digest import published_digest
from tests.support.oracle_silver import TABLES
from tests.support.places import Places, own_registry, replaced, tolerant
from tests.support.worlds import moved

_SEED = 21
_LATE = (
    "OrderID,CustomerID,ProductID,DateTime,PaymentMethod,Amount,Status\n"
    "990001,,,2025-01-05 10:00:00,Cash,5.00,Completed\n"
)
_CONTRADICTS = "gold contradicts silver"
_LOST_IN_STAGING = "the ledger"
_SHRUNKEN = "fewer than"


@dataclass(frozen=True)
class Defect:
    """Something that goes wrong inside a run, and the words of the guard that must stop it."""

    name: str
    plant: Callable[[Places, Random], contextlib.AbstractContextManager[Any]]
    told: str


def attempt(bench: Bench, number: int) -> list[str]:
    """A run with a defect in it, on a published set: what it shows of it."""
    defect, start = DEFECTS[number], _published(bench)
    places = moved(start, bench.fresh("g6") / "places")
    (places.bronze / "OnlineTransactions_new.csv").write_text(_LATE)
    before = published_digest(places.warehouse)
    with defect.plant(places, Random(f"defect {number}")):
        report = places.run(bench.spark)
    findings = []
    if report.exit_code == 0 or defect.told not in (report.message or ""):
        findings.append(f"ended {report.status}: {report.message}")
    if published_digest(places.warehouse) != before:
        findings.append("changed what is published")
    return [f"{defect.name}: {finding}" for finding in findings]


def _bucket(contract: TableContract, rng: Random) -> Any:
    """True for some of the rows, as one of three partitions would have them."""
    hashed = F.xxhash64(*contract.key, F.lit(rng.random()))
    return F.pmod(hashed, F.lit(3)) == 0


def _lost(frame: DataFrame, contract: TableContract, rng: Random) -> DataFrame:
    return frame.where(~_bucket(contract, rng))


def _doubled(frame: DataFrame, contract: TableContract, rng: Random) -> DataFrame:
    return frame.unionByName(frame.where(_bucket(contract, rng)))


def _wrong(frame: DataFrame, contract: TableContract, rng: Random) -> DataFrame:
    """The control column is off by one, wherever it is not 0."""
    name = str(contract.control_sum)
    kind = frame.schema[name].dataType
    return frame.withColumn(name, F.when(F.col(name) > 0, F.col(name) + 1).otherwise(0).cast(kind))


def _clashing(frame: DataFrame, contract: TableContract, rng: Random) -> DataFrame:
    """Every key column has one value only."""
    for name in contract.key:
        frame = frame.withColumn(name, F.first(name).over(Window.partitionBy()))
    return frame


def _alien(frame: DataFrame, contract: TableContract, rng: Random) -> DataFrame:
    other = F.when(_bucket(contract, rng), F.lit("0" * 16)).otherwise(F.col("BatchID"))
    return frame.withColumn("BatchID", other)


def _in_gold(
    table: str, change: Callable[[DataFrame, TableContract, Random], DataFrame]
) -> Callable[[Places, Random], contextlib.AbstractContextManager[Any]]:
    """The rows of a gold table are changed before they are written."""

    def plant(_: Places, rng: Random) -> contextlib.AbstractContextManager[Any]:
        build = gold_store.build_gold

        def broken(*given: Any) -> dict[str, DataFrame]:
            frames = build(*given)
            return {**frames, table: change(frames[table], gold_contract(table), rng)}

        return mock.patch.object(gold_store, "build_gold", broken)

    return plant


def _in_source(
    table: str, change: Callable[[DataFrame], DataFrame]
) -> Callable[[Places, Random], contextlib.AbstractContextManager[Any]]:
    """Gold is made of a silver table that is not as it was read."""

    def plant(_: Places, __: Random) -> contextlib.AbstractContextManager[Any]:
        build = gold_store.build_gold

        def broken(silver: Mapping[str, DataFrame], *given: Any) -> dict[str, DataFrame]:
            return build({**silver, table: change(silver[table])}, *given)

        return mock.patch.object(gold_store, "build_gold", broken)

    return plant


def _in_staging(
    name: str, change: Callable[[tuple[str, ...]], tuple[str, ...]]
) -> Callable[[Places, Random], contextlib.AbstractContextManager[Any]]:
    """The files of a table arrive in the warehouse otherwise than they were written."""

    def plant(_: Places, __: Random) -> contextlib.AbstractContextManager[Any]:
        stage = duckdb.stage

        def broken(connection: Any, table: StagedTable, run_id: str) -> None:
            if table.contract.name == name:
                table = dataclasses.replace(table, parquet_files=change(table.parquet_files))
            stage(connection, table, run_id)

        return mock.patch.object(duckdb, "stage", broken)

    return plant


def _shrink(table: str) -> Callable[[Places, Random], contextlib.AbstractContextManager[Any]]:
    """The sources of a table keep their header and first record only."""

    @contextlib.contextmanager
    def plant(places: Places, _: Random) -> Iterator[None]:
        first, *others = sorted(places.bronze.rglob(f"{table}*.csv"))
        for path in others:
            path.unlink()
        first.write_bytes(b"\n".join(first.read_bytes().splitlines()[:2]) + b"\n")
        yield

    return plant


def _first_file_lost(files: tuple[str, ...]) -> tuple[str, ...]:
    return files[1:]


def _last_file_doubled(files: tuple[str, ...]) -> tuple[str, ...]:
    return (*files, files[-1])


def _twice(frame: DataFrame) -> DataFrame:
    return frame.unionByName(frame)


def _a_third_lost(frame: DataFrame) -> DataFrame:
    return frame.where(F.pmod(F.xxhash64(*frame.columns), F.lit(3)) > 0)


_GOLD = [contract.name for contract in GOLD_CONTRACTS]
_JOINED = ("Products", "Stores", "Customers", "Agents", "LoyaltyAccounts")
_FACTS = (
    "OnlineTransactions",
    "InStoreTransactions",
    "CustomerServiceInteractions",
    "LoyaltyAccounts",
    "LoyaltyTransactions",
)
DEFECTS = (
    *(
        Defect(f"{change.__name__} rows of {table}", _in_gold(table, change), _CONTRADICTS)
        for table in _GOLD
        for change in (_lost, _doubled, _wrong, _clashing, _alien)
    ),
    *(Defect(f"{name} joined twice", _in_source(name, _twice), _CONTRADICTS) for name in _JOINED),
    *(
        Defect(f"a partition of {name} lost", _in_source(name, _a_third_lost), _CONTRADICTS)
        for name in _FACTS
    ),
    *(
        Defect(f"{change.__name__} of {name}", _in_staging(name, change), _LOST_IN_STAGING)
        for number, name in enumerate([*TABLES, *_GOLD])
        for change in [(_first_file_lost, _last_file_doubled)[number % 2]]
    ),
    *(Defect(f"{name} shrunken", _shrink(name), _SHRUNKEN) for name in TABLES),
)


@lru_cache(maxsize=1)
def _published(bench: Bench) -> Places:
    registry = replaced(own_registry(tolerant), {"max_shrink: 1": "max_shrink: 0.5"})
    start = Places.below(bench.fresh("g6-start") / "places", registry)
    write_set(start.bronze, _SEED, plain=True)
    report = start.run(bench.spark)
    assert report.status == "published", report.message
    return start


G6 = Guarantee(
    "G6",
    "Bad data is stopped before it is visible: lost and doubled rows, wrong sums, broken keys, "
    "alien rows, doubled joins, files lost or doubled in staging, shrunken sources.",
    len(DEFECTS),
    attempt,
)
