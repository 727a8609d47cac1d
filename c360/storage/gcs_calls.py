"""How long c360 waits for Cloud Storage, and what it says of a call that failed."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from typing import Any

from google.api_core.exceptions import GoogleAPICallError, GoogleAPIError, NotFound, RetryError
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError
from google.cloud.storage import Blob
from google.cloud.storage.exceptions import DataCorruption, InvalidResponse
from google.cloud.storage.retry import DEFAULT_RETRY

from c360.errors import OutsideFailure

_DEADLINE = 90.0  # seconds, until no further attempt is made
_ATTEMPT = (10, 20)  # seconds to connect, and between two bytes of an answer
# Given to every call. Repeating is safe: what writes names the generation that it expects.
PATIENCE: dict[str, Any] = {
    "timeout": _ATTEMPT,
    "retry": DEFAULT_RETRY.with_timeout(_DEADLINE),
}

_FAILURES = (GoogleAPIError, GoogleAuthError, InvalidResponse, DataCorruption, OSError)
_NO_CREDENTIALS = (
    "Run `gcloud auth application-default login`, name a key in GOOGLE_APPLICATION_CREDENTIALS, "
    "or set C360_CREDENTIALS=anonymous for what is public"
)
_NEXT_STEPS = {
    401: "Check that the credentials are valid and of the right account",
    403: (
        "Give this account the role Storage Object User on the bucket; "
        "for bronze, Storage Object Viewer is enough"
    ),
    404: "Check the name of the bucket, or create it",
}
_TRY_AGAIN = "Check the network and the state of Cloud Storage, then run the same command again"


class ObjectReader(io.RawIOBase):
    """The bytes of one generation of an object as they are stored, asked for range by range."""

    def __init__(self, blob: Blob, size: int, uri: str) -> None:
        """`blob` names the generation, which has `size` bytes."""
        self._blob, self._size, self._uri, self._position = blob, size, uri, 0

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer as far as there are bytes; how many there were."""
        end = min(self._position + len(buffer), self._size)
        if end <= self._position:
            return 0
        data = self._range(self._position, end - 1)
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)

    def _range(self, start: int, end: int) -> bytes:
        with explained("read", self._uri):
            try:
                data: bytes = self._blob.download_as_bytes(
                    start=start, end=end, raw_download=True, checksum=None, **PATIENCE
                )
            except NotFound as cause:
                raise OutsideFailure(
                    f"{self._uri}: changed while it was read. Run again when no upload is under way"
                ) from cause
        return data


@contextlib.contextmanager
def explained(verb: str, uri: str) -> Iterator[None]:
    """Turn what the client raises into a message with the address, the cause and a next step."""
    try:
        yield
    except _FAILURES as cause:
        raise OutsideFailure(
            f"{uri}: could not {verb} ({_found(cause)}). {_next(cause)}"
        ) from cause


def _found(failure: BaseException) -> str:
    """What the service said, on one line."""
    if isinstance(failure, RetryError):
        tried = f"no success in {PATIENCE['retry'].timeout:.0f} s"
        return f"{tried}, at last {_found(failure.cause)}" if failure.cause else tried
    if isinstance(failure, DefaultCredentialsError):
        return "no credentials were found"
    if isinstance(failure, GoogleAPICallError) and failure.code is not None:
        said = [error["message"] for error in failure.errors if error.get("message")]
        return f"HTTP {int(failure.code)}{f', {said[0]}' if said else ''}"
    if isinstance(failure, InvalidResponse):
        return f"HTTP {failure.response.status_code}"
    return type(failure).__name__


def _next(failure: BaseException) -> str:
    if isinstance(failure, DefaultCredentialsError):
        return _NO_CREDENTIALS
    if isinstance(failure, GoogleAuthError):
        return _NEXT_STEPS[401]
    code = getattr(failure, "code", None)
    return _NEXT_STEPS.get(int(code), _TRY_AGAIN) if code is not None else _TRY_AGAIN
