"""A bucket as storage keeps the contract, and what only a bucket has: lost answers, refusals."""

from __future__ import annotations

import itertools
import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import google_crc32c
import pytest
import requests
from google.cloud.storage.retry import DEFAULT_RETRY

from c360.errors import OutsideFailure
from c360.failpoints import VARIABLE, FailpointRaised, forget
from c360.storage import Storage, open_storage
from c360.storage import gcs as gcs_module
from c360.storage.gcs_calls import PATIENCE
from tests.cloud.gcs_server import GcsServer, gcs_server
from tests.cloud.tools import fake_gcs_server
from tests.cloud.wire import Answer, Wire, lost, refused, tapped
from tests.storage.contract import StorageContract, listed

# Every call, on a path that has nothing to do with its outcome.
CALLS: dict[str, Callable[[Storage], object]] = {
    "list": lambda storage: list(storage.list()),
    "folders": lambda storage: list(storage.folders()),
    "read": lambda storage: storage.read("x"),
    "open": lambda storage: storage.open("x"),
    "stat": lambda storage: storage.stat("x"),
    "create": lambda storage: storage.create("x", b""),
    "move_tree": lambda storage: storage.move_tree("a", "b"),
    "delete": lambda storage: storage.delete("x"),
    "delete_tree": lambda storage: storage.delete_tree("a"),
}


class TestBucket(StorageContract):
    """The contract of every storage, in a bucket without a prefix."""

    @pytest.fixture
    def storage(self, bucket: str) -> Storage:
        return open_storage(bucket)


class TestPrefix(StorageContract):
    """The contract, below a prefix whose name means something to others, beside another root."""

    @pytest.fixture
    def storage(self, bucket: str) -> Storage:
        open_storage(bucket).create("ü [1]%20#?/rooted/x", b"")
        return open_storage(f"{bucket}/ü [1]%20#?/root/")


@pytest.fixture
def storage(bucket: str) -> Storage:
    return open_storage(f"{bucket}/root")


@pytest.fixture
def wire() -> Iterator[Wire]:
    with tapped() as tap:
        yield tap


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that gives up after a second."""
    monkeypatch.setitem(PATIENCE, "retry", DEFAULT_RETRY.with_timeout(1).with_delay(0.1, 0.2))
    monkeypatch.setitem(PATIENCE, "timeout", (0.3, 0.3))


# -- lost answers


@pytest.mark.parametrize("times", [1, 2])
def test_a_create_whose_answer_got_lost_has_succeeded(
    storage: Storage, wire: Wire, times: int
) -> None:
    wire.handler = lost(times, "POST")
    assert storage.create("x", b"mine") is True
    assert wire.count("POST") == times + 1
    assert storage.read("x") == b"mine"
    assert storage.create("x", b"mine") is False


def test_a_create_that_loses_to_equal_bytes_of_another_has_lost(
    storage: Storage, bucket: str, wire: Wire
) -> None:
    rival = open_storage(f"{bucket}/root")

    def first(method: str, _: str, send: Answer) -> requests.Response:
        if method == "POST":
            wire.handler = None
            assert rival.create("x", b"same") is True
        return send()

    wire.handler = first
    assert storage.create("x", b"same") is False


def test_a_create_is_tried_again_when_what_was_in_its_way_has_gone(
    storage: Storage, bucket: str, wire: Wire
) -> None:
    storage.create("x", b"old")
    other = open_storage(f"{bucket}/root")

    def gone(method: str, _: str, send: Answer) -> requests.Response:
        answer = send()
        if method == "POST" and answer.status_code == 412:
            wire.handler = None
            other.delete("x")
        return answer

    wire.handler = gone
    assert storage.create("x", b"new") is True
    assert storage.read("x") == b"new"


def test_a_delete_that_is_repeated_does_not_hit_a_later_object(
    storage: Storage, bucket: str, wire: Wire
) -> None:
    storage.create("x", b"old")
    other = open_storage(f"{bucket}/root")
    lose = lost(1, "DELETE", before=lambda: other.create("x", b"new"))

    def guarded(method: str, url: str, send: Answer) -> requests.Response:
        if method == "DELETE" and wire.count("DELETE") > 1:
            # The server here does not know this precondition of a delete; the service does.
            assert re.search(r"[?&]ifGenerationMatch=[1-9]\d+", url)
            return refused(412, "conditionNotMet")(method, url, send)
        return lose(method, url, send)

    wire.handler = guarded
    storage.delete("x")
    assert wire.count("DELETE") == 2
    assert storage.read("x") == b"new"


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_moving_and_deleting_survive_lost_answers(
    storage: Storage, wire: Wire, method: str
) -> None:
    for number in range(3):
        storage.create(f"a/{number}", b"1")
    wire.handler = lost(3, method)
    storage.move_tree("a", "b")
    assert listed(storage) == ["b/0", "b/1", "b/2"]
    wire.handler = lost(3, method)
    storage.delete_tree("b")
    assert listed(storage) == []


# -- interruptions


@pytest.mark.parametrize("place", ["gcs.copy#1", "gcs.copy#2", "gcs.delete#1", "gcs.delete#3"])
def test_a_move_that_was_stopped_is_ended_by_the_next_one(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    for number in range(3):
        storage.create(f"a/{number}", str(number).encode())
    forget()
    with monkeypatch.context() as patched:
        patched.setenv(VARIABLE, f"{place}:raise")
        with pytest.raises(FailpointRaised):
            storage.move_tree("a", "b")
    forget()
    storage.move_tree("a", "b")
    assert {path: storage.read(path) for path in listed(storage)} == {
        "b/0": b"0",
        "b/1": b"1",
        "b/2": b"2",
    }


def test_a_create_can_be_stopped_before_anything_is_written(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget()
    with monkeypatch.context() as patched:
        patched.setenv(VARIABLE, "gcs.create:raise")
        with pytest.raises(FailpointRaised):
            storage.create("x", b"")
    forget()
    assert listed(storage) == []


def test_an_object_that_another_run_moved_meanwhile_is_no_error(
    storage: Storage, bucket: str, wire: Wire
) -> None:
    for number in range(2):
        storage.create(f"a/{number}", b"1")
    other = open_storage(f"{bucket}/root")

    def gone(method: str, url: str, send: Answer) -> requests.Response:
        if "/rewriteTo/" in url:
            wire.handler = None
            other.delete("a/0")
        return send()

    wire.handler = gone
    storage.move_tree("a", "b")
    assert listed(storage) == ["b/1"]


def test_a_stream_does_not_mix_two_objects_of_one_name(storage: Storage, wire: Wire) -> None:
    storage.create("x", b"1" * 3_000_000)
    with storage.open("x") as stream:
        assert stream.read(1 << 20) == b"1" * (1 << 20)
        generations = {re.search(r"generation=(\d+)", url)[1] for _, url in wire.requests[-1:]}
        storage.delete("x")
        storage.create("x", b"2" * 3_000_000)

        def of_generation(method: str, url: str, send: Answer) -> requests.Response:
            # The server here keeps one generation and gives it for any; the service does not.
            assert {*re.findall(r"[?&]generation=(\d+)", url)} == generations
            return refused(404, "No such object")(method, url, send)

        wire.handler = of_generation
        with pytest.raises(OutsideFailure, match="/root/x: changed while it was read"):
            stream.read()


# -- listing


def test_all_pages_of_a_listing_are_read(
    storage: Storage, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gcs_module, "_PAGE", 2)
    names = [f"{number}/ü&#?%20+" for number in range(5)]
    for name in names:
        storage.create(name, b"")
    wire.requests.clear()
    assert listed(storage) == names
    assert wire.count("GET") >= 3
    assert list(storage.folders()) == ["0", "1", "2", "3", "4"]
    storage.delete_tree("")
    assert listed(storage) == []


@pytest.fixture
def free_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Storage]:
    """A bucket whose server keeps objects under names that files cannot have."""
    with gcs_server(fake_gcs_server(), tmp_path / "none", "memory") as server:
        server.create_bucket("names")
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", server.url)
        monkeypatch.setenv("C360_CREDENTIALS", "anonymous")
        yield open_storage("gs://names/root")


def test_a_marker_of_a_folder_is_no_file_and_goes_with_the_folder(free_names: Storage) -> None:
    for path in ("a/", "a/b/", "a/b/x", "c/", "ab"):
        free_names.create(path, b"")
    assert listed(free_names) == ["a/b/x", "ab"]
    assert list(free_names.folders()) == ["a", "c"]
    free_names.move_tree("a", "d")
    assert list(free_names.folders()) == ["c", "d"]
    assert listed(free_names) == ["ab", "d/b/x"]
    for folder in ("c", "d"):
        free_names.delete_tree(folder)
    assert list(free_names.folders()) == []
    assert listed(free_names) == ["ab"]


def test_an_object_may_be_called_like_a_folder(free_names: Storage) -> None:
    for path in ("a", "a/b"):
        free_names.create(path, path.encode())
    assert listed(free_names) == ["a", "a/b"]
    free_names.delete_tree("a")
    assert listed(free_names) == ["a"]


@pytest.mark.parametrize("path", ["a//b.csv", "/b.csv", "a/./b.csv", "../b.csv"])
def test_a_name_that_spark_would_change_is_told_and_not_overlooked(
    free_names: Storage, path: str
) -> None:
    free_names.create(path, b"")
    with pytest.raises(OutsideFailure) as caught:
        listed(free_names)
    assert str(caught.value).startswith(f"gs://names/root/{path}: a part of its name is empty,")
    assert str(caught.value).endswith("rename it")


# -- what the service keeps of an object


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("contentEncoding", "gzip", "is stored with the Content-Encoding 'gzip'"),
        ("crc32c", None, "has no stored CRC32C"),
    ],
)
def test_an_object_whose_bytes_cannot_be_vouched_for_is_told(
    storage: Storage, wire: Wire, field: str, value: str | None, told: str
) -> None:
    storage.create("x", b"1")

    def kept(_: str, __: str, send: Answer) -> requests.Response:
        answer = send()
        answer._content = json.dumps({**answer.json(), field: value}).encode()
        return answer

    wire.handler = kept
    with pytest.raises(OutsideFailure, match=rf"/root/x: {told}.*upload it again"):
        storage.stat("x")


def test_the_checksum_costs_no_read(storage: Storage, wire: Wire) -> None:
    storage.create("x", b"1" * 1_000_000)
    wire.requests.clear()
    assert storage.stat("x") == (1_000_000, f"{google_crc32c.value(b'1' * 1_000_000):08x}")
    assert [url for _, url in wire.requests if "alt=media" in url] == []
    assert len(wire.requests) == 1


# -- refusals


@pytest.mark.parametrize("call", CALLS)
def test_a_bucket_that_is_missing_is_told(gcs: GcsServer, call: str) -> None:
    with pytest.raises(OutsideFailure) as caught:
        CALLS[call](open_storage("gs://no-such-bucket/root"))
    message = str(caught.value)
    assert message.startswith("gs://no-such-bucket/root/")
    assert ": could not " in message
    assert "(HTTP 404" in message
    assert message.endswith("Check the name of the bucket, or create it")
    assert caught.value.exit_code == 3


def test_the_bucket_is_looked_for_once(storage: Storage, wire: Wire) -> None:
    for _ in range(3):
        assert storage.read("none") is None
        assert storage.stat("none") is None
    assert len(wire.requests) == 7


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("status", "next_step"),
    [
        (403, "Give this account the role Storage Object User on the bucket"),
        (401, "Check that the credentials are valid and of the right account"),
        (400, "then run the same command again"),
    ],
)
def test_a_refusal_is_told_with_a_next_step(
    storage: Storage, wire: Wire, call: str, status: int, next_step: str
) -> None:
    wire.handler = refused(status, "not for you")
    with pytest.raises(OutsideFailure, match=r"^gs://bucket-\d+/root/\w?: could not \w+ \(") as no:
        CALLS[call](storage)
    assert f"(HTTP {status}" in str(no.value)
    assert next_step in str(no.value)
    assert "\n" not in str(no.value)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("status", [429, 503])
def test_an_overloaded_service_is_asked_again_until_the_deadline(
    storage: Storage, wire: Wire, call: str, status: int
) -> None:
    wire.handler = refused(status, "slow down")
    with pytest.raises(OutsideFailure, match=rf"\(no success in 1 s, at last HTTP {status}"):
        CALLS[call](storage)
    assert len(wire.requests) > 2


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_service_that_recovers_is_no_failure(storage: Storage, wire: Wire, status: int) -> None:
    answers = itertools.chain([refused(status, "busy")] * 2, itertools.repeat(None))

    def recovering(method: str, url: str, send: Answer) -> requests.Response:
        handler = next(answers)
        return handler(method, url, send) if handler else send()

    wire.handler = recovering
    assert storage.create("x", b"1") is True
    assert storage.read("x") == b"1"


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("call", CALLS)
def test_a_service_that_does_not_answer_is_given_up(
    monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", address)
        monkeypatch.setenv("C360_CREDENTIALS", "anonymous")
        start = time.monotonic()
        with pytest.raises(OutsideFailure, match="Check the network and the state of Cloud"):
            CALLS[call](open_storage("gs://bucket"))
    assert time.monotonic() - start < 10


def test_missing_credentials_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("STORAGE_EMULATOR_HOST", "GOOGLE_APPLICATION_CREDENTIALS", "C360_CREDENTIALS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    with pytest.raises(OutsideFailure) as caught:
        list(open_storage("gs://bucket/raw").list())
    assert str(caught.value) == (
        "gs://bucket/raw/: could not list (no credentials were found). Run `gcloud auth "
        "application-default login`, name a key in GOOGLE_APPLICATION_CREDENTIALS, or set "
        "C360_CREDENTIALS=anonymous for what is public"
    )
