"""Every safety of a run, how it is removed, and what must notice that it is gone."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from unittest import mock

import duckdb
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from c360.errors import C360Error
from c360.locks import run_lock, sweep
from c360.silver import batches
from c360.storage.local import LocalStorage
from c360.warehouse.duckdb import DuckDBWarehouse
from c360.warehouse.protocol import Head, Publication, Published
from c360.warehouse.sql import Statement
from c360.warehouse.transaction import guard
from tests.guarantees import g2_files, g5_readers, g6_defects, g10_damages
from tests.guarantees.bench import Bench
from tests.support.bronze_sets import write_set
from tests.support.places import Places, own_registry, tolerant
from tests.support.publications import again

_BATCHES, _MANIFESTS = "c360.silver.batches", "c360.silver.manifests"
_DUCKDB, _STAGING = "c360.warehouse.duckdb", "c360.warehouse.duckdb_staging"


@dataclass(frozen=True)
class Safety:
    """A safety of a run; `witness` finds nothing as long as it is there."""

    name: str
    removed: Callable[[], contextlib.AbstractContextManager[Any]]
    witness: Callable[[Bench], list[str]]


def without(*names: str, instead: Callable[..., Any] = lambda *_: None) -> Callable[[], Any]:
    """The functions do nothing for a while, or something else."""

    @contextlib.contextmanager
    def removed() -> Iterator[None]:
        with contextlib.ExitStack() as patched:
            for name in names:
                patched.enter_context(mock.patch(name, instead))
            yield

    return removed


def _any_epoch(publication: Publication) -> Statement:
    """The guard of the head, that does not compare."""
    statement = guard(publication)
    text = statement.text.replace("WHERE `Epoch` = @Epoch", "WHERE TRUE")
    return dataclasses.replace(statement, text=text)


def _late_publication(bench: Bench) -> list[str]:
    """A run that read the head before another one published."""
    warehouse, publications = _warehouse(bench)
    head = warehouse.read_head()
    warehouse.publish(again(publications[0], head))
    return _published(warehouse, publications[1], head)


def _lost_in_staging(bench: Bench) -> list[str]:
    """A file of a table that does not arrive in the warehouse."""
    warehouse, publications = _warehouse(bench)
    first, *others = publications[1].silver
    cut = (dataclasses.replace(first, parquet_files=()), *others)
    return _published(warehouse, dataclasses.replace(publications[1], silver=cut))


def _key_twice(bench: Bench) -> list[str]:
    """Gold with every row twice, as its own figures say."""
    warehouse, publications = _warehouse(bench)
    *others, last = publications[1].gold
    doubled = dataclasses.replace(
        last,
        parquet_files=last.parquet_files * 2,
        staged_rows=last.staged_rows * 2,
        rows=last.rows * 2,
        control_sum=(last.control_sum or 0) * 2,
    )
    return _published(warehouse, dataclasses.replace(publications[1], gold=(*others, doubled)))


def _warehouse(bench: Bench) -> tuple[DuckDBWarehouse, tuple[Publication, Publication]]:
    warehouse = DuckDBWarehouse(bench.fresh("safety") / "warehouse.duckdb", 10)
    return warehouse, g5_readers.publications(bench)


def _published(
    warehouse: DuckDBWarehouse, publication: Publication, head: Head | None = None
) -> list[str]:
    """That it could be published, which it must not be."""
    try:
        warehouse.publish(again(publication, head or warehouse.read_head()))
    except C360Error:
        return []
    return ["it was published"]


def _row_lost_after_commit(bench: Bench) -> list[str]:
    """A run whose publication is not what the warehouse holds afterwards."""
    publish = DuckDBWarehouse.publish

    def lose(warehouse: DuckDBWarehouse, publication: Publication) -> Published:
        published = publish(warehouse, publication)
        with duckdb.connect(str(warehouse.path)) as connection:
            connection.execute("DELETE FROM customer360_gold.PeakTimes WHERE HourOfDay = 7")
        return published

    with mock.patch.object(DuckDBWarehouse, "publish", lose):
        return _exit_0(bench)


def _row_lost_while_written(bench: Bench) -> list[str]:
    """A run in which some rows are lost between reading and writing."""
    write = batches.write_rows

    def lose(task: Any, accepted: DataFrame) -> Any:
        return write(task, accepted.where(F.pmod(F.xxhash64(*accepted.columns), F.lit(5)) > 0))

    with mock.patch.object(batches, "write_rows", lose):
        return _exit_0(bench)


def _exit_0(bench: Bench) -> list[str]:
    places = Places.below(bench.fresh("safety") / "places", own_registry(tolerant))
    write_set(places.bronze, 5, plain=True)
    report = places.run(bench.spark)
    return ["the run ended well"] if report.exit_code == 0 else []


def _swept_while_live(bench: Bench) -> list[str]:
    """Another run ends while a run is at work whose batch has no manifest yet."""
    silver = LocalStorage(bench.fresh("safety") / "silver")
    run_id = "r20250101T000000-00000001"
    rows = f"Orders/file_id=f01ab/{run_id}/part-0.parquet"
    silver.create(rows, b"")
    with run_lock([silver], run_id):
        sweep(silver, silver, keep=())
        return [] if silver.stat(rows) else ["what a live run has written is gone"]


def _defect(name: str) -> Callable[[Bench], list[str]]:
    """The try of G6 with the defect of this name."""
    (number,) = (n for n, defect in enumerate(g6_defects.DEFECTS) if defect.name == name)
    return lambda bench: g6_defects.attempt(bench, number)


SAFETIES = (
    Safety(
        "a batch is verified before it is used",
        without(f"{_MANIFESTS}.find_damage"),
        lambda bench: g10_damages.attempt(bench, 21),
    ),
    Safety(
        "everything is published in one transaction",
        without(f"{_DUCKDB}.transaction", instead=lambda _: contextlib.nullcontext()),
        lambda bench: g5_readers.attempt(bench, 1),
    ),
    Safety(
        "the epoch of the head is compared",
        without(f"{_DUCKDB}.guard", instead=_any_epoch),
        _late_publication,
    ),
    Safety(
        "what is staged is compared with the ledger",
        without(f"{_STAGING}._require_same"),
        _lost_in_staging,
    ),
    Safety("a key is staged once", without(f"{_STAGING}.require_unique"), _key_twice),
    Safety(
        "what was published is read back",
        without("c360.stages.require_read_back"),
        _row_lost_after_commit,
    ),
    Safety(
        "the ledger of every file closes",
        without(f"{_BATCHES}._require_closed", "c360.tolerance.open_accounts"),
        _row_lost_while_written,
    ),
    Safety(
        "gold is checked before it is published",
        without("c360.stages.require_consistent"),
        _defect("_lost rows of PeakTimes"),
    ),
    Safety(
        "a table may not shrink unnoticed",
        without("c360.tolerance.over_shrink_budget"),
        _defect("InStoreTransactions shrunken"),
    ),
    Safety(
        "a file is the same after it was read",
        without(f"{_BATCHES}.require_unchanged"),
        lambda bench: g2_files.attempt(bench, 0),
    ),
    Safety(
        "a live run is told from a dead one",
        without("c360.locks._is_locked_now", instead=lambda _: True),
        _swept_while_live,
    ),
)
