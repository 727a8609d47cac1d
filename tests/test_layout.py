"""The places of silver, quarantine and gold are part of what users and other runs rely on."""

from __future__ import annotations

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
