"""Lists the bronze files and pins them, so that a change while they are read is noticed."""

from __future__ import annotations

from collections.abc import Iterable

from c360.errors import OutsideFailure
from c360.plan import Claims, FilePin, claim_files
from c360.registry.specs import Registry
from c360.storage import Storage


def list_claims(storage: Storage, registry: Registry) -> Claims:
    """Which table takes which of the files below the bronze root.

    Raises:
        WrongUse: two tables claim one file.
        OutsideFailure: the root cannot be listed.
    """
    return claim_files(registry, (stored.path for stored in storage.list()))


def pin_files(storage: Storage, paths: Iterable[str]) -> dict[str, FilePin]:
    """The pin (size and CRC32C) of each path.

    Raises:
        OutsideFailure: a file cannot be read, or went away since it was listed.
    """
    return {path: _pin(storage, path) for path in paths}


def require_unchanged(storage: Storage, pin: FilePin) -> None:
    """Check that a file is still the one that was pinned.

    Raises:
        OutsideFailure: it changed or went away while the run read it.
    """
    if storage.stat(pin.path) != (pin.bytes, pin.crc32c):
        raise OutsideFailure(
            f"{pin.path}: changed while it was read. Nothing was published; "
            "run again when no upload is under way"
        )


def _pin(storage: Storage, path: str) -> FilePin:
    found = storage.stat(path)
    if found is None:
        raise OutsideFailure(
            f"{path}: was listed and is gone. Run again when no upload is under way"
        )
    return FilePin(path, *found)
