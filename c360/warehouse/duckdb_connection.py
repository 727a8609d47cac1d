"""Opens the DuckDB file, waits for its lock, and says what went wrong in words a person can use."""

from __future__ import annotations

import contextlib
import glob
import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from pathlib import Path
from typing import Any

import duckdb

from c360.errors import OutsideFailure
from c360.failpoints import failpoint
from c360.warehouse.dialect import to_duckdb
from c360.warehouse.protocol import Row
from c360.warehouse.sql import Statement

Connection = duckdb.DuckDBPyConnection

_SESSION = (
    "SET TimeZone = 'UTC'",  # instants are shown and shifted in one zone
    "SET autoinstall_known_extensions = false",  # a warehouse never downloads code
    "SET python_enable_replacements = false",  # a table is never a variable of this process
    "SET memory_limit = '512MB'",  # Spark's JVM is still there; beyond it DuckDB uses the disk
    "SET enable_progress_bar = false",  # the run's own report speaks
    "SET preserve_insertion_order = false",  # rows have no order; less memory
)
_LOCKED = ("Could not set lock", "different configuration")
_HOLDER = re.compile(r"held in (.+?) \(PID (\d+)\)")
# These quote the values they stumble on, and a value may be personal data.
_TELLING = (duckdb.ConversionException, duckdb.ConstraintException, duckdb.DataError)
_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 0.5


@contextlib.contextmanager
def connected(path: Path, lock_timeout: float, *, read_only: bool = False) -> Iterator[Connection]:
    """A connection that is closed at the end; the file is created unless it is `read_only`.

    Raises:
        OutsideFailure: the file cannot be used, its lock is not free in `lock_timeout` seconds,
            or a statement fails.
    """
    try:
        if not read_only:
            _require_database(path)
        connection = _wait_for(path, lock_timeout, read_only=read_only)
        try:
            for setting in _SESSION:
                connection.execute(setting)
            yield connection
        finally:
            connection.close()
    except duckdb.Error as error:
        raise OutsideFailure(_explained(path, error)) from error


@contextlib.contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """All that is executed inside, or nothing of it."""
    try:
        failpoint("warehouse.begin")
        connection.execute("BEGIN TRANSACTION")
        yield
        failpoint("warehouse.commit")
        connection.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(duckdb.Error):  # a failed BEGIN or COMMIT leaves none open
            connection.execute("ROLLBACK")
        raise


def execute(connection: Connection, statement: Statement) -> None:
    """Runs one statement of the BigQuery dialect."""
    values = {param.name: param.value for param in statement.params}
    failpoint(statement.step)
    connection.execute(to_duckdb(statement.text), values)


def define(connection: Connection, text: str) -> None:
    """Runs one statement of DuckDB's own that makes or drops something."""
    failpoint("warehouse.define")
    connection.execute(text)


def rows(connection: Connection, sql: str, params: Mapping[str, Any] | None = None) -> list[Row]:
    """The rows of a SELECT in the BigQuery dialect; instants carry UTC."""
    return native_rows(connection, to_duckdb(sql), params)


def native_rows(
    connection: Connection, sql: str, params: Mapping[str, Any] | None = None
) -> list[Row]:
    """The rows of a SELECT in DuckDB's own dialect; instants carry UTC."""
    found = connection.sql(sql, params=dict(params or {}))
    names = found.columns
    instants = {
        name for name, kind in zip(names, found.types, strict=True) if "TIME ZONE" in str(kind)
    }
    if instants:  # DuckDB hands them over only where pytz is installed
        found = found.project(", ".join(_without_zone(name, instants) for name in names))
    return [_row(names, values, instants) for values in found.fetchall()]


def _row(names: Sequence[str], values: Sequence[Any], instants: set[str]) -> Row:
    row = dict(zip(names, values, strict=True))
    return row | {name: row[name].replace(tzinfo=UTC) for name in instants if row[name] is not None}


def _without_zone(name: str, instants: set[str]) -> str:
    column = '"' + name.replace('"', '""') + '"'
    return f"{column} AT TIME ZONE 'UTC' AS {column}" if name in instants else column


def _wait_for(path: Path, lock_timeout: float, *, read_only: bool) -> Connection:
    deadline, pause = time.monotonic() + lock_timeout, _FIRST_PAUSE
    while True:
        try:
            return _open(path, read_only=read_only)
        except (duckdb.IOException, duckdb.ConnectionException) as error:
            if not any(words in str(error) for words in _LOCKED):
                raise
            left = deadline - time.monotonic()
            if left <= 0:
                raise OutsideFailure(_locked(path, lock_timeout, str(error))) from error
        time.sleep(min(pause, left))
        pause = min(2 * pause, _LONGEST_PAUSE)


def _open(path: Path, *, read_only: bool) -> Connection:
    """A connection; one that only reads shares a file that this process has open for writing."""
    file = str(path.absolute())  # so that no name, like `:memory:`, means anything but a file
    try:
        return duckdb.connect(file, read_only=read_only)
    except duckdb.ConnectionException:
        if not read_only:
            raise
        return duckdb.connect(file)


def _require_database(path: Path) -> None:
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _create(path)
    except OSError as error:
        raise OutsideFailure(
            f"warehouse {path}: cannot be created ({error.strerror}). Next: name a path in a "
            "folder that can be written, or repair the folder"
        ) from error


def _create(path: Path) -> None:
    """An empty database, made under another name first: a kill leaves no half-made one."""
    half_made = path.parent / f".{path.name}.{os.getpid()}.new"
    half_made.unlink(missing_ok=True)
    duckdb.connect(str(half_made)).close()
    # Whoever links first is right; the file may also be gone because the first one tidied up.
    with contextlib.suppress(FileExistsError, FileNotFoundError):
        failpoint("warehouse.create")
        os.link(half_made, path)
    for stale in path.parent.glob(f".{glob.escape(path.name)}.*.new*"):
        stale.unlink(missing_ok=True)


def _locked(path: Path, lock_timeout: float, message: str) -> str:
    found = _HOLDER.search(message)
    holder = f"process {found[2]} ({found[1]})" if found else "this process"
    return (
        f"warehouse {path}: {holder} has it open; waited {lock_timeout:g} s. Next: wait for it to "
        "end or allow more with --lock-timeout, then run the same command again"
    )


def _explained(path: Path, error: duckdb.Error) -> str:
    words = str(error).splitlines()[0] if str(error) else ""
    detail = type(error).__name__ if isinstance(error, _TELLING) or not words else words
    if "not a valid DuckDB database" in words:
        return (
            f"warehouse {path}: the file is no DuckDB database. Next: move it away, or name "
            "another path; the next run creates and fills it"
        )
    return (
        f"warehouse {path}: {detail}. What was published before is unchanged. Next: repair the "
        "cause, then run the same command again"
    )
