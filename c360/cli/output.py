"""Standard output and standard error whose reader may leave, as `head` does, and change nothing."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


@contextlib.contextmanager
def readers_may_leave() -> Iterator[None]:
    """Inside, what nobody reads is dropped: a run goes on, and a command has its own exit code."""
    out, err = _lasting(sys.stdout), _lasting(sys.stderr)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            yield
        finally:
            for stream in filter(None, (out, err)):
                stream.flush()


class _Pipe(io.FileIO):
    """A file descriptor that takes everything, also when nobody reads it any more."""

    def write(self, data: ReadableBuffer, /) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            return memoryview(data).nbytes


def _lasting(stream: TextIO) -> TextIO:
    """The same stream on a `_Pipe`; what is no plain file of this process stays as it is."""
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    try:
        pipe = _Pipe(stream.fileno(), "wb", closefd=False)
    except OSError:  # a stream in memory
        return stream
    stream.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(pipe),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )
