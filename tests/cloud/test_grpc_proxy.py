"""Every fault of the gRPC proxy really happens, through TLS, to the call that was asked for."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest

from tests.cloud.grpc_proxy import APPEND, COMMIT, GrpcFault, GrpcProxy, When, grpc_proxy
from tests.cloud.tls import TlsFiles, make_tls

REFUSED = "/own/Refused"
_DETAILS = ("grpc-status-details-bin", b"\x08\x03")


class Upstream(grpc.GenericRpcHandler):  # type: ignore[misc]  # grpc ships no types
    """Answers every message with its capitals, and keeps what arrived."""

    def __init__(self) -> None:
        self.executed: list[bytes] = []
        self.metadata: dict[str, Any] = {}

    def service(self, details: Any) -> Any:
        def stream(messages: Iterator[bytes], context: Any) -> Iterator[bytes]:
            self.metadata = dict(context.invocation_metadata())
            for message in messages:
                if details.method == REFUSED:
                    context.set_trailing_metadata([_DETAILS])
                    context.abort(grpc.StatusCode.INVALID_ARGUMENT, "no such row")
                self.executed.append(message)
                yield message.upper()

        return grpc.stream_stream_rpc_method_handler(stream)


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> TlsFiles:
    return make_tls(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def upstream() -> Upstream:
    return Upstream()


@pytest.fixture
def proxy(upstream: Upstream, tls: TlsFiles) -> Iterator[GrpcProxy]:
    with ThreadPoolExecutor(4) as threads:
        server = grpc.server(threads, [upstream])
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        with grpc_proxy(port, tls) as proxy:
            yield proxy
        server.stop(0).wait()


@pytest.fixture
def channel(proxy: GrpcProxy, tls: TlsFiles) -> Iterator[grpc.Channel]:
    """A client that believes the proxy's certificate."""
    credentials = grpc.ssl_channel_credentials(tls.certificate.read_bytes())
    with grpc.secure_channel(f"localhost:{proxy.port}", credentials) as channel:
        yield channel


def stream(channel: grpc.Channel, method: str, *messages: bytes) -> list[bytes]:
    call = channel.stream_stream(method)
    return list(call(iter(messages), metadata=[("x-goog-request-params", "a=1")], timeout=10))


def broken(channel: grpc.Channel, method: str, *messages: bytes) -> grpc.RpcError:
    with pytest.raises(grpc.RpcError) as found:
        stream(channel, method, *messages)
    return found.value


def test_what_is_not_broken_passes_unchanged(
    proxy: GrpcProxy, channel: grpc.Channel, upstream: Upstream
) -> None:
    proxy.arm()
    assert stream(channel, APPEND, b"a", b"b") == [b"A", b"B"]
    assert channel.unary_unary(COMMIT)(b"c", timeout=10) == b"C"
    assert upstream.executed == [b"a", b"b", b"c"]
    assert proxy.calls == {APPEND: 1, COMMIT: 1}


def test_what_the_client_says_of_itself_arrives(
    proxy: GrpcProxy, channel: grpc.Channel, upstream: Upstream
) -> None:
    stream(channel, APPEND, b"a")
    assert upstream.metadata["x-goog-request-params"] == "a=1"
    assert proxy.struck == 0


def test_a_stream_without_a_deadline_stays_open_between_messages(channel: grpc.Channel) -> None:
    asked: queue.Queue[bytes | None] = queue.Queue()
    answers = channel.stream_stream(APPEND)(iter(asked.get, None))
    for message in (b"a", b"b"):
        asked.put(message)
        assert next(answers) == message.upper()
    asked.put(None)
    assert list(answers) == []


@pytest.mark.parametrize(("when", "executed"), [("before", []), ("after", [b"a"])])
def test_a_stream_is_broken_as_it_opens_or_after_its_first_message(
    proxy: GrpcProxy, channel: grpc.Channel, upstream: Upstream, when: When, executed: list[bytes]
) -> None:
    proxy.arm(GrpcFault(APPEND, 1, when))
    assert broken(channel, APPEND, b"a").code() == grpc.StatusCode.UNAVAILABLE
    assert (upstream.executed, proxy.struck) == (executed, 1)
    assert stream(channel, APPEND, b"a") == [b"A"]


@pytest.mark.parametrize(("when", "executed"), [("before", []), ("after", [b"c"])])
def test_a_commit_is_broken_before_or_after_it_is_done(
    proxy: GrpcProxy, channel: grpc.Channel, upstream: Upstream, when: When, executed: list[bytes]
) -> None:
    proxy.arm(GrpcFault(COMMIT, 1, when, grpc.StatusCode.INTERNAL))
    commit = channel.unary_unary(COMMIT)
    with pytest.raises(grpc.RpcError) as found:
        commit(b"c", timeout=10)
    assert found.value.code() == grpc.StatusCode.INTERNAL
    assert upstream.executed == executed
    assert commit(b"d", timeout=10) == b"D"


def test_only_the_call_that_was_asked_for_is_broken(
    proxy: GrpcProxy, channel: grpc.Channel
) -> None:
    proxy.arm(GrpcFault(APPEND, 2, "before"))
    assert stream(channel, COMMIT, b"c") == [b"C"]
    assert stream(channel, APPEND, b"a") == [b"A"]
    broken(channel, APPEND, b"a")
    assert stream(channel, APPEND, b"a") == [b"A"]
    assert proxy.calls == {APPEND: 3, COMMIT: 1}


def test_a_failure_of_the_server_itself_is_passed_on_with_its_details(
    proxy: GrpcProxy, channel: grpc.Channel
) -> None:
    proxy.arm()
    failure = broken(channel, REFUSED, b"a")
    assert (failure.code(), failure.details()) == (
        grpc.StatusCode.INVALID_ARGUMENT,
        "no such row",
    )
    assert tuple(failure.trailing_metadata()[0]) == _DETAILS


def test_a_client_that_does_not_believe_the_certificate_gets_nowhere(
    proxy: GrpcProxy, upstream: Upstream, tmp_path: Path
) -> None:
    other = make_tls(tmp_path)
    credentials = grpc.ssl_channel_credentials(other.certificate.read_bytes())
    with grpc.secure_channel(f"localhost:{proxy.port}", credentials) as channel:
        broken(channel, APPEND, b"a")
    assert upstream.executed == []
