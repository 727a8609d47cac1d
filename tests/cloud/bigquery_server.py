"""Starts the BigQuery server of the tests as a process of its own, and stops it."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.cloud.tls import TlsFiles

ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS, _STOP_SECONDS = 60, 10
_FOREIGN = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "BIGQUERY_EMULATOR_HOST")


@dataclass(frozen=True)
class BigQueryServer:
    """A server that answers: where it listens, and the file in which it logs its requests."""

    url: str
    grpc_port: int
    tls_port: int | None  # of gRPC with TLS, which the connector needs
    log: Path
    pid: int

    def warehouse(self, project: str = "test-project", **options: str) -> str:
        """The address of a warehouse on this server, as `--warehouse` takes it."""
        given = "".join(f"&{name}={value}" for name, value in options.items())
        return f"bigquery://{project}?endpoint={self.url}{given}"

    def close(self, project: str) -> None:
        """Forget a project of which nothing will be asked again; many open ones make it slow."""
        request = urllib.request.Request(f"{self.url}/projects/{project}", method="DELETE")
        with urllib.request.urlopen(request, timeout=_STOP_SECONDS):
            pass

    def requests(self) -> list[dict[str, Any]]:
        """Every request so far, in the order of the answers."""
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        return [json.loads(line) for line in lines]


@contextlib.contextmanager
def bigquery_server(
    python: Path, data: Path, gcs_root: Path | None = None, tls: TlsFiles | None = None
) -> Iterator[BigQueryServer]:
    """A server over the folder `data`, for as long as the block runs.

    Args:
        python: the interpreter of the environment of requirements/bigquery-server.txt.
        data: what it stores; a second server over the same folder has the same tables.
        gcs_root: `gs://bucket/x` is the file `bucket/x` below it.
        tls: certificate and key of the port that the connector uses.
    """
    data.mkdir(parents=True, exist_ok=True)
    log = data / "requests.jsonl"
    words = [str(python), "-m", "tests.cloud.bigquery_app", f"--data={data}", f"--log={log}"]
    words += [f"--gcs-root={gcs_root}"] if gcs_root else []
    words += [f"--tls-certificate={tls.certificate}", f"--tls-key={tls.key}"] if tls else []
    own = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    with (data / "server.txt").open("ab") as output:
        process = subprocess.Popen(
            words, cwd=ROOT, env=own, text=True,
            stdin=subprocess.PIPE,  # it ends with this process, and the server with it
            stdout=subprocess.PIPE, stderr=output,
        )  # fmt: skip
        try:
            ports = _ports(process, data / "server.txt")
            url = f"http://127.0.0.1:{ports['http']}"
            yield BigQueryServer(url, ports["grpc"], ports["tls"], log, process.pid)
        finally:
            _stop(process)


def _ports(process: subprocess.Popen[str], output: Path) -> dict[str, int]:
    """The ports that the server says it listens on, once it does."""
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], _START_SECONDS)
    line = process.stdout.readline() if ready else ""
    if not line:
        said = output.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise RuntimeError(f"the BigQuery server did not start in {_START_SECONDS} s:\n{said}")
    ports: dict[str, int] = json.loads(line)
    return ports


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(_STOP_SECONDS)
