"""Rejected records are read as they were: every byte, in the order of their file."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from c360.errors import OutsideFailure
from c360.quarantine.read import QuarantinedFile, list_current
from c360.quarantine.records import RejectedRecord, count_records, read_records, way_back
from c360.storage.local import LocalStorage
from tests.support.rejects import Reject, plan_of, planned, store_rejects

BYTES = bytes(range(256))


def stored(root: Path, *parts: list[Reject]) -> tuple[LocalStorage, QuarantinedFile]:
    quarantine = LocalStorage(root)
    store_rejects(quarantine, "Orders.csv", "01", *parts)
    (file,) = list_current(quarantine, plan_of(planned("Orders.csv", "01")), {})
    return quarantine, file


def test_every_byte_of_a_record_and_all_reasons_come_back(tmp_path: Path) -> None:
    reasons = ["ID:required", "Word:control_character"]
    quarantine, file = stored(tmp_path, [(BYTES, reasons), (b"", ["row:too_few_fields"])])
    assert list(read_records(quarantine, file, file.reason_names)) == [
        RejectedRecord(BYTES, tuple(reasons)),
        RejectedRecord(b"", ("row:too_few_fields",)),
    ]


def test_records_keep_their_order_over_parts_and_many_rows(tmp_path: Path) -> None:
    names = [b"%05d" % number for number in range(6000)]
    rejects: list[Reject] = [(name, ["ID:required"]) for name in names]
    quarantine, file = stored(tmp_path, rejects[:5000], rejects[5000:])
    assert [record.raw for record in read_records(quarantine, file, file.reason_names)] == names
    assert count_records(quarantine, file, file.reason_names) == 6000


def test_only_records_with_one_of_the_reasons_are_read_and_counted(tmp_path: Path) -> None:
    quarantine, file = stored(
        tmp_path,
        [(b"1", ["ID:required"]), (b"2", ["ID:overflow", "Word:too_long"]), (b"3", ["x:y"])],
    )
    wanted = {"Word:too_long", "ID:required"}
    assert [record.raw for record in read_records(quarantine, file, wanted)] == [b"1", b"2"]
    assert count_records(quarantine, file, wanted) == 2
    assert count_records(quarantine, file, ()) == 0


@pytest.mark.parametrize("name", ["a[1]b", "a*b", "a?b", "it's", "file_id=f7"])
def test_a_root_is_taken_literally(tmp_path: Path, name: str) -> None:
    quarantine, file = stored(tmp_path / name, [(b"1", ["ID:required"])])
    other = tmp_path / "a1b"
    stored(other, [(b"other", ["ID:required"])])
    assert [r.raw for r in read_records(quarantine, file, file.reason_names)] == [b"1"]


def test_rows_come_back_from_the_source_file_wherever_that_is_now(tmp_path: Path) -> None:
    _, file = stored(tmp_path, [(b"1", ["ID:required"])])
    assert way_back(file).startswith("the source file still has them: `c360 run --only silver")
    elsewhere = dataclasses.replace(file, is_current=False)
    assert way_back(elsewhere).startswith(
        "the source file is not in bronze any more as it was: put"
    )


class Bucket:
    """A storage that is no folder of this machine."""

    def __init__(self, folder: LocalStorage) -> None:
        self._folder = folder

    def __getattr__(self, name: str) -> Any:
        return getattr(self._folder, name) if name in ("open", "root") else None


def test_rows_of_another_storage_are_copied_first(tmp_path: Path) -> None:
    quarantine, file = stored(tmp_path, [(BYTES, ["ID:required"])])
    bucket: Any = Bucket(quarantine)
    assert [record.raw for record in read_records(bucket, file, file.reason_names)] == [BYTES]


def test_damaged_rows_are_told_by_the_kind_of_damage_alone(tmp_path: Path) -> None:
    quarantine, file = stored(tmp_path, [(b"1", ["ID:required"])])
    (quarantine.folder / file.parts[0]).write_bytes(b"PAR1 is not enough")
    with pytest.raises(OutsideFailure) as failure:
        list(read_records(quarantine, file, file.reason_names))
    assert str(failure.value) == (
        f"{quarantine.root}/{file.parts[0]}: the rejected rows cannot be read "
        f"({type(failure.value.__cause__).__name__}); {way_back(file)}"
    )
