"""A Cloud Storage server on this machine: fake-gcs-server, which keeps objects as files."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

_DEADLINE = 30  # seconds to start, and to stop
_ATTEMPTS = 5  # another program may take the free port first


@dataclass(frozen=True)
class GcsServer:
    """A running server. The object `gs://b/x` is the file `root/b/x`."""

    url: str
    root: Path
    pid: int

    def create_bucket(self, name: str) -> None:
        """Make a bucket; one that exists is no error."""
        body = json.dumps({"name": name})
        status = _answer(self.url, "POST", "/storage/v1/b", body)
        assert status in (200, 409), f"{self.url}: bucket {name}: HTTP {status}"


@contextlib.contextmanager
def gcs_server(binary: Path, root: Path, backend: str = "filesystem") -> Iterator[GcsServer]:
    """A server on 127.0.0.1 with a port of its own, until the end of the block.

    Args:
        binary: fake-gcs-server.
        root: a folder for its files; what others put there by hand is not listed.
        backend: `memory` takes names that files cannot have, such as `a` beside `a/b`.
    """
    root.mkdir(parents=True, exist_ok=True)
    log = root.with_name(f"{root.name}.log")
    own = ("-backend", backend, "-filesystem-root", str(root))
    for _ in range(_ATTEMPTS):
        port = _free_port()
        with log.open("wb") as out:
            process = subprocess.Popen([*_words(binary, port), *own], stdout=out, stderr=out)
        try:
            url = f"http://127.0.0.1:{port}"
            if _is_up(process, url):
                yield GcsServer(url, root, process.pid)
                return
        finally:
            _stop(process)
    raise RuntimeError(f"{binary}: did not start; see {log}")


def _words(binary: Path, port: int) -> list[str]:
    own = f"127.0.0.1:{port}"
    return [
        str(binary),
        *("-scheme", "http", "-host", "127.0.0.1", "-port", str(port)),
        *("-external-url", f"http://{own}", "-public-host", own),
    ]


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


def _is_up(process: subprocess.Popen[bytes], url: str) -> bool:
    """True once the server answers with 200; False when it has ended instead."""
    end = time.monotonic() + _DEADLINE
    while process.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if _answer(url, "GET", "/storage/v1/b") == http.client.OK:
                return process.poll() is None  # else another program answered at this port
        if time.monotonic() > end:
            raise TimeoutError(f"{url}: no answer within {_DEADLINE} s")
        time.sleep(0.05)
    return False


def _answer(url: str, method: str, path: str, body: str | None = None) -> int:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=_DEADLINE)
    with contextlib.closing(connection):
        connection.request(method, path, body, {"Content-Type": "application/json"})
        return connection.getresponse().status


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_DEADLINE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(_DEADLINE)
