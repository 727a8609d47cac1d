"""A port of this machine at which nobody answers for a while, and then a server does."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

_CHUNK = 65536


@contextlib.contextmanager
def away(server: int, begun: Callable[[], bool], seconds: float) -> Iterator[int]:
    """A port that refuses connections until `seconds` after `begun`, and then leads to `server`."""
    ended = threading.Event()
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))  # taken, and closed to everybody until it listens

        def come_back() -> None:
            while not begun() and not ended.wait(0.5):
                pass
            if not ended.wait(seconds):
                own.listen()
                _forward(own, server)

        threading.Thread(target=come_back, daemon=True).start()
        try:
            yield own.getsockname()[1]
        finally:
            ended.set()


def _forward(own: socket.socket, server: int) -> None:
    """Hand on every connection until the socket is closed."""
    while True:
        try:
            client, _ = own.accept()
        except OSError:
            return
        there = socket.create_connection(("127.0.0.1", server))
        for ends in ((client, there), (there, client)):
            threading.Thread(target=_pump, args=ends, daemon=True).start()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(_CHUNK):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
