"""What the fault tests work with: proxies before BigQuery, and two prepared publications."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

from c360.warehouse.bigquery import BigQueryWarehouse
from c360.warehouse.bigquery_address import parse_address
from c360.warehouse.protocol import Publication, Published
from tests.cloud.bigquery_server import BigQueryServer
from tests.cloud.calls import Call
from tests.cloud.gcs_server import GcsServer
from tests.cloud.grpc_proxy import GrpcProxy, grpc_proxy
from tests.cloud.places import CloudPlaces
from tests.cloud.proxy import HttpProxy, http_proxy
from tests.cloud.spark_conf import bigquery_settings
from tests.cloud.tls import TlsFiles
from tests.support.bigquery_digest import digests
from tests.support.bronze_sets import write_set
from tests.support.places import own_registry, tolerant
from tests.support.publications import again
from tests.support.states import read_files

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# A request that hangs is repeated after these seconds; a job is given up after those.
TIMEOUT, DEADLINE = 15, 120
_SEEDS = (5, 6)
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Servers:
    """The servers, and a session that knows both connectors."""

    spark: SparkSession
    gcs: GcsServer
    bigquery: BigQueryServer
    tls: TlsFiles
    folder: Path


@dataclass(frozen=True)
class Prepared:
    """Silver and gold of one set, ready to be staged, and the digests of what it publishes."""

    publication: Publication
    digests: Mapping[str, str]


@dataclass(frozen=True)
class Turn:
    """A publication to come, and what it takes the place of; None in a project without any."""

    warehouse: BigQueryWarehouse  # behind the proxies
    direct: str  # its address without them
    before: Prepared | None
    after: Prepared

    @property
    def kind(self) -> tuple[bool, str]:
        """The same for all that make the same calls: is it a first one, and of which set."""
        return self.before is None, self.after.publication.batch_id


@dataclass(frozen=True)
class FaultBench:
    """Two sets that are published by turns through proxies that can break a call."""

    servers: Servers
    http: HttpProxy
    grpc: GrpcProxy
    # how often each kind of publication makes each call, where nothing is broken
    calls: dict[tuple[bool, str], Mapping[Call, int]] = field(default_factory=dict)
    sound: list[Turn] = field(default_factory=list)  # those that left nothing to be mended

    @cached_property
    def sets(self) -> tuple[Prepared, Prepared]:
        """Made once: staging and publication are what is repeated."""
        first, second = (_prepared(self.servers, seed) for seed in _SEEDS)
        return first, second

    def turn(self, *, is_first: bool) -> Turn:
        """The next publication: the first of a project, or that of the other set."""
        one, other = self.sets
        self.http.arm()
        self.grpc.arm()
        if is_first:
            return Turn(*self._fresh_warehouse(), None, other)
        if self.sound:
            last = self.sound.pop()
            assert last.before is not None
            return dataclasses.replace(last, before=last.after, after=last.before)
        warehouse, direct = self._fresh_warehouse()
        publish(warehouse, one)
        return Turn(warehouse, direct, one, other)

    def end(self, turn: Turn, *, sound: bool) -> None:
        """Keep the project for the next turn where it is sound, else close it."""
        if sound and turn.before is not None:
            self.sound.append(turn)
        else:
            self.servers.bigquery.close(turn.warehouse.address.project)

    def _fresh_warehouse(self) -> tuple[BigQueryWarehouse, str]:
        """A project in which nothing was published, behind the proxies; and its own address."""
        project = f"faults-{next(_numbers)}"
        direct = self.servers.bigquery.warehouse(project)
        own = {"endpoint": self.http.url, "timeout": TIMEOUT, "deadline": DEADLINE}
        address = dataclasses.replace(parse_address(direct), **own)
        return BigQueryWarehouse(address), direct


@contextlib.contextmanager
def fault_bench(servers: Servers) -> Iterator[FaultBench]:
    """Proxies between the session, the client and the server, for the block."""
    with (
        http_proxy(servers.bigquery.url) as http,
        grpc_proxy(servers.bigquery.grpc_port, servers.tls) as grpc,
    ):
        ours = bigquery_settings(http.url, grpc.port)
        before = {name: servers.spark.conf.get(name) for name in ours}
        _set(servers.spark, ours)
        try:
            yield FaultBench(servers, http, grpc)
        finally:
            _set(servers.spark, before)


def _set(spark: SparkSession, settings: Mapping[str, str | None]) -> None:
    for name, value in settings.items():
        spark.conf.set(name, str(value))


def _prepared(servers: Servers, seed: int) -> Prepared:
    """What a whole run on a set publishes, as it publishes it."""
    name, found = f"prepared-{next(_numbers)}", []
    folder = servers.folder / name
    folder.mkdir(parents=True)
    url = servers.bigquery.warehouse(name)
    places = CloudPlaces.make(servers.gcs, url, folder, own_registry(tolerant))
    write_set(folder / "bronze", seed, plain=True)
    places.put(read_files(folder / "bronze"))
    publish = BigQueryWarehouse.publish

    def record(warehouse: BigQueryWarehouse, publication: Publication) -> Published:
        found.append(publication)
        return publish(warehouse, publication)

    with mock.patch.object(BigQueryWarehouse, "publish", record):
        report = places.run(servers.spark)
    assert report.status == "published", report.message
    (publication,) = found
    return Prepared(publication, digests(url))


def publish(warehouse: BigQueryWarehouse, prepared: Prepared) -> Published:
    """Publish a prepared set as a new run does: it reads the head first."""
    return warehouse.publish(again(prepared.publication, warehouse.read_head()))
