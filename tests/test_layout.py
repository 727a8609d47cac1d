"""The places of silver, quarantine and gold are part of what users and other runs rely on."""

from __future__ import annotations

import datetime as dt

import pytest

from c360 import layout


@pytest.mark.parametrize(
    ("place", "path"),
    [
        (layout.batch_folder("Orders", "01ab"), "Orders/file_id=f01ab"),
        (layout.manifest_path("Orders", "01ab"), "Orders/file_id=f01ab/_manifest.json"),
        (layout.damaged_folder("Orders", "01ab", "R1"), "_damaged/Orders/file_id=f01ab/R1"),
        (layout.gold_folder("AOV", "02cd", "R1"), "_gold/AOV/batch_id=b02cd/R1"),
        (layout.lock_path("R1"), "_runs/R1.lock"),
    ],
)
def test_every_place_has_its_name(place: str, path: str) -> None:
    assert place == path


@pytest.mark.parametrize("folder", ["R1", "R1.settled", "R1.a.b"])
def test_a_folder_of_a_run_tells_its_run(folder: str) -> None:
    assert layout.run_of_folder(folder) == "R1"


def test_a_folder_of_a_run_tells_when_it_started() -> None:
    began = dt.datetime(2025, 3, 1, 12, 30, 59, tzinfo=dt.UTC)
    for folder in ("r20250301T123059-0123abcd", "r20250301T123059-0123abcd.settled"):
        assert layout.started_at(folder) == began


@pytest.mark.parametrize(
    "folder", ["r20251399T000000-00000000", "r20250101T250000-00000000", "2025", "lost+found"]
)
def test_a_folder_of_another_name_tells_no_time(folder: str) -> None:
    assert layout.started_at(folder) is None
