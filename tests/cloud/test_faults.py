"""A share of G8; `make guarantees-cloud ONLY=G8` breaks every call in every way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.cloud.bigquery_server import BigQueryServer
from tests.cloud.calls import Call
from tests.cloud.fault_bench import FaultBench, Servers, fault_bench
from tests.cloud.faults import CASES, FIRST, NEXT, HttpCase, StreamCase, attempt, calls_of
from tests.cloud.gcs_server import GcsServer
from tests.cloud.grpc_proxy import APPEND, COMMIT, GrpcFault
from tests.cloud.tls import TlsFiles

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = pytest.mark.guarantee

_TRANSACTION = Call("POST", "/bigquery/v2/projects/{}/jobs", "TRANSACTION")
_LOAD = Call("POST", "/bigquery/v2/projects/{}/jobs", "LOAD")
SHARE = (
    HttpCase(_TRANSACTION, False, "reset", "after"),
    HttpCase(_TRANSACTION, False, "500", "before"),
    HttpCase(_LOAD, True, "503", "after"),
    StreamCase(GrpcFault(APPEND, 1, "after")),
    StreamCase(GrpcFault(COMMIT, 1, "before")),
    StreamCase(GrpcFault(COMMIT, 1, "after")),
)


@pytest.fixture(scope="module")
def bench(
    spark: SparkSession,
    gcs: GcsServer,
    bigquery: BigQueryServer,
    tls: TlsFiles,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[FaultBench]:
    folder = tmp_path_factory.mktemp("faults")
    with fault_bench(Servers(spark, gcs, bigquery, tls, folder)) as bench:
        yield bench


@pytest.mark.parametrize("is_first", [False, True], ids=["next", "first"])
def test_every_call_that_a_publication_makes_is_among_those_that_are_broken(
    bench: FaultBench, is_first: bool
) -> None:
    made = set(calls_of(bench, is_first=is_first))
    assert made - {*NEXT, *FIRST} == set()
    assert {*(FIRST if is_first else NEXT)} - made == set()


@pytest.mark.parametrize("case", SHARE, ids=str)
def test_a_publication_with_a_broken_call_loses_and_doubles_nothing(
    bench: FaultBench, case: HttpCase | StreamCase
) -> None:
    assert attempt(bench, CASES.index(case)) == []
