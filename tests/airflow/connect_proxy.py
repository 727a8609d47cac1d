"""A loopback CONNECT proxy that ends TLS for Google's hosts and hands the bytes to local servers.

What is not on its map is refused: a DAG behind it cannot reach the Internet.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tests.airflow.authority import Authority

_DEADLINE = 10  # seconds to start
_CHUNK = 65536


@dataclass
class ConnectProxy:
    """A running proxy; `hosts` are those that were asked for, refused ones included."""

    routes: Mapping[str, tuple[str, int]]  # host -> protocol (h2 or http/1.1), local port
    port: int = 0
    hosts: list[str] = field(default_factory=list)
    down: dict[str, int] = field(default_factory=dict)  # host -> connections still to refuse

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which each kind of client finds the proxy."""
        address = f"http://127.0.0.1:{self.port}"
        names = ("HTTPS_PROXY", "https_proxy", "grpc_proxy")
        own = dict.fromkeys(("NO_PROXY", "no_proxy"), "127.0.0.1,localhost")
        return {**dict.fromkeys(names, address), **own}

    def take(self, host: str) -> tuple[str, int] | None:
        """Where a connection to this host goes now; None refuses it."""
        self.hosts.append(host)
        if self.down.get(host, 0) > 0:
            self.down[host] -= 1
            return None
        return self.routes.get(host)


@contextlib.contextmanager
def connect_proxy(
    authority: Authority, routes: Mapping[str, tuple[str, int]]
) -> Iterator[ConnectProxy]:
    """A proxy on a port of its own, in a thread of this process, until the end of the block."""
    proxy, loop, started = ConnectProxy(routes), asyncio.new_event_loop(), threading.Event()
    stop = asyncio.Event()

    async def serve() -> None:
        server = await asyncio.start_server(
            lambda *ends: _client(proxy, authority, *ends), "127.0.0.1"
        )
        proxy.port = server.sockets[0].getsockname()[1]
        started.set()
        await stop.wait()
        server.close()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    assert started.wait(_DEADLINE), "the proxy did not start"
    try:
        yield proxy
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(_DEADLINE)


async def _client(
    proxy: ConnectProxy,
    authority: Authority,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
) -> None:
    with contextlib.suppress(OSError, asyncio.IncompleteReadError, ssl.SSLError):
        head = await reader.readuntil(b"\r\n\r\n")
        verb, target, _ = head.split(b"\r\n", 1)[0].decode().split(" ", 2)
        route = proxy.take(target.rsplit(":", 1)[0])
        if verb != "CONNECT" or route is None:
            writer.write(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
        else:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await writer.drain()
            await writer.start_tls(_shown(authority, route[0]))
            there = await asyncio.open_connection("127.0.0.1", route[1])
            await asyncio.gather(_pump(reader, there[1]), _pump(there[0], writer))
    writer.close()


def _shown(authority: Authority, protocol: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.certificate, authority.key)
    context.set_alpn_protocols([protocol])
    return context


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError, ssl.SSLError):
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(OSError, RuntimeError):
        writer.close()
