"""`python -m tests.cloud.guarantees`: tries in full what needs the servers of the cloud."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from c360.credentials import VARIABLE as CREDENTIALS
from c360.session import build_session
from tests.cloud.bigquery_server import bigquery_server
from tests.cloud.fault_bench import FaultBench, Servers, fault_bench
from tests.cloud.faults import CASES, attempt
from tests.cloud.gcs_server import gcs_server
from tests.cloud.spark_conf import bigquery_settings, gcs_settings, jvm_settings
from tests.cloud.tls import make_tls
from tests.cloud.tools import bigquery_python, fake_gcs_server
from tests.guarantees.bench import Bench, Guarantee
from tests.guarantees.trying import try_guarantees

COMMAND = "make guarantees-cloud"


@dataclass(frozen=True, kw_only=True)
class CloudBench(Bench):
    """A bench whose session knows both connectors, with proxies before BigQuery."""

    faults: FaultBench


def _attempt(bench: Bench, number: int) -> list[str]:
    assert isinstance(bench, CloudBench)
    return attempt(bench.faults, number)


G8 = Guarantee(
    "G8",
    "A lost answer is neither a lost nor a doubled load: every kind of call of a publication to "
    "BigQuery, at its first and last occurrence, answered by 500, 429, 503, 504, reset or hang "
    "before and after it is executed, and the connector's stream broken; rows lost 0, doubled 0.",
    len(CASES),
    _attempt,
    COMMAND,
)
GUARANTEES = {G8.name: G8}


def main(words: Sequence[str] | None = None) -> int:
    """The exit code: 1 where a try failed."""
    return try_guarantees("python -m tests.cloud.guarantees", GUARANTEES, _bench(), words)


@contextlib.contextmanager
def servers() -> Iterator[Servers]:
    """Both servers and a session that knows them, in a folder that goes with them."""
    folder = Path(tempfile.mkdtemp(prefix="c360-cloud-"))
    tls = make_tls(folder / "tls")
    try:
        with (
            gcs_server(fake_gcs_server(), folder / "gcs" / "buckets") as gcs,
            bigquery_server(bigquery_python(), folder / "bigquery", gcs.root, tls) as bigquery,
        ):
            assert bigquery.tls_port is not None
            os.environ.update({"STORAGE_EMULATOR_HOST": gcs.url, CREDENTIALS: "anonymous"})
            os.environ.update({"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"})
            own = bigquery_settings(bigquery.url, bigquery.tls_port)
            settings = {**jvm_settings(tls), **gcs_settings(gcs.url), **own}
            spark = build_session(settings, app="c360-cloud-guarantees")
            spark.sparkContext.setLogLevel("OFF")  # connectors log what is broken on purpose
            try:
                yield Servers(spark, gcs, bigquery, tls, folder)
            finally:
                spark.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _bench() -> Iterator[CloudBench]:
    with servers() as running, fault_bench(running) as faults:
        yield CloudBench(running.spark, running.folder, faults=faults)


if __name__ == "__main__":
    sys.exit(main())
