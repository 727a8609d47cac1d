"""The Storage Write API where the server differs from BigQuery."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import grpc
from local_bigquery.grpc import server, write

_SERVICE = "google.cloud.bigquery.storage.v1.BigQueryWrite"
_DEFAULT = "/_default"
# The bits of a packed civil time: hour, minute, second; above them day, month and year.
_MICROSECONDS, _SECONDS = 20, 6


def fill_gaps() -> None:
    """Replace what differs; each replacement says how."""
    server_stream, server_value = write._stream, write._value

    def stream(name: str) -> Any:
        return server_stream(_full_name(name))

    def value(schema: Any, found: Any) -> Any:
        if schema.type == "DATETIME" and schema.mode != "REPEATED" and _is_packed(found):
            return unpacked(int(found))
        return server_value(schema, found)

    write._stream, write._value = stream, value
    server.SERVICES[_SERVICE]["BatchCommitWriteStreams"] = server._unary(
        _commit(stream),
        write.types.BatchCommitWriteStreamsRequest,
        write.types.BatchCommitWriteStreamsResponse,
    )


def unpacked(packed: int) -> str:
    """A DATETIME of the connector, which packs one into 64 bits; the server knows text only."""
    rest, microseconds = packed >> _MICROSECONDS, packed & ((1 << _MICROSECONDS) - 1)
    second, minute, hour = rest & 0x3F, (rest >> _SECONDS) & 0x3F, (rest >> 12) & 0x1F
    day, month, year = (rest >> 17) & 0x1F, (rest >> 22) & 0xF, rest >> 26
    return (
        f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}.{microseconds:06d}"
    )


def _is_packed(found: Any) -> bool:
    return found is not None and str(found).isdigit()


def _full_name(name: str) -> str:
    """BigQuery takes `.../tables/T/_default` for the default stream too, and the connector so."""
    if name.endswith(_DEFAULT) and not name.endswith(f"/streams{_DEFAULT}"):
        return f"{name.removesuffix(_DEFAULT)}/streams{_DEFAULT}"
    return name


def _commit(stream: Callable[[str], Any]) -> Callable[[Any], Any]:
    """All streams at once or none: the server committed one after another and hid bad rows."""

    def commit(request: Any) -> Any:
        types = write.types
        streams = [stream(name) for name in request.write_streams]
        wrong = [
            each
            for each in streams
            if each.type != write.Type.PENDING or not each.finalized or each.committed
        ]
        if wrong:
            return types.BatchCommitWriteStreamsResponse(stream_errors=list(map(_error, wrong)))
        rows = [row for each in streams for row in each.rows]
        if rows and (errors := write._insert(streams[0], rows)):
            raise write.StorageError(grpc.StatusCode.INVALID_ARGUMENT, str(errors[0]))
        now = write._now()
        for each in streams:
            each.committed, each.rows = now, []
        return types.BatchCommitWriteStreamsResponse(commit_time=now)

    return commit


def _error(stream: Any) -> Any:
    codes = write.types.StorageError.StorageErrorCode
    return write.types.StorageError(
        code=codes.STREAM_ALREADY_COMMITTED if stream.committed else codes.INVALID_STREAM_STATE,
        entity=stream.name,
        error_message="already committed" if stream.committed else "not finalized",
    )
