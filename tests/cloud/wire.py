"""What goes between Google's Python clients and a server: seen, and broken where a test asks."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from unittest import mock

import requests
from google.auth.transport.requests import AuthorizedSession

Answer = Callable[[], requests.Response]
# Given method, address and what sends the request: the answer that the client gets.
Handler = Callable[[str, str, Answer], requests.Response]


@dataclass
class Wire:
    """Every request that was made, and what handles those that follow."""

    requests: list[tuple[str, str]] = field(default_factory=list)
    handler: Handler | None = None

    def count(self, method: str) -> int:
        """How many requests there were of this method."""
        return sum(made == method for made, _ in self.requests)


@contextlib.contextmanager
def tapped() -> Iterator[Wire]:
    """The wire of every client of this process."""
    wire, send = Wire(), AuthorizedSession.request

    def request(
        session: AuthorizedSession, method: str, url: str, *args: object, **options: object
    ) -> requests.Response:
        wire.requests.append((method, url))
        handler, wire.handler = wire.handler, None  # its own requests pass
        try:
            if handler is None:
                return send(session, method, url, *args, **options)
            return handler(method, url, lambda: send(session, method, url, *args, **options))
        finally:
            wire.handler = wire.handler or handler

    with mock.patch.object(AuthorizedSession, "request", request):
        yield wire


def lost(times: int, method: str, before: Callable[[], object] = lambda: None) -> Handler:
    """The first answers to this method get lost after the server has done what was asked.

    `before` happens when an answer is lost, before the client can ask again.
    """
    left = times

    def handle(made: str, _: str, send: Answer) -> requests.Response:
        nonlocal left
        answer = send()
        if made == method and left:
            left -= 1
            before()
            raise requests.ConnectionError("connection reset by a test")
        return answer

    return handle


def refused(status: int, reason: str) -> Handler:
    """Every request is answered with this status, as Google's services say it."""

    def handle(_: str, url: str, __: Answer) -> requests.Response:
        answer = requests.Response()
        answer.status_code, answer.url = status, url
        answer.request = requests.Request("GET", url).prepare()
        answer.headers["Content-Type"] = "application/json"
        answer._content = f'{{"error": {{"code": {status}, "message": "{reason}"}}}}'.encode()
        return answer

    return handle
