"""The log of requests: one JSON line each, so that a test can read what was really called."""

from __future__ import annotations

import gzip
import json
import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc
from local_bigquery.jobs import query
from local_bigquery.sql import script, translate

_JOB_TYPES = ("query", "load", "copy", "extract")
# The first part of a multipart upload is the job; what follows are the rows.
_PART = re.compile(rb"\r?\n\r?\n(\{.*?\})\r?\n--", re.DOTALL)


class RequestLog:
    """Appends to one file; a line is whole, whoever writes at the same time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def write(self, **line: Any) -> None:
        """Add one line; what is None is left out."""
        text = json.dumps({name: value for name, value in line.items() if value is not None})
        with self._lock, self._path.open("a", encoding="utf-8") as file:
            file.write(text + "\n")


class LoggedHttp:
    """Logs every HTTP request once it is answered: method, path, job type, statement, status."""

    def __init__(self, app: Callable[..., Any], log: RequestLog) -> None:
        self._app = app
        self._log = log

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Handle one request and write its line."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body, status, began = bytearray(), 0, time.monotonic()

        async def received() -> dict[str, Any]:
            message: dict[str, Any] = await receive()
            body.extend(message.get("body", b""))
            return message

        async def sent(message: dict[str, Any]) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._app(scope, received, sent)
        finally:
            said = _said(scope, bytes(body))
            took = round(time.monotonic() - began, 3)
            self._log.write(
                method=scope["method"], path=scope["path"], status=status, seconds=took, **said
            )


class LoggedCalls(grpc.ServerInterceptor):  # type: ignore[misc]  # grpc ships no types
    """Logs every gRPC call when it begins."""

    def __init__(self, log: RequestLog) -> None:
        self._log = log

    def intercept_service(self, continuation: Callable[..., Any], details: Any) -> Any:
        """Write the line of one call, as `AppendRows`, and pass it on."""
        self._log.write(method="GRPC", path=details.method.rpartition("/")[2])
        return continuation(details)


def statement_type(text: str) -> str:
    """What BigQuery calls the statement of a text: MERGE, CREATE_TABLE, SCRIPT ..."""
    statements = script.parse_script(text)
    if script.is_script(statements):
        return "SCRIPT"
    return query.statement_type(translate.parse(statements[0].text)[0])


def _said(scope: dict[str, Any], body: bytes) -> dict[str, str | None]:
    """Job id and type of a request that starts a job, and the statement type of its text."""
    if scope["method"] != "POST" or not body:
        return {}
    try:
        asked = json.loads(_json_part(scope, body))
    except ValueError:
        return {}
    configuration = asked.get("configuration", {"query": asked} if "query" in asked else {})
    kind = next((kind for kind in _JOB_TYPES if kind in configuration), None)
    text = configuration["query"].get("query") if kind == "query" else None
    return {
        "job": asked.get("jobReference", {}).get("jobId"),
        "job_type": kind,
        "statement": _statement_or_none(text) if text else None,
    }


def _json_part(scope: dict[str, Any], body: bytes) -> bytes:
    headers = dict(scope["headers"])
    if headers.get(b"content-encoding") == b"gzip":
        body = gzip.decompress(body)
    if headers.get(b"content-type", b"").startswith(b"multipart/") and (part := _PART.search(body)):
        return part[1]
    return body


def _statement_or_none(text: str) -> str | None:
    try:
        return statement_type(text)
    except Exception:  # a text that does not parse is answered by the server, not by its log
        return None
