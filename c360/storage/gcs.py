"""A bucket of Cloud Storage as storage: checksums as stored, creation under a precondition."""

from __future__ import annotations

import base64
import functools
import io
import os
import uuid
from collections.abc import Iterator
from typing import BinaryIO

from google.api_core.exceptions import NotFound, PreconditionFailed
from google.auth.credentials import Credentials
from google.cloud.storage import Blob, Bucket, Client

from c360.errors import OutsideFailure
from c360.failpoints import failpoint
from c360.storage.gcs_calls import PATIENCE, ObjectReader, explained
from c360.storage.protocol import Stored

_CHUNK = 1 << 20
_PAGE = 1000  # objects of one answer; the service gives no more
_WRITER = "c360-writer"  # metadata of an object: which call of `create` made it


class GcsStorage:
    """The objects of a bucket below one prefix; a folder is what the names of objects say."""

    def __init__(self, bucket: str, prefix: str, credentials: Credentials | None) -> None:
        """Nothing is asked for yet.

        Args:
            bucket: its name; it must exist when it is used.
            prefix: the root inside the bucket without a slash at its ends, or nothing.
            credentials: None for the default ones, which are looked for at the first use.
        """
        self._name = bucket
        self._prefix = f"{prefix}/" if prefix else ""
        self._credentials = credentials
        self._is_seen = False  # an answer has shown that the bucket exists

    @functools.cached_property
    def _bucket(self) -> Bucket:
        """The client's bucket. Only what makes buckets needs a project."""
        # For traces that c360 has none of, the client would look up the bucket itself, unseen and
        # with a permission that nothing else here needs.
        os.environ.setdefault("DISABLE_GCS_PYTHON_CLIENT_OTEL_BUCKET_METADATA", "true")
        return Client(project=None, credentials=self._credentials).bucket(self._name)

    @property
    def root(self) -> str:
        """`gs://`, the bucket and the prefix, without a slash at the end."""
        return self.uri("").rstrip("/")

    def uri(self, path: str) -> str:
        """`gs://`, the bucket and the object's name, not percent-encoded: Hadoop reads it so."""
        return f"gs://{self._name}/{self._prefix}{path}"

    def list(self, below: str = "") -> Iterator[Stored]:
        """Every object below `below`, in code-point order: the service's own.

        Markers of empty folders, whose names end with a slash, are no files.
        """
        with explained("list", self.uri(below)):
            for blob in self._blobs(below):
                if not blob.name.endswith("/"):
                    yield Stored(self._path(blob), int(blob.size))

    def folders(self, below: str = "") -> Iterator[str]:
        """The names of the folders directly below `below`, sorted."""
        start = self._start(below)
        with explained("list", self.uri(below)):
            found = self._bucket.list_blobs(
                prefix=start,
                delimiter="/",
                fields="prefixes,nextPageToken",
                page_size=_PAGE,
                **PATIENCE,
            )
            for _ in found.pages:  # the prefixes of all pages are collected on the way
                self._is_seen = True
        yield from sorted(prefix[len(start) : -1] for prefix in found.prefixes)

    def read(self, path: str) -> bytes | None:
        """The bytes of an object as they are stored, or None when there is none."""
        with explained("read", self.uri(path)):
            try:
                data: bytes = self._blob(path).download_as_bytes(raw_download=True, **PATIENCE)
            except NotFound:
                self._require_bucket()
                return None
        return data

    def open(self, path: str) -> BinaryIO:
        """A stream over one generation of the object, whatever takes its place meanwhile."""
        found = self._find(path, "read")
        if found is None:
            raise OutsideFailure(f"{self.uri(path)}: could not read (there is no such object)")
        blob = self._bucket.blob(found.name, generation=found.generation)
        return io.BufferedReader(ObjectReader(blob, int(found.size), self.uri(path)), _CHUNK)

    def stat(self, path: str) -> tuple[int, str] | None:
        """Size and CRC32C as the service keeps them: nothing is read."""
        blob = self._find(path, "read")
        if blob is None:
            return None
        if blob.content_encoding:
            raise OutsideFailure(
                f"{self.uri(path)}: is stored with the Content-Encoding "
                f"'{blob.content_encoding}', with which its bytes are not those that are read; "
                "upload it again without one (a name that ends in .gz is enough)"
            )
        if not blob.crc32c:
            raise OutsideFailure(
                f"{self.uri(path)}: has no stored CRC32C, as with a key of your own; "
                "upload it again without that key"
            )
        return int(blob.size), base64.b64decode(blob.crc32c).hex()

    def create(self, path: str, data: bytes) -> bool:
        """Write under the precondition that nothing is there.

        When an answer gets lost, the client's next attempt meets the object of its first one. Each
        call marks what it writes, so that this is not taken for another's.
        """
        blob = self._blob(path)
        blob.metadata = {_WRITER: uuid.uuid4().hex}
        with explained("write", self.uri(path)):
            while True:
                try:
                    failpoint("gcs.create")
                    blob.upload_from_string(
                        data, if_generation_match=0, checksum="crc32c", **PATIENCE
                    )
                    return True
                except PreconditionFailed:
                    found = self._find(path, "write")
                if found is not None:  # else it has gone again
                    return bool((found.metadata or {}).get(_WRITER) == blob.metadata[_WRITER])

    def move_tree(self, folder: str, target: str) -> None:
        """Copy every object, then delete every one; after an end in between it can be repeated."""
        with explained("move", self.uri(folder)):
            sources = list(self._blobs(folder))
            if not sources:
                raise OutsideFailure(f"{self.uri(folder)}: could not move (it has no object)")
            for source in sources:
                name = source.name.removeprefix(self._start(folder))
                _copy(source, self._blob(f"{target}/{name}"))
            for source in sources:
                _delete(source)

    def delete(self, path: str) -> None:
        """Remove the object that is there now; one that takes its place meanwhile stays."""
        blob = self._find(path, "delete")
        if blob is not None:
            with explained("delete", self.uri(path)):
                _delete(blob)

    def delete_tree(self, folder: str) -> None:
        """Remove every object below the folder, markers of folders included."""
        with explained("delete", self.uri(folder)):
            for blob in list(self._blobs(folder)):
                _delete(blob)

    def _start(self, below: str) -> str:
        """What the names of all objects below a folder begin with."""
        return f"{self._prefix}{below}/" if below else self._prefix

    def _blob(self, path: str) -> Blob:
        return self._bucket.blob(self._prefix + path)

    def _blobs(self, below: str) -> Iterator[Blob]:
        """Every object below a folder, with its size and generation."""
        yield from self._bucket.list_blobs(
            prefix=self._start(below),
            fields="items(name,size,generation),nextPageToken",
            page_size=_PAGE,
            **PATIENCE,
        )
        self._is_seen = True

    def _find(self, path: str, verb: str) -> Blob | None:
        """The object with what the service keeps of it."""
        with explained(verb, self.uri(path)):
            found = self._bucket.get_blob(self._prefix + path, **PATIENCE)
            if found is None:
                self._require_bucket()
            return found

    def _require_bucket(self) -> None:
        """Raise NotFound where it is the bucket that is missing; asked once."""
        if not self._is_seen:
            next(iter(self._bucket.list_blobs(max_results=1, **PATIENCE)), None)
            self._is_seen = True

    def _path(self, blob: Blob) -> str:
        """The object's path below the root; one that Hadoop would take for another is told."""
        path: str = blob.name.removeprefix(self._prefix)
        if {"", ".", ".."} & {*path.split("/")}:
            raise OutsideFailure(
                f"{self.uri(path)}: a part of its name is empty, '.' or '..', "
                "and Spark would look for another object; rename it"
            )
        return path


def _copy(source: Blob, target: Blob) -> None:
    """Copy an object without reading it; one that another run has moved meanwhile is no error."""
    token = None
    while True:
        try:
            failpoint("gcs.copy")
            token, _, _ = target.rewrite(source, token=token, **PATIENCE)
        except NotFound:
            return
        if token is None:
            return


def _delete(found: Blob) -> None:
    """Delete an object as it was found; repeated after a lost answer, it hits no later one.

    Where the bucket keeps versions this one stays among them: only the live one is addressed.
    """
    live = found.bucket.blob(found.name)
    try:
        failpoint("gcs.delete")
        live.delete(if_generation_match=found.generation, **PATIENCE)
    except (NotFound, PreconditionFailed):
        return
