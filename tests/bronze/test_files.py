"""Bronze files are listed by table and pinned, and a change of theirs is noticed."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from c360.bronze.files import list_claims, pin_files, require_unchanged
from c360.errors import OutsideFailure
from c360.plan import FilePin
from c360.storage.local import LocalStorage
from tests.support.specs import registry, table

BOTH = registry(table(), table(name="Stores"))


@pytest.fixture
def bronze(tmp_path: Path) -> LocalStorage:
    storage = LocalStorage(tmp_path)
    for path in ("in/2025/Orders_1.csv", "Orders ü[1].csv.gz", "Stores.csv", "notes.txt"):
        storage.create(path, path.encode())
    return storage


def test_files_are_found_by_name_in_any_folder(bronze: LocalStorage) -> None:
    claims = list_claims(bronze, BOTH)
    assert claims.paths == {
        "Orders": ("Orders ü[1].csv.gz", "in/2025/Orders_1.csv"),
        "Stores": ("Stores.csv",),
    }
    assert claims.unclaimed == ("notes.txt",)


def test_a_pin_is_size_and_checksum(bronze: LocalStorage) -> None:
    bronze.create("x.csv", b"123456789")
    assert pin_files(bronze, ["x.csv"]) == {"x.csv": FilePin("x.csv", 9, "e3069283")}
    assert pin_files(bronze, []) == {}


def test_a_file_that_went_away_since_the_listing_is_told(bronze: LocalStorage) -> None:
    with pytest.raises(OutsideFailure, match=r"gone\.csv: was listed and is gone\. Run again"):
        pin_files(bronze, ["Stores.csv", "gone.csv"])


def test_a_file_as_it_was_pinned_is_unchanged_whenever_it_was_touched(
    bronze: LocalStorage,
) -> None:
    pin = pin_files(bronze, ["Stores.csv"])["Stores.csv"]
    os.utime(bronze.folder / "Stores.csv", (1, 1))
    require_unchanged(bronze, pin)


def test_every_change_of_a_file_is_noticed(bronze: LocalStorage) -> None:
    path, chance = bronze.folder / "Stores.csv", random.Random(3)
    pin = pin_files(bronze, ["Stores.csv"])["Stores.csv"]
    before = path.read_bytes()
    moment = path.stat().st_mtime
    for _ in range(20):
        place = chance.randrange(len(before))
        path.write_bytes(before[:place] + bytes([before[place] ^ 1]) + before[place + 1 :])
        os.utime(path, (moment, moment))  # same size, same time
        with pytest.raises(OutsideFailure, match="changed while it was read"):
            require_unchanged(bronze, pin)
    path.write_bytes(before)
    require_unchanged(bronze, pin)


def test_a_file_that_goes_away_is_a_change(bronze: LocalStorage) -> None:
    pin = pin_files(bronze, ["Stores.csv"])["Stores.csv"]
    bronze.delete("Stores.csv")
    with pytest.raises(OutsideFailure) as caught:
        require_unchanged(bronze, pin)
    assert str(caught.value) == (
        "Stores.csv: changed while it was read. Nothing was published; "
        "run again when no upload is under way"
    )
