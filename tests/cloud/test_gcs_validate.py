"""A scheduler that has the storage client and no part of the engine can look into a bucket."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from c360.storage import open_storage
from tests.test_validate import ABSENT

ROOT = Path(__file__).resolve().parents[2]
_PROGRAM = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {absent!r}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Absent())
from c360.settings import Settings
from c360.validate import validate, validation_json
print(validation_json(validate(Settings(bronze={bronze!r}))))
"""


def test_a_bucket_is_validated_where_nothing_of_the_engine_is_installed(bucket: str) -> None:
    bronze = open_storage(f"{bucket}/raw")
    for name in (
        "Agents.csv",
        "Stores.csv",
        "OnlineTransactions/OnlineTransactions_2025-02.csv.gz",
    ):
        bronze.create(name, (ROOT / "sample_data" / "raw" / name).read_bytes())
    bronze.create("Products.csv", b"")
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM.format(absent=ABSENT, bronze=f"{bucket}/raw/")],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["bronze"] == f"{bucket}/raw"
    assert {file["path"]: file["outcome"] for file in found["files"]} == {
        "Agents.csv": "ready",
        "Products.csv": "refused",
        "Stores.csv": "ready",
        "OnlineTransactions/OnlineTransactions_2025-02.csv.gz": "ready",
    }
    assert (
        f"Customers: no file named Customers*.csv or Customers*.csv.gz below {bucket}/raw"
        in (found["message"])
    )
    assert found["exit_code"] == 1
