"""Where silver, quarantine and gold lie below their roots."""

from __future__ import annotations

import datetime as dt
import re

from c360.manifest import MANIFEST

GOLD, DAMAGED, RUNS, QUARANTINE = "_gold", "_damaged", "_runs", "_quarantine"
_BATCH_FOLDER = re.compile(r"(?:file_id=f|batch_id=b)[0-9a-f]+")
_RUN_FOLDER = re.compile(r"r\d{8}T\d{6}-[0-9a-f]{8}(?:\.[a-z]+)?")


def batch_folder(table: str, file_id: str) -> str:
    """The folder of one cleaned file; it exists as a batch once its manifest does."""
    return f"{table}/file_id=f{file_id}"


def manifest_path(table: str, file_id: str) -> str:
    """The manifest of a batch."""
    return f"{batch_folder(table, file_id)}/{MANIFEST}"


def damaged_folder(table: str, file_id: str, run_id: str) -> str:
    """Where a run sets a damaged batch aside."""
    return f"{DAMAGED}/{table}/file_id=f{file_id}/{run_id}"


def gold_folder(table: str, batch_id: str, run_id: str) -> str:
    """The gold rows of one run, as checked and as published."""
    return f"{GOLD}/{table}/batch_id=b{batch_id}/{run_id}"


def lock_path(run_id: str) -> str:
    """The file that a live run on a local root holds locked."""
    return f"{RUNS}/{run_id}.lock"


def is_batch_folder(name: str) -> bool:
    """True for the folder of a batch, of silver, of quarantine or of gold."""
    return bool(_BATCH_FOLDER.fullmatch(name))


def is_run_folder(name: str) -> bool:
    """True for a folder that a run has written; whatever else lies there is not c360's."""
    return bool(_RUN_FOLDER.fullmatch(name))


def run_of_folder(folder: str) -> str:
    """The RunID in the name of a run's folder: what stands before the first dot."""
    return folder.partition(".")[0]


def started_at(folder: str) -> dt.datetime | None:
    """When the run in the name of a folder started, by the clock of its machine."""
    if not is_run_folder(folder):
        return None
    try:
        return dt.datetime.strptime(folder[1:16], "%Y%m%dT%H%M%S").replace(tzinfo=dt.UTC)
    except ValueError:  # digits that are no time: no run has named it
        return None


def file_id_of_folder(name: str) -> str:
    """The FileID in the name of a batch's folder."""
    return name.removeprefix("file_id=f")
