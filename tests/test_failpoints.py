"""Every write has a place where a test can stop a run, and stopping there works."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from c360.contracts.audit import LOAD_AUDIT, LOAD_FILES, LOAD_REASONS
from c360.errors import WrongUse
from c360.failpoints import VARIABLE, FailpointRaised, failpoint, forget, reached
from tests.guarantees.g4_stops import PLACES
from tests.house.source import read_modules
from tests.house.writes import Write, writes

ROOT = Path(__file__).resolve().parent.parent
# Functions with calls that look like writes of a run and are none, each with its reason.
NO_WRITES = {
    ("c360.quarantine.export", "_write"): "a file for a person, outside all roots",
    ("c360.quarantine.records", "_asked"): "reads Parquet",
    ("c360.warehouse.bigquery_jobs", "run_job"): "its callers have one",
    ("c360.warehouse.duckdb_connection", "connected"): "settings of the session",
}
# Places that no run in the worlds of G4 comes to, and what does come there.
ELSEWHERE = {
    "audit.transaction": "tests/cloud/warehouse/test_failpoints.py",
    "gcs.copy": "tests/cloud/test_gcs_storage.py",
    "gcs.create": "tests/cloud/test_gcs_storage.py",
    "gcs.delete": "tests/cloud/test_gcs_storage.py",
    "damage.kept": "tests/silver/test_manifests.py",
    "dashboard.replace": "tests/dashboard/test_build.py",
    "prune.folder": "tests/test_prune.py",
    "prune.manifest": "tests/test_prune.py",
    "report.create": "tests/e2e/test_commands.py",
    "report.delete": "tests/e2e/test_commands.py",
    "publish.transaction": "tests/cloud/warehouse/test_failpoints.py",
    "quarantine.kept": "tests/quarantine/test_write.py",
    "quarantine.withdraw": "tests/quarantine/test_write.py",
    "silver.rival": "tests/silver/test_batches.py",
    "stage.append": "tests/cloud/warehouse/test_failpoints.py",
    "stage.audit": "tests/cloud/warehouse/test_failpoints.py",
    "stage.load": "tests/cloud/warehouse/test_failpoints.py",
    "warehouse.drop": "tests/cloud/warehouse/test_failpoints.py",
    "warehouse.migrate": "tests/cloud/warehouse/test_failpoints.py",
}
_COME_BY = (
    "from c360.failpoints import failpoint\nfor _ in range(3): failpoint('a.b')\nprint('end')"
)


def named() -> set[str]:
    """The names of all places; a statement's step is the name of the place in front of it."""
    found = set()
    for module in read_modules("c360").values():
        for call in (node for node in ast.walk(module.tree) if isinstance(node, ast.Call)):
            if isinstance(call.func, ast.Name) and call.func.id in ("failpoint", "Statement"):
                found |= {
                    *(each.value for each in call.args[:1] if isinstance(each, ast.Constant)),
                    *(
                        f"publish.{contract.name}"
                        for each in call.args[:1]
                        if isinstance(each, ast.JoinedStr)
                        for contract in (LOAD_AUDIT, LOAD_FILES, LOAD_REASONS)
                    ),
                }
    return found


@pytest.fixture(autouse=True)
def counted_anew() -> Iterator[None]:
    forget()
    yield
    forget()


def places() -> dict[tuple[str, str], list[Write]]:
    """The writes of every function that has some, by module and function."""
    found: dict[tuple[str, str], list[Write]] = {}
    for module in read_modules("c360").values():
        for write in writes(module.tree):
            found.setdefault((module.name, write.function), []).append(write)
    return found


def test_every_write_has_a_failpoint_in_front_of_it() -> None:
    assert [
        f"{module}:{write.line}: {write.call} in {function}"
        for (module, function), found in places().items()
        for write in found
        if write.failpoint is None and (module, function) not in NO_WRITES
    ] == []


def test_what_is_said_to_be_no_write_looks_like_one() -> None:
    assert NO_WRITES.keys() - places().keys() == set()


def test_a_run_is_stopped_at_every_place() -> None:
    tried = {place for places in PLACES.values() for place in places}
    assert named() == tried | ELSEWHERE.keys()
    assert [
        place for place, file in ELSEWHERE.items() if place not in (ROOT / file).read_text()
    ] == []


def test_every_place_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in named():
        monkeypatch.setenv(VARIABLE, f"{place}:raise")
        with pytest.raises(FailpointRaised):
            failpoint(place)


def test_it_raises_at_the_time_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "a.b#2:raise")
    failpoint("a.b")
    failpoint("a.c")
    with pytest.raises(FailpointRaised, match=r"a\.b"):
        failpoint("a.b")
    failpoint("a.b")
    assert reached() == {"a.b": 3, "a.c": 1}


def test_without_the_variable_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    failpoint("a.b")
    assert reached() == {"a.b": 1}


@pytest.mark.parametrize(
    "asked", ["", "a.b", "a.b:", "a.b#0:kill", "a.b:stop", "1:kill", "a b:kill"]
)
def test_another_form_is_told(monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
    monkeypatch.setenv(VARIABLE, asked)
    with pytest.raises(WrongUse, match=r"expected name\[#nth\]:action"):
        failpoint("other")


def start(asked: str) -> subprocess.Popen[str]:
    """A process in a group of its own that comes by a failpoint three times."""
    return subprocess.Popen(
        [sys.executable, "-c", _COME_BY],
        cwd=ROOT,
        env={**os.environ, VARIABLE: asked},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.parametrize("action", ["kill", "killpg"])
def test_it_kills_the_process_at_once(action: str) -> None:
    with start(f"a.b#3:{action}") as process:
        assert process.communicate(timeout=60) == ("", None)
    assert process.returncode == -signal.SIGKILL


def test_a_paused_process_goes_on_when_it_is_told_to() -> None:
    with start("a.b:pause") as process:
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        process.send_signal(signal.SIGCONT)
        assert process.communicate(timeout=60) == ("end\n", None)
    assert process.returncode == 0
