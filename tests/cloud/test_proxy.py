"""Every fault really happens, to the call that was asked for and to no other."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from tests.cloud.calls import Call
from tests.cloud.proxy import Fault, HttpProxy, Kind, When, http_proxy

JOBS = Call("POST", "/projects/{}/jobs", "LOAD")
GET_JOB = Call("GET", "/projects/{}/jobs/{}")
LOAD = json.dumps({"configuration": {"load": {}}}).encode()


@pytest.fixture
def executed() -> list[tuple[str, str, bytes]]:
    """What arrived at the server behind the proxy."""
    return []


@pytest.fixture
def proxy(executed: list[tuple[str, str, bytes]]) -> Iterator[HttpProxy]:
    class Upstream(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            executed.append((self.command, self.path, body))
            self.send_response(200)
            self.send_header("Content-Length", "4")
            self.send_header("X-Own", "kept")
            self.end_headers()
            self.wfile.write(b"done")

        do_GET = do_POST

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Upstream) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,)).start()
        try:
            with http_proxy(f"http://127.0.0.1:{server.server_port}") as proxy:
                yield proxy
        finally:
            server.shutdown()


def asked(
    proxy: HttpProxy, method: str, path: str, body: bytes | None = None, seconds: float = 10
) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(urlsplit(proxy.url).netloc, timeout=seconds)
    connection.request(method, path, body)
    return connection.getresponse()


def load(proxy: HttpProxy, seconds: float = 10) -> int:
    return asked(proxy, "POST", "/projects/p/jobs", LOAD, seconds).status


def test_what_is_not_broken_passes_unchanged(
    proxy: HttpProxy, executed: list[tuple[str, str, bytes]]
) -> None:
    proxy.arm()
    answer = asked(proxy, "POST", "/projects/p/jobs?a=1", LOAD)
    assert (answer.status, answer.read(), answer.getheader("X-Own")) == (200, b"done", "kept")
    assert executed == [("POST", "/projects/p/jobs?a=1", LOAD)]
    assert proxy.calls == {JOBS: 1}


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["500", "429", "503", "504"])
def test_an_error_is_answered_in_the_words_of_bigquery(
    proxy: HttpProxy, executed: list[tuple[str, str, bytes]], kind: Kind, when: When
) -> None:
    proxy.arm(Fault(JOBS, 1, kind, when))
    answer = asked(proxy, "POST", "/projects/p/jobs", LOAD)
    assert answer.status == int(kind)
    assert json.loads(answer.read())["error"]["errors"][0]["reason"]
    assert len(executed) == (when == "after")
    assert (proxy.struck, load(proxy)) == (1, 200)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_reset_ends_the_connection_without_an_answer(
    proxy: HttpProxy, executed: list[tuple[str, str, bytes]], when: When
) -> None:
    proxy.arm(Fault(JOBS, 1, "reset", when))
    with pytest.raises(ConnectionResetError) as found:
        load(proxy)
    assert not isinstance(found.value, http.client.RemoteDisconnected), "an orderly end is no reset"
    assert len(executed) == (when == "after")
    assert (proxy.struck, load(proxy)) == (1, 200)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_hang_answers_nothing_until_the_client_gives_up(
    proxy: HttpProxy, executed: list[tuple[str, str, bytes]], when: When
) -> None:
    proxy.arm(Fault(JOBS, 1, "hang", when))
    with pytest.raises(TimeoutError):
        load(proxy, seconds=0.5)
    assert len(executed) == (when == "after")
    assert (proxy.struck, load(proxy)) == (1, 200)


def test_who_hangs_is_let_go_when_the_proxy_is_armed_again(proxy: HttpProxy) -> None:
    proxy.arm(Fault(JOBS, 1, "hang", "before"))
    threading.Timer(0.5, proxy.arm).start()
    began = time.monotonic()
    with pytest.raises(ConnectionError):
        load(proxy, seconds=20)
    assert time.monotonic() - began < 10


def test_only_the_call_that_was_asked_for_is_broken(proxy: HttpProxy) -> None:
    proxy.arm(Fault(JOBS, 2, "503", "before"))
    assert asked(proxy, "GET", "/projects/p/jobs/j1").status == 200
    assert [load(proxy) for _ in range(3)] == [200, 503, 200]
    assert proxy.calls == {JOBS: 3, GET_JOB: 1}


def test_the_polls_of_one_job_are_one_call(proxy: HttpProxy) -> None:
    proxy.arm(Fault(GET_JOB, 2, "500", "before"))
    polls = ["j1", "j1", "j2", "j1", "j2"]
    found = [asked(proxy, "GET", f"/projects/p/jobs/{job}").status for job in polls]
    assert found == [200, 200, 500, 200, 200]
    assert proxy.calls == {GET_JOB: 2}


def test_a_body_in_chunks_arrives_whole_as_java_clients_send_it(
    proxy: HttpProxy, executed: list[tuple[str, str, bytes]]
) -> None:
    proxy.arm()
    packed = gzip.compress(LOAD)
    host, port = urlsplit(proxy.url).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=10) as client:
        client.sendall(
            b"POST /projects/p/jobs HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\n"
            b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        )
        for part in (packed[:5], packed[5:], b""):
            client.sendall(b"%x\r\n%s\r\n" % (len(part), part))
        assert client.recv(100).startswith(b"HTTP/1.1 200")
    assert executed == [("POST", "/projects/p/jobs", packed)]
    assert proxy.calls == {JOBS: 1}


def test_one_connection_carries_several_calls(proxy: HttpProxy) -> None:
    proxy.arm(Fault(JOBS, 2, "429", "before"))
    connection = http.client.HTTPConnection(urlsplit(proxy.url).netloc, timeout=10)
    found = []
    for _ in range(3):
        connection.request("POST", "/projects/p/jobs", LOAD)
        answer = connection.getresponse()
        answer.read()
        found.append(answer.status)
    connection.close()
    assert found == [200, 429, 200]
