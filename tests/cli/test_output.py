"""What a command says cannot act on the terminal."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console
from rich.progress import Progress as Bars

from c360.cli import display
from c360.cli.progress import PlainProgress, TerminalProgress
from c360.progress import Progress
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
