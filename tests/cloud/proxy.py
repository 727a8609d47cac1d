"""A proxy before BigQuery's REST interface that breaks one call, before or after it is done."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import struct
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import urlsplit

from tests.cloud.calls import Call, describe_call, polled_job

Kind = Literal["500", "429", "503", "504", "reset", "hang"]
When = Literal["before", "after"]
KINDS: tuple[Kind, ...] = ("500", "429", "503", "504", "reset", "hang")
WHENS: tuple[When, ...] = ("before", "after")
_REASONS = {
    "500": "internalError",
    "429": "rateLimitExceeded",
    "503": "backendError",
    "504": "deadlineExceeded",  # which the library does not repeat by itself
}
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}
_UPSTREAM_SECONDS = 300
_LONGEST_HANG = 600  # seconds; a client that waits longer has no deadline


@dataclass(frozen=True)
class Fault:
    """How the n-th call of a kind is broken, and whether it is executed all the same."""

    call: Call
    nth: int
    kind: Kind
    when: When

    def __str__(self) -> str:
        return f"{self.call} #{self.nth}: {self.kind} {self.when} it is executed"


@dataclass
class HttpProxy:
    """What has passed since it was last armed, and what is to break."""

    upstream: str
    url: str = ""
    calls: Counter[Call] = field(default_factory=Counter)
    struck: int = 0  # how often the fault struck: 0 or 1
    fault: Fault | None = None
    _polled: dict[tuple[Call, str], None] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _released: threading.Event = field(default_factory=threading.Event)

    def arm(self, fault: Fault | None = None) -> None:
        """Forget what passed, let go of whom hangs, and break this call; None breaks none."""
        self._released.set()
        with self._lock:
            self._released = threading.Event()
            self.calls, self._polled, self.struck, self.fault = Counter(), {}, 0, fault

    def due(self, call: Call, job: str) -> Fault | None:
        """Count a call, the polls of a job once; the fault, if this is the call to break."""
        with self._lock:
            if job and (call, job) in self._polled:
                return None
            self._polled[call, job] = None
            self.calls[call] += 1
            fault = self.fault
            if fault is None or (fault.call, fault.nth) != (call, self.calls[call]):
                return None
            self.struck += 1
            return fault

    def hang(self) -> None:
        """Return only when the proxy is armed again or ends."""
        self._released.wait(_LONGEST_HANG)


@contextlib.contextmanager
def http_proxy(upstream: str) -> Iterator[HttpProxy]:
    """A proxy before the server at `upstream` (http://host:port), on a free port of 127.0.0.1."""
    proxy = HttpProxy(upstream)
    handler = type("Handler", (_Handler,), {"proxy": proxy})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        proxy.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield proxy
        finally:
            proxy.arm()
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    """Passes a request on and its answer back, unless it is the one to break."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    proxy: HttpProxy

    def handle_one_request(self) -> None:
        with contextlib.suppress(ConnectionError):  # a client that gave up
            super().handle_one_request()

    def _handle(self) -> None:
        body = self._read_body()
        headers = {name.lower(): value for name, value in self.headers.items()}
        call = describe_call(self.command, self.path, headers, body)
        fault = self.proxy.due(call, polled_job(self.command, self.path))
        if fault and fault.when == "before":
            self._break(fault.kind)
            return
        status, answered, data = self._pass_on(body)
        if fault:
            self._break(fault.kind)
            return
        self._answer(status, answered, data)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _handle

    def _read_body(self) -> bytes:
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("content-length", 0)))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _pass_on(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        address = urlsplit(self.proxy.upstream).netloc
        connection = http.client.HTTPConnection(address, timeout=_UPSTREAM_SECONDS)
        with contextlib.closing(connection):
            kept = {n: v for n, v in self.headers.items() if n.lower() not in _HOP_BY_HOP}
            connection.request(self.command, self.path, body or None, kept)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()

    def _answer(self, status: int, headers: list[tuple[str, str]], data: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _break(self, kind: Kind) -> None:
        if kind in _REASONS:
            error = {"reason": _REASONS[kind], "message": "planted by a test"}
            told = {"error": {"code": int(kind), "message": error["message"], "errors": [error]}}
            headers = [("Content-Type", "application/json")]
            self._answer(int(kind), headers, json.dumps(told).encode())
            return
        if kind == "hang":
            self.proxy.hang()
        self._reset()

    def _reset(self) -> None:
        """End the connection by RST, as a machine does that is gone."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.rfile.close()  # the socket ends with the last who holds it
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the proxy counts."""
