"""G9: order and repetition of files do not matter."""

from __future__ import annotations

import copy
import re
import shutil
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from c360.report import RunReport
from tests.guarantees.bench import Bench, Guarantee
from tests.support.digest import digests, published_digest
from tests.support.histories import History, advance, begin
from tests.support.judges import judge_files, judge_published
from tests.support.places import OWN, Places
from tests.support.predictions import Changes, Expected, Prediction, read_state
from tests.support.states import State, registry_text

_STEPS = (3, 6)  # of a history, after its first state
_BASES = 12  # different first states
_FROM_NOTHING = 4  # every fourth history; the oracle judges each of them
_NAMED = re.compile(r"^  - (.+?): ", re.MULTILINE)
_BEFORE_ANY = "nothing is published"


@dataclass
class Try:
    """One history under way, on one silver root and one warehouse."""

    bench: Bench
    folder: Path
    history: History
    expected: Expected

    def places(self, root: str = "") -> Places:
        """The places of the latest state; another root has a silver and warehouse of its own."""
        state, folder = self.history.state, self.folder / root
        text = registry_text(OWN.read_text(), state.registry)
        return Places.below(folder, text, bronze=self.folder / "bronze")


def attempt(bench: Bench, seed: int) -> list[str]:
    """A random history: after every step the published tables, the figures and every refusal."""
    folder = bench.fresh("g9")
    expected, findings = _start(bench, seed % _BASES, folder)
    history = begin(seed, seed % _BASES, folder / "scratch")
    going = Try(bench, folder, history, expected)
    for _ in range(history.rng.randint(*_STEPS)):
        if findings:
            break
        advance(history, going.expected.published)
        findings = _run(going)
    if not findings and seed % _FROM_NOTHING == 0:
        findings = _run_from_nothing(going)
    story = "; ".join(step.what for step in history.steps)
    return [f"{finding} ({story})" for finding in findings]


def _start(bench: Bench, base: int, folder: Path) -> tuple[Expected, list[str]]:
    """The first state as a run leaves it, copied into the folder: histories share few of them."""
    first, expected, findings = _first(bench, base)
    shutil.copytree(first, folder, dirs_exist_ok=True)
    return copy.deepcopy(expected), list(findings)


@lru_cache(maxsize=_BASES)
def _first(bench: Bench, base: int) -> tuple[Path, Expected, list[str]]:
    folder = bench.fresh(f"g9-first-{base}")
    going = Try(bench, folder, begin(0, base, folder / "scratch"), Expected())
    findings = _run(going)
    return folder, going.expected, findings


def _run(going: Try) -> list[str]:
    """What a run on the latest state does wrong."""
    state, places = going.history.state, going.places()
    state.write(places.bronze)
    was = going.expected.published
    before = published_digest(places.warehouse) if was else _BEFORE_ANY
    prediction = going.expected.predict(state)
    report = places.run(going.bench.spark)
    findings = compare_ends(report, prediction)
    if findings or prediction.status == "refused":
        after = published_digest(places.warehouse) if was else _BEFORE_ANY
        return findings + [f"a refused run changed the warehouse from {was}"] * (before != after)
    files = read_state(state)
    if prediction.status == "published":
        findings += compare_changes(report, prediction) + judge_files(places, report, files)
    return findings + judge_published(places, files)


def _run_from_nothing(going: Try) -> list[str]:
    """Where the published tables differ from those of a run on an empty silver and warehouse."""
    state: State | None = going.expected.published
    if state is None:
        return []
    going.history.steps[-1:] = [type(going.history.steps[-1])("from nothing", state)]
    state.write(going.places().bronze)
    places = going.places("nothing")
    report = places.run(going.bench.spark)
    if report.status != "published":
        return [f"a run from nothing ended {report.status}: {report.message}"]
    old, new = digests(going.places().warehouse), digests(places.warehouse)
    return [
        f"{name}: a run from nothing publishes other rows" for name in old if old[name] != new[name]
    ]


def compare_ends(report: RunReport, prediction: Prediction) -> list[str]:
    """Where the end of a run is not the predicted one."""
    found = (report.status, report.exit_code)
    wanted = (prediction.status, 1 if prediction.status == "refused" else 0)
    if found != wanted:
        return [f"the run ended {found}, not {wanted}: {report.message}"]
    findings = []
    if prediction.status == "refused":
        named = set(_NAMED.findall(report.message or ""))
        if named != prediction.refused:
            findings.append(f"the refusal names {sorted(named)}, not {sorted(prediction.refused)}")
    elif prediction.status == "published":
        read = {file.path for file in report.files if file.outcome == "read"}
        if read != prediction.read:
            findings.append(f"the run cleaned {sorted(read)}, not {sorted(prediction.read)}")
    return findings


def compare_changes(report: RunReport, prediction: Prediction) -> list[str]:
    """Where a publication inserted, updated or deleted other rows of silver than it had to."""
    found = {
        each.table: Changes(each.inserted, each.updated, each.deleted)
        for each in report.published
        if each.layer == "silver"
    }
    return [
        f"{table}: {found[table]}, not {wanted}"
        for table, wanted in prediction.changes.items()
        if found[table] != wanted
    ]


G9 = Guarantee(
    "G9",
    "Order and repetition do not matter: after late, old, repeated, corrected and removed files "
    "the published tables are those of a run from nothing, and every refusal is foreseen.",
    200,
    attempt,
)
