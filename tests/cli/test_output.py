"""What a command says can neither act on the terminal nor fail because nobody reads on."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console
from rich.progress import Progress as Bars

from c360.cli import display
from c360.cli.progress import PlainProgress, TerminalProgress
from c360.progress import Progress
from tests.conftest import ROOT
from tests.support.places import Places, command

EVIL, TOLD = "Orders_\x1b[2J\x9b2J.csv", "Orders_\\x1b[2J\\x9b2J.csv"
REGISTRY = """
version: 1
tables:
  Orders:
    key: ID
    columns: {ID: bigint}
policy: {currency: USD}
"""
_DEADLINE = 60


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A file that every run refuses, and one that no table takes; their names clear a screen."""
    found = Places.below(tmp_path, REGISTRY)
    found.bronze.mkdir()
    (found.bronze / EVIL).write_bytes(b"")
    (found.bronze / f"{EVIL}.txt").write_text("x")
    return found


def said(*words: str) -> str:
    outcome = command(*words)
    return outcome.stdout + outcome.stderr


def test_lines_are_kept_and_all_else_is_escaped() -> None:
    assert display.displayed_lines("a\n  - b\x1b\r\nc\n") == "a\n  - b\\x1b\\r\nc\n"


def test_the_message_of_a_refusal_cannot_act_on_the_terminal(places: Places) -> None:
    refused = said("run", "--only", "silver", *places.words)
    assert f"\n  - {TOLD}: has zero bytes; export it again or remove it\n" in refused
    assert f"warning {TOLD}.txt: no table takes this file" in refused
    known = said("status", *places.words)
    assert f"\n  - {TOLD}: has zero bytes" in known
    found = said("validate", "--only", "silver", *places.words[:4])
    assert f"\n  - {TOLD}: has zero bytes" in found
    for text in (refused, known, found):
        assert text.replace("\n", "").isprintable()


def test_the_plan_cannot_act_on_the_terminal(places: Places) -> None:
    (places.bronze / EVIL).write_text("ID\n1\n")
    planned = said("run", "--only", "silver", "--dry-run", *places.words)
    assert TOLD in planned
    assert planned.replace("\n", "").isprintable()


def test_the_words_of_a_failure_cannot_act_on_the_terminal(places: Places) -> None:
    other = "  Stores:\n    key: ID\n    files: [Orders*]\n    columns: {ID: bigint}\npolicy:"
    places.registry.write_text(REGISTRY.replace("policy:", other))
    told = command("quarantine", "list", *places.words[:6])
    assert told.exit_code == 2
    assert told.stderr.splitlines()[1:] == [f"  - {TOLD}: claimed by Orders and Stores"]


def test_what_is_not_cleaned_yet_is_named_so_too(places: Places) -> None:
    told = said("verify", "--storage", *places.words)
    assert told.startswith(f"{TOLD}: has no batch in ")


@pytest.mark.parametrize("terminal", [False, True])
def test_progress_cannot_act_on_the_terminal(
    terminal: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    out = io.StringIO()
    progress: Progress = PlainProgress()
    if terminal:
        progress = TerminalProgress(bars := Bars("{task.fields[step]}", console=Console(file=out)))
    progress.begin("silver", 1)
    progress.advance("silver", EVIL)
    progress.warn(f"{EVIL}: ignored")
    if terminal:
        bars.console.print(bars)
    told = out.getvalue() + capsys.readouterr().err
    assert told.count(TOLD) == 2
    assert told.replace("\n", "").isprintable()


def piped(*words: str, reader: Callable[[subprocess.Popen[bytes]], None]) -> tuple[int, str]:
    """The exit code and the errors of a command whose output nobody reads to its end."""
    running = subprocess.Popen(
        [sys.executable, "-m", "c360", *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    reader(running)
    _, errors = running.communicate(timeout=_DEADLINE)
    return running.returncode, errors.decode()


def leave(running: subprocess.Popen[bytes]) -> None:
    assert running.stdout
    running.stdout.close()
    running.stdout = None  # so that nobody reads it again


@pytest.mark.parametrize(("fits", "code"), [(True, 0), (False, 1)])
def test_a_reader_that_leaves_changes_no_exit_code(places: Places, fits: bool, code: int) -> None:
    if fits:
        (places.bronze / EVIL).write_text("ID\n1\n")
    words = ("validate", *places.words[:4], "--only", "silver")
    assert piped(*words, reader=leave) == (code, "")


def test_a_reader_that_leaves_loses_no_report(places: Places, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    words = ("run", "--only", "silver", *places.words, "--report", str(report))
    code, _ = piped(*words, reader=leave)
    assert (code, report.exists()) == (1, True)


def test_a_reader_of_everything_that_leaves_does_not_end_a_run(places: Places) -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "c360", "run", "--only", "silver", *places.words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    leave(running)
    assert running.wait(_DEADLINE) == 1
    assert "has zero bytes" in said("status", *places.words)
