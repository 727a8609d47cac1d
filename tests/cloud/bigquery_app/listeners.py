"""How the server listens: gRPC with and without TLS, and HTTP as Java's client speaks it."""

from __future__ import annotations

import concurrent.futures
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import grpc
from local_bigquery.grpc import server as grpc_server

from tests.cloud.bigquery_app.requests import LoggedCalls, RequestLog

_OPTIONS = [
    # An AppendRows may have 10 MB; the library's own limit is 4 MB.
    ("grpc.max_receive_message_length", 32 << 20),
    ("grpc.max_send_message_length", -1),
    # The connector pings between calls, and would be told to go away.
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.min_ping_interval_without_data_ms", 5000),
    ("grpc.http2.max_ping_strikes", 0),
]


def start_grpc(
    host: str, log: RequestLog, tls: tuple[Path, Path] | None
) -> tuple[grpc.Server, int, int | None]:
    """The Storage API on free ports: the server, its port, and its port with TLS.

    The connector knows TLS only, so it needs the second port; `tls` is a certificate and its key.
    """
    server = grpc.server(
        concurrent.futures.ThreadPoolExecutor(max_workers=32),
        interceptors=[LoggedCalls(log)],
        options=_OPTIONS,
    )
    server.add_generic_rpc_handlers(
        [
            grpc.method_handlers_generic_handler(name, handlers)
            for name, handlers in grpc_server.SERVICES.items()
        ]
    )
    port = server.add_insecure_port(f"{host}:0")
    tls_port = None
    if tls is not None:
        certificate, key = (path.read_bytes() for path in tls)
        credentials = grpc.ssl_server_credentials([(key, certificate)])
        tls_port = server.add_secure_port(f"{host}:0", credentials)
    server.start()
    return server, port, tls_port


class MethodOverride:
    """Java's HttpURLConnection has no PATCH: Google's client sends POST and says what it meant."""

    def __init__(self, app: Callable[..., Awaitable[None]]) -> None:
        self._app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Handle one request under the method that was meant."""
        if scope["type"] == "http" and scope["method"] == "POST":
            for name, value in scope["headers"]:
                if name == b"x-http-method-override":
                    scope = {**scope, "method": value.decode().upper()}
        await self._app(scope, receive, send)
