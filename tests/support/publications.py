"""Publications as whole runs make them, kept to be published again without Spark."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

from c360.pipeline import new_run_id
from c360.warehouse.duckdb import DuckDBWarehouse
from c360.warehouse.protocol import Head, Publication, Published
from tests.support.bronze_sets import write_set
from tests.support.places import Places, own_registry, tolerant

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def recorded(spark: SparkSession, folder: Path, seed: int) -> Publication:
    """What a run on a set publishes; its Parquet files stay below the folder."""
    places, found = Places.below(folder, own_registry(tolerant)), []
    write_set(places.bronze, seed, plain=True)
    publish = DuckDBWarehouse.publish

    def record(warehouse: DuckDBWarehouse, publication: Publication) -> Published:
        found.append(publication)
        return publish(warehouse, publication)

    with mock.patch.object(DuckDBWarehouse, "publish", record):
        report = places.run(spark)
    assert report.status == "published", report.message
    (publication,) = found
    return publication


def again(publication: Publication, head: Head) -> Publication:
    """The same contents, published by another run that has read this head."""
    run_id = new_run_id()
    audit = tuple(dataclasses.replace(row, run_id=run_id) for row in publication.load_audit)
    files = tuple(dataclasses.replace(row, run_id=run_id) for row in publication.load_files)
    reasons = tuple(dataclasses.replace(row, run_id=run_id) for row in publication.load_reasons)
    return dataclasses.replace(
        publication,
        head=head,
        run_id=run_id,
        load_audit=audit,
        load_files=files,
        load_reasons=reasons,
    )


def one_look(publication: Publication) -> str:
    """One statement that reads the head, and of every published table what must go with it.

    Columns: RunID and BatchID of the head; for each silver table its rows and those that the audit
    of the head's run says; for each gold table its rows and those that carry the head's BatchID.
    """
    audited = (
        "(SELECT max(RowsInTable) FROM customer360_audit.LoadAudit AS a "
        "WHERE a.RunID = h.RunID AND a.Layer = '{layer}' AND a.TableName = '{name}')"
    )
    columns = ["h.RunID", "h.BatchID"]
    for table in publication.silver:
        name = table.contract.name
        columns.append(f'(SELECT count(*) FROM customer360_silver."{name}")')
        columns.append(audited.format(layer="silver", name=name))
    for table in publication.gold:
        rows = f'(SELECT count(*) FROM customer360_gold."{table.contract.name}"'
        columns += [f"{rows})", f"{rows} AS g WHERE g.BatchID = h.BatchID)"]
    return f"SELECT {', '.join(columns)} FROM customer360_audit.Publication AS h"


def is_one_set(look: tuple[object, ...]) -> bool:
    """Whether what one look saw is of one publication."""
    found, wanted = look[2::2], look[3::2]
    return look[0] is not None and found == wanted
