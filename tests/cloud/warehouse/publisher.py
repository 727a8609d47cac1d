"""`python -m tests.cloud.warehouse.publisher PICKLE PROJECT URL`: publishes once and says how.

It says `ready` and waits for a line before it begins, and is stopped where C360_FAILPOINT asks.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

from c360.errors import OtherRunPublished
from c360.failpoints import VARIABLE
from c360.warehouse.bigquery import BigQueryWarehouse
from c360.warehouse.bigquery_address import BigQueryAddress
from c360.warehouse.protocol import Publication
from tests.cloud.warehouse.world import BigQueryWorld, load_instead

ROOT = Path(__file__).resolve().parents[3]


def started(
    world: BigQueryWorld, publication: Publication, failpoint: str = ""
) -> subprocess.Popen[str]:
    """A process that is ready to publish; it begins when it is sent a line."""
    file = world.folder / f"{publication.run_id}.pickle"
    file.write_bytes(pickle.dumps(publication))
    address = world.warehouse.address
    words = [str(file), address.project, str(address.endpoint)]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.cloud.warehouse.publisher", *words],
        cwd=ROOT,
        env={**os.environ, **({VARIABLE: failpoint} if failpoint else {})},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def begin(process: subprocess.Popen[str]) -> None:
    """Let a process that is ready publish."""
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def main() -> None:
    """Publish what the arguments name."""
    file, project, url = sys.argv[1:]
    publication = pickle.loads(Path(file).read_bytes())
    address = BigQueryAddress(project, endpoint=url, deadline=300)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    try:
        outcome = BigQueryWarehouse(address, load_instead).publish(publication)
        sys.stdout.write(f"published {outcome.head.run_id} {outcome.by_this_run}\n")
    except OtherRunPublished as error:
        sys.stdout.write(f"lost {error}\n")


if __name__ == "__main__":
    main()
