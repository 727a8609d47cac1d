"""A proxy (gRPC, TLS) before BigQuery's Storage interface that breaks one call or one stream."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Literal

import grpc

from tests.cloud.tls import TlsFiles

Message = bytes
_SERVICE = "/google.cloud.bigquery.storage.v1.BigQueryWrite/"
APPEND = f"{_SERVICE}AppendRows"
COMMIT = f"{_SERVICE}BatchCommitWriteStreams"
# A stream broken before is one that never opens; broken after, its first message is done and the
# answer to it is lost.
When = Literal["before", "after"]
_OPTIONS = [
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
    # clients of Google's interface ping more often than gRPC's own limit allows
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.min_ping_interval_without_data_ms", 5000),
    ("grpc.http2.max_ping_strikes", 0),
]
_OWN_METADATA = ("grpc-", "user-agent", "content-type", "te", ":")
_GRACE = 2.0  # seconds that calls in flight have when the proxy ends


@dataclass(frozen=True)
class GrpcFault:
    """How the n-th call of a method is broken, and whether it is executed all the same."""

    method: str
    nth: int
    when: When
    status: grpc.StatusCode = grpc.StatusCode.UNAVAILABLE

    def __str__(self) -> str:
        name = self.method.rpartition("/")[2]
        return f"{name} #{self.nth}: {self.status.name} {self.when} it is executed"


@dataclass
class GrpcProxy:
    """What has passed since it was last armed, and what is to break."""

    port: int = 0
    calls: Counter[str] = field(default_factory=Counter)
    struck: int = 0  # how often the fault struck: 0 or 1
    fault: GrpcFault | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def arm(self, fault: GrpcFault | None = None) -> None:
        """Forget what passed, and break this call; None breaks none."""
        with self._lock:
            self.calls, self.struck, self.fault = Counter(), 0, fault

    def due(self, method: str) -> GrpcFault | None:
        """Count a call; the fault, if this is the call to break."""
        with self._lock:
            self.calls[method] += 1
            fault = self.fault
            if fault is None or (fault.method, fault.nth) != (method, self.calls[method]):
                return None
            self.struck += 1
            return fault


@contextlib.contextmanager
def grpc_proxy(upstream_port: int, tls: TlsFiles) -> Iterator[GrpcProxy]:
    """A proxy on a free port of localhost before the plain gRPC server at that port."""
    proxy = GrpcProxy()
    with (
        grpc.insecure_channel(f"127.0.0.1:{upstream_port}", _OPTIONS) as channel,
        ThreadPoolExecutor(max_workers=32) as threads,
    ):
        server = grpc.server(threads, [_PassOn(proxy, channel)], options=_OPTIONS)
        pair = (tls.key.read_bytes(), tls.certificate.read_bytes())
        proxy.port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([pair]))
        server.start()
        try:
            yield proxy
        finally:
            server.stop(_GRACE).wait()


class _PassOn(grpc.GenericRpcHandler):  # type: ignore[misc]  # grpc ships no types
    """Every method, whatever it is: a single message is a stream of one."""

    def __init__(self, proxy: GrpcProxy, channel: grpc.Channel) -> None:
        self._proxy, self._channel = proxy, channel

    def service(self, details: Any) -> Any:
        method = details.method
        return grpc.stream_stream_rpc_method_handler(
            lambda messages, context: self._stream(method, messages, context)
        )

    def _stream(self, method: str, messages: Iterator[Message], context: Any) -> Iterator[Message]:
        fault = self._proxy.due(method)
        if fault and fault.when == "before":
            context.abort(fault.status, "planted by a test")
        kept = [pair for pair in context.invocation_metadata() if not _is_own(pair.key)]
        upstream = self._channel.stream_stream(method)(messages, metadata=kept)
        context.add_callback(upstream.cancel)  # the deadline is the client's, and so is giving up
        answers = iter(upstream)
        while (answer := _next(answers, upstream, context)) is not None:
            if fault:
                context.abort(fault.status, "planted by a test")
            yield answer


def _next(answers: Iterator[Message], upstream: Any, context: Any) -> Message | None:
    """The next answer, None after the last; the server's own failure is passed on."""
    try:
        return next(answers, None)
    except grpc.RpcError as failure:
        code, told = failure.code(), failure.details()
        trailing = upstream.trailing_metadata() or ()
    context.set_trailing_metadata(trailing)
    context.abort(code, told)
    return None


def _is_own(key: str) -> bool:
    """Whether gRPC itself writes this part of the metadata."""
    return key.startswith(_OWN_METADATA)
