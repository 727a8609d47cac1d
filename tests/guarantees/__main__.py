"""`python -m tests.guarantees`: tries every guarantee in full volume, in one warm JVM."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from c360.session import build_session, settings_for
from tests.conftest import OWN_SETTINGS
from tests.guarantees.bench import Bench
from tests.guarantees.g1_records import G1
from tests.guarantees.g2_files import G2
from tests.guarantees.g3_contents import G3
from tests.guarantees.g4_stops import G4
from tests.guarantees.g5_readers import G5
from tests.guarantees.g6_defects import G6
from tests.guarantees.g7_races import G7
from tests.guarantees.g9_histories import G9
from tests.guarantees.g10_damages import G10
from tests.guarantees.g11_resources import G11
from tests.guarantees.g12_personal_data import G12
from tests.guarantees.trying import try_guarantees

GUARANTEES = {each.name: each for each in (G1, G2, G3, G4, G5, G6, G7, G9, G10, G11, G12)}
_LONG_RUN = {
    **OWN_SETTINGS,
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.ui.retainedExecutions": "1",
    "spark.eventLog.enabled": "true",  # canaries are looked for in it
    "spark.eventLog.compress": "false",
    "spark.eventLog.rolling.enabled": "false",
}


def main(words: Sequence[str] | None = None) -> int:
    """The exit code: 1 where a try failed."""
    return try_guarantees("python -m tests.guarantees", GUARANTEES, _bench(), words)


@contextlib.contextmanager
def _bench() -> Iterator[Bench]:
    """A warm session whose own words and event log are kept in files."""
    folder = Path(tempfile.mkdtemp(prefix="c360-guarantees-"))
    events, told = folder / "events", folder / "stderr.txt"
    events.mkdir()
    with _errors_into(told):
        own = {**_LONG_RUN, "spark.eventLog.dir": events.as_uri()}
        spark = build_session({**settings_for(0), **own}, app="c360-guarantees")
    try:
        yield Bench(spark, folder, (events, told))
    finally:
        spark.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _errors_into(file: Path) -> Iterator[None]:
    """Standard error of the processes that are started meanwhile goes into a file."""
    kept = os.dup(2)
    with file.open("wb") as target:
        os.dup2(target.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)


if __name__ == "__main__":
    sys.exit(main())
